// The first thing evaluated in a bundle's realm: puts the stand-in together and leaves one door for whoever drives it.
(given, parts) => {
  'use strict';
  const kit = JSON.parse(given);
  const { parse, stringify } = JSON;
  Object.assign(kit, { missModules: new Set(), missViews: new Set(), fonts: {}, commits: 0, notes: new Set(), callables: new Map() });
  kit.note = (text) => void kit.notes.add(text);
  kit.frame = { x: 0, y: 0, width: kit.screen.width, height: kit.screen.height };

  const global = globalThis;
  global.global = global;
  // A browser's page has them already.
  global.window ??= global;
  global.self ??= global;
  global.RN$Bridgeless = true;
  global.RN$handleException = (error, isFatal) => {
    kit.fail(error, isFatal);
    return true;
  };
  global.RN$hasHandledFatalException = () => kit.errors.some((error) => error.fatal);
  global.RN$notifyOfFatalException = () => {};
  global.RN$inExceptionHandler = () => false;
  // Modules of JavaScript that native code calls: the app's own root components are behind one of them.
  global.RN$registerCallableModule = (name, make) => void kit.callables.set(name, make);
  kit.callable = (name, method, ...values) => {
    const make = kit.callables.get(name);
    if (make === undefined) return undefined;
    const module = make();
    return module[method](...values);
  };
  for (const part of parts) part(kit);

  const guarded = (act) => {
    try {
      return act();
    } catch (error) {
      kit.fail(error, true);
      return undefined;
    }
  };
  const open = () => {
    if (!kit.callables.has('AppRegistry')) {
      kit.note('The bundle registered no app.');
      return;
    }
    const keys = kit.callable('AppRegistry', 'getAppKeys').filter((key) => key !== 'LogBox');
    const chosen = keys.includes('main') ? 'main' : keys[0];
    if (chosen === undefined) kit.note('The bundle registered no app.');
    else kit.callable('AppRegistry', 'runApplication', chosen, { rootTag: 1, initialProps: {} }, 1);
  };
  const report = () => {
    const views = kit.tree();
    if (views.length === 0 && kit.errors.length === 0) kit.note('The app showed nothing.');
    const names = (set) => [...set].slice(0, kit.limits.names).sort();
    return {
      errors: kit.errors, console: kit.console(), missing_modules: names(kit.missModules), missing_views: names(kit.missViews),
      views, fonts: kit.fonts, notes: [...kit.notes],
    };
  };
  const failed = () => kit.errors.some((error) => error.fatal);
  const doors = {
    open: () => guarded(open),
    step: (limit) => (failed() ? -1 : kit.step(limit)),
    failed,
    thrown: ({ name, message, stack }) => kit.fail({ name, message, stack }, true),
    report: () => stringify(report()),
  };
  const door = (name, argument) => doors[name](argument);
  Object.defineProperty(global, kit.door, { value: door });
  return door;
}
