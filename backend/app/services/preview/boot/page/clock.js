// In a browser's page the engine has timers and a console of its own; this puts what the stand-in needs on top of them.
(kit) => {
  'use strict';
  const global = globalThis;
  // React Native puts functions in their place that come back here.
  const [own, soon] = [global.setTimeout.bind(global), global.queueMicrotask.bind(global)];
  kit.later = (callback) => own(callback, 0);
  kit.after = (delay, callback) => own(callback, delay);
  kit.microtask = (callback) => soon(callback);
  kit.describe = (value) => (value instanceof Error ? String(value.stack || value.message) : String(value));
  kit.log = (level, text) => parent.postMessage({ kind: 'console', level, text: String(text).slice(0, kit.limits.lineLength) }, '*');
  kit.errors = [];
  kit.console = () => [];
  kit.step = () => -1;
  kit.fail = (error, isFatal) => {
    const found = { kind: 'error', fatal: Boolean(isFatal), message: String(error?.message ?? error), stack: String(error?.stack ?? '') };
    if (!isFatal && error?.name === 'console.error') return;
    kit.errors.push(found);
    parent.postMessage(found, '*');
    if (isFatal) kit.showError?.(found);
  };
  addEventListener('error', (event) => kit.fail(event.error ?? event.message, true));
  global.setImmediate ??= (callback, ...values) => setTimeout(callback, 0, ...values);
  global.clearImmediate ??= clearTimeout;
  global.nativePerformanceNow = () => performance.now();
  const levels = ['debug', 'info', 'warn', 'error'];
  global.nativeLoggingHook = (text, level) => kit.log(levels[level] ?? 'info', text);
  global.HermesInternal = { hasPromise: () => true, enablePromiseRejectionTracker() {}, getRuntimeProperties: () => ({}) };
}
