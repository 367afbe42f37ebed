// A stand-in for Fabric's UI manager: keeps the trees that React commits, and says which views it does not know.
(kit) => {
  'use strict';
  const known = new Set(kit.views);
  const roots = new Map();
  let tell = null;

  const node = (tag, name, props, handle, children) => ({ tag, name, props, handle, children });
  const merged = (old, changes) => ({ ...old, ...changes });

  const createNode = (tag, name, _root, props, handle) => {
    const bare = String(name);
    if (!known.has(bare)) kit.missViews.add(bare.slice(0, 200));
    const made = node(tag, bare, { ...props }, handle, []);
    // A provider of safe areas shows nothing until it was told what they are.
    if (bare === 'RNCSafeAreaProvider') kit.later(() => emit(made, 'topInsetsChange', { insets: kit.insets, frame: kit.frame }));
    return made;
  };

  const emit = (target, type, payload) => {
    if (tell !== null) tell(target.handle, type, { target: target.tag, ...payload });
  };
  kit.emit = emit;
  // Where a view is: left, top, width, height. Only a page that shows the tree knows.
  const placeOf = (of) => (kit.rectOf ? kit.rectOf(of) : [0, 0, 0, 0]);

  const settle = (answer) => kit.later(answer);
  const manager = {
    createNode,
    cloneNode: (old) => node(old.tag, old.name, old.props, old.handle, old.children.slice()),
    cloneNodeWithNewChildren: (old, children) => node(old.tag, old.name, old.props, old.handle, children ? children.slice() : []),
    cloneNodeWithNewProps: (old, changes) => node(old.tag, old.name, merged(old.props, changes), old.handle, old.children.slice()),
    cloneNodeWithNewChildrenAndProps: (old, first, second) => {
      // Older renderers pass props only, newer ones children and props.
      const [children, changes] = Array.isArray(first) ? [first, second] : [[], first];
      return node(old.tag, old.name, merged(old.props, changes), old.handle, children.slice());
    },
    createChildSet: () => [],
    appendChild: (parent, child) => {
      parent.children.push(child);
      return parent;
    },
    appendChildToSet: (set, child) => void set.push(child),
    completeRoot: (root, set) => {
      roots.set(root, set);
      kit.commits += 1;
      kit.committed?.([...roots.values()].flat());
    },
    registerEventHandler: (handler) => {
      tell = handler;
    },
    // In the check sizes are known to whoever draws the tree, which is after the app has come to rest.
    measure: (of, answer) => settle(() => {
      const [left, top, width, height] = placeOf(of);
      answer(0, 0, width, height, left, top);
    }),
    measureInWindow: (of, answer) => settle(() => answer(...placeOf(of))),
    measureLayout: (of, relative, _fail, answer) => settle(() => {
      const [left, top, width, height] = placeOf(of);
      const [from, above] = placeOf(relative);
      answer(left - from, top - above, width, height);
    }),
    getBoundingClientRect: placeOf,
    configureNextLayoutAnimation: (_config, done) => void (typeof done === 'function' && settle(done)),
    sendAccessibilityEvent() {},
    findShadowNodeByTag_DEPRECATED: () => null,
    findNodeAtPoint: (_node, _x, _y, answer) => settle(() => answer(null)),
    setNativeProps: (target, props) => void Object.assign(target.props, props),
    dispatchCommand() {},
    compareDocumentPosition: () => 0,
    setIsJSResponder() {},
    startSurface() {},
    stopSurface() {},
    unstable_DefaultEventPriority: 32,
    unstable_DiscreteEventPriority: 2,
    unstable_ContinuousEventPriority: 8,
    unstable_IdleEventPriority: 268435456,
    unstable_getCurrentEventPriority: () => 32,
  };
  Object.defineProperty(globalThis, 'nativeFabricUIManager', { value: manager, configurable: true, writable: true });
  globalThis.__nativeComponentRegistry__hasComponent = (name) => known.has(String(name));
  globalThis.RN$LegacyInterop_UIManager_getConstants = () => ({});
  globalThis.RN$LegacyInterop_UIManager_getDefaultEventTypes = () => [];
  // Views of the old kind are asked for by name when they are first drawn; createNode writes down those that are unknown.
  globalThis.RN$LegacyInterop_UIManager_getConstantsForViewManager = () => ({
    Commands: {}, Constants: {}, NativeProps: {}, bubblingEventTypes: {}, directEventTypes: {},
  });

  // ---------------------------------------------------------------- what is told of it

  const kept = new Set(kit.props);
  const scalar = (value) => {
    if (typeof value === 'string') return value.slice(0, kit.limits.text);
    if (typeof value === 'number') return Number.isFinite(value) ? value : null;
    return typeof value === 'boolean' ? value : null;
  };
  const plain = (value, depth) => {
    if (value === null || typeof value !== 'object') return scalar(value);
    if (depth === 0) return null;
    if (Array.isArray(value)) return value.slice(0, 32).map((each) => plain(each, depth - 1));
    return Object.fromEntries(Object.entries(value).slice(0, 32).map(([key, each]) => [key.slice(0, 100), plain(each, depth - 1)]));
  };

  const describe = (each, parent) => {
    const props = {};
    const current = { ...each.props, ...kit.animated(each.tag) };
    for (const key of Object.keys(current)) {
      if (!kept.has(key)) continue;
      const value = plain(current[key], 3);
      if (value !== null) props[key] = value;
    }
    return { parent, name: each.name.slice(0, 200), props };
  };
  // The tree as a list: parents before their children, each view with the place of its parent in the list.
  kit.tree = () => {
    const found = [];
    const walk = (each, parent, depth) => {
      if (found.length >= kit.limits.nodes || depth >= kit.limits.depth) {
        kit.note('The tree of views is cut off: it is larger than is kept.');
        return;
      }
      const place = found.push(describe(each, parent)) - 1;
      for (const child of each.children) walk(child, place, depth + 1);
    };
    for (const each of [...roots.values()].flat()) walk(each, -1, 0);
    return found;
  };
}
