// What a JavaScript engine of React Native has beside the language: a queue of tasks, clocks, a console.
// Time is virtual: a timer that is due in two seconds is run at once and the clocks are moved on by two seconds.
(kit) => {
  'use strict';
  const global = globalThis;
  const RealDate = Date;
  const real = RealDate.now.bind(RealDate);
  const started = real();
  let skipped = 0;
  let order = 0;
  let lastId = 0;
  const tasks = new Map();

  const now = () => real() + skipped;
  const elapsed = () => now() - started;

  const schedule = (callback, delay, values, every) => {
    if (typeof callback !== 'function') return 0;
    const wait = Math.max(0, Math.min(Number(delay) || 0, 2 ** 31));
    lastId += 1;
    tasks.set(lastId, { id: lastId, due: elapsed() + wait, order: (order += 1), callback, values, every: every ? Math.max(wait, 4) : 0 });
    return lastId;
  };
  const cancel = (id) => void tasks.delete(id);

  const next = () => {
    let found = null;
    for (const task of tasks.values()) {
      if (found === null || task.due < found.due || (task.due === found.due && task.order < found.order)) found = task;
    }
    return found;
  };

  // Runs what is due next; answers how many milliseconds of the app's time have gone by, or -1 when nothing is left.
  kit.step = (limit) => {
    const task = next();
    if (task === null || task.due > limit) return -1;
    skipped += Math.max(0, task.due - elapsed());
    if (task.every) {
      task.due += task.every;
      task.order = order += 1;
    } else {
      tasks.delete(task.id);
    }
    try {
      task.callback(...task.values);
    } catch (error) {
      kit.fail(error, true);
    }
    return elapsed();
  };

  class VirtualDate extends RealDate {
    constructor(...values) {
      if (values.length === 0) super(now());
      else super(...values);
    }
    static now() {
      return now();
    }
  }
  const give = (name, value) => Object.defineProperty(global, name, { value, writable: true, configurable: true, enumerable: true });
  // `Date()` without `new` is text; a class alone would refuse to be called.
  give('Date', new Proxy(VirtualDate, { apply: () => new VirtualDate().toString() }));
  give('setTimeout', (callback, delay, ...values) => schedule(callback, delay, values, false));
  give('setInterval', (callback, delay, ...values) => schedule(callback, delay, values, true));
  give('setImmediate', (callback, ...values) => schedule(callback, 0, values, false));
  give('requestAnimationFrame', (callback) => schedule(() => callback(elapsed()), 16, [], false));
  for (const name of ['clearTimeout', 'clearInterval', 'clearImmediate', 'cancelAnimationFrame']) give(name, cancel);
  give('nativePerformanceNow', elapsed);
  give('performance', { now: elapsed, mark() {}, measure() {}, timeOrigin: started });
  kit.later = (callback) => schedule(callback, 0, [], false);
  kit.after = (delay, callback) => schedule(callback, delay, [], false);
  kit.microtask = (callback) => {
    Promise.resolve().then(() => {
      try {
        callback();
      } catch (error) {
        kit.fail(error, true);
      }
    });
  };
  give('queueMicrotask', kit.microtask);

  // ---------------------------------------------------------------- console

  const LEVELS = ['debug', 'info', 'warn', 'error'];
  const lines = [];
  let size = 0;
  let dropped = 0;
  // React Native says so of each switch that only its native half knows, and goes on with its default.
  const ABOUT_THE_STAND_IN = 'Could not access feature flag';
  kit.log = (level, text) => {
    if (String(text).includes(ABOUT_THE_STAND_IN)) return;
    const line = String(text).slice(0, kit.limits.lineLength);
    if (lines.length >= kit.limits.lines || size + line.length > kit.limits.consoleLength) {
      dropped += 1;
      return;
    }
    size += line.length;
    lines.push({ level, text: line });
  };
  kit.console = () => (dropped ? [...lines, { level: 'warn', text: `… ${dropped} more lines` }] : lines);
  // React Native's own console formats what it is given and hands it over here.
  give('nativeLoggingHook', (text, level) => kit.log(LEVELS[level] || 'info', text));
  const plain = (level) => (...values) => kit.log(level, values.map((value) => kit.describe(value)).join(' '));
  give('console', Object.fromEntries(['log', 'info', 'warn', 'error', 'debug', 'trace'].map((name) => [name, plain(name === 'log' || name === 'trace' ? 'info' : name)])));

  kit.describe = (value) => {
    try {
      if (typeof value === 'string') return value;
      if (value instanceof Error) return String(value.stack || value.message);
      return typeof value === 'object' ? JSON.stringify(value) : String(value);
    } catch {
      return '[something that cannot be shown]';
    }
  };

  // ---------------------------------------------------------------- errors

  kit.errors = [];
  kit.fail = (error, isFatal) => {
    if (kit.errors.length >= kit.limits.errors) return;
    let found;
    try {
      const isObject = error !== null && typeof error === 'object';
      found = {
        name: isObject && error.name ? String(error.name) : 'Error',
        message: isObject && 'message' in error ? String(error.message) : kit.describe(error),
        stack: isObject && error.stack ? String(error.stack) : '',
        components: isObject && error.componentStack ? String(error.componentStack) : '',
      };
    } catch {
      found = { name: 'Error', message: 'something was thrown that cannot be shown', stack: '', components: '' };
    }
    // What an app writes to console.error comes here too; it is among the lines of the console.
    if (!isFatal && found.name === 'console.error') return;
    for (const key of Object.keys(found)) found[key] = found[key].slice(0, kit.limits.errorLength);
    // Metro reports what a module throws, and whoever required it does so once more.
    if (kit.errors.some((known) => known.stack === found.stack && known.message === found.message)) return;
    kit.errors.push({ ...found, fatal: Boolean(isFatal) });
  };
  Error.stackTraceLimit = 50;

  // ---------------------------------------------------------------- what Hermes has and a bare realm lacks

  give('TextEncoder', class TextEncoder {
    get encoding() {
      return 'utf-8';
    }
    encode(text = '') {
      const bytes = unescape(encodeURIComponent(String(text).toWellFormed()));
      return Uint8Array.from(bytes, (each) => each.charCodeAt(0));
    }
  });
  const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  give('btoa', (text) => {
    const codes = Array.from(String(text), (each) => each.charCodeAt(0));
    if (codes.some((code) => code > 255)) throw new Error('btoa: a character is outside of Latin1');
    let found = '';
    for (let at = 0; at < codes.length; at += 3) {
      const [one, two, three] = codes.slice(at, at + 3);
      const all = (one << 16) | ((two ?? 0) << 8) | (three ?? 0);
      const four = [18, 12, 6, 0].map((shift) => DIGITS[(all >> shift) & 63]);
      found += four[0] + four[1] + (two === undefined ? '=' : four[2]) + (three === undefined ? '=' : four[3]);
    }
    return found;
  });
  give('atob', (text) => {
    let [bits, count, found] = [0, 0, ''];
    for (const digit of String(text).replace(/[\s=]/g, '')) {
      const value = DIGITS.indexOf(digit);
      if (value < 0) throw new Error('atob: this is not base64');
      bits = ((bits << 6) | value) & 0xffffff;
      count += 6;
      if (count >= 8) found += String.fromCharCode((bits >> (count -= 8)) & 255);
    }
    return found;
  });
  give('HermesInternal', {
    hasPromise: () => true,
    enablePromiseRejectionTracker() {},
    getRuntimeProperties: () => ({ 'OSS Release Version': 'stand-in' }),
  });
}
