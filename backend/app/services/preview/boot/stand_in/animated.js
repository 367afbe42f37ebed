// A stand-in for animations that native code drives: each one is over at once as far as an app can tell, in its own time.
(kit) => {
  'use strict';
  const nodes = new Map();
  const running = new Map();
  // By tag of view: the node whose properties it shows.
  const shown = new Map();
  const FRAME = 1000 / 60;

  const valueOf = (tag) => {
    const node = nodes.get(tag);
    return node ? compute(node.config, node) : 0;
  };
  const numbers = (tags) => tags.map((tag) => Number(valueOf(tag)));
  const along = (config) => {
    const input = Number(valueOf(config.parent ?? config.input ?? [...nodes.get(config.tag).parents][0]));
    const { inputRange, outputRange } = config;
    let at = inputRange.findIndex((edge) => input < edge) - 1;
    if (at < 0) at = input < inputRange[0] ? 0 : inputRange.length - 2;
    const [low, high, from, to] = [inputRange[at], inputRange[at + 1], outputRange[at], outputRange[at + 1]];
    if (typeof from !== 'number' || typeof to !== 'number') return input - low < high - input ? from : to;
    const left = input < low && config.extrapolateLeft === 'clamp';
    const right = input > high && config.extrapolateRight === 'clamp';
    if (left) return from;
    if (right || high === low) return to;
    return from + ((to - from) * (input - low)) / (high - low);
  };
  const each = (props) => Object.fromEntries(Object.entries(props).map(([name, tag]) => [name, valueOf(tag)]));
  const kinds = {
    value: (config, node) => node.value + node.offset,
    addition: (config) => numbers(config.input).reduce((one, other) => one + other),
    subtraction: (config) => numbers(config.input).reduce((one, other) => one - other),
    multiplication: (config) => numbers(config.input).reduce((one, other) => one * other),
    division: (config) => numbers(config.input).reduce((one, other) => (other === 0 ? 0 : one / other)),
    modulus: (config) => ((valueOf(config.input) % config.modulus) + config.modulus) % config.modulus,
    diffclamp: (config) => Math.min(config.max, Math.max(config.min, Number(valueOf(config.input)))),
    interpolation: along,
    style: (config) => each(config.style),
    transform: (config) => config.transforms.map((part) => ({ [part.property]: part.type === 'animated' ? valueOf(part.nodeTag) : part.value })),
    color: (config) => {
      const [red, green, blue, alpha] = numbers([config.r, config.g, config.b, config.a]);
      return ((Math.round(alpha * 255) << 24) | (red << 16) | (green << 8) | blue) >>> 0;
    },
    props: (config) => {
      const { style, ...others } = config.props;
      const own = each(others);
      return style === undefined ? own : { ...own, ...valueOf(style) };
    },
  };
  const compute = (config, node) => {
    const kind = kinds[config.type];
    return kind ? kind(config, node) : 0;
  };

  // Where an animation ends, and after how many milliseconds; null for one that goes round for ever.
  const endOf = (config, from) => {
    if (config.iterations === -1) return null;
    if (config.type === 'frames') return [config.toValue, config.frames.length * FRAME];
    if (config.type === 'spring') return [config.toValue, 500];
    if (config.type === 'decay') return [from + config.velocity / (1 - (config.deceleration ?? 0.998)), 500];
    return [from, 0];
  };
  const finish = (id, finished) => {
    const one = running.get(id);
    if (!one) return;
    running.delete(id);
    if (finished) one.node.value = one.to;
    one.end?.({ finished, value: one.node.value, offset: one.node.offset });
  };
  const on = (tag, act) => {
    const node = nodes.get(tag);
    if (node) act(node);
  };
  const none = () => {};
  const module = {
    addListener: none, removeListeners: none, startOperationBatch: none, finishOperationBatch: none, startListeningToAnimatedNodeValue: none,
    stopListeningToAnimatedNodeValue: none, restoreDefaultValues: none, addAnimatedEventToView: none, removeAnimatedEventFromView: none,
    createAnimatedNode: (tag, config) => void nodes.set(tag, { config: { ...config, tag }, value: Number(config.value) || 0, offset: Number(config.offset) || 0, parents: new Set() }),
    updateAnimatedNodeConfig: (tag, config) => on(tag, (node) => void (node.config = { ...config, tag })),
    getValue: (tag, answer) => kit.later(() => answer(valueOf(tag))),
    connectAnimatedNodes: (parent, child) => on(child, (node) => void node.parents.add(parent)),
    disconnectAnimatedNodes: (parent, child) => on(child, (node) => void node.parents.delete(parent)),
    connectAnimatedNodeToView: (tag, view) => void shown.set(view, tag),
    disconnectAnimatedNodeFromView: (_tag, view) => void shown.delete(view),
    dropAnimatedNode: (tag) => void nodes.delete(tag),
    setAnimatedNodeValue: (tag, value) => on(tag, (node) => void (node.value = value)),
    setAnimatedNodeOffset: (tag, offset) => on(tag, (node) => void (node.offset = offset)),
    flattenAnimatedNodeOffset: (tag) => on(tag, (node) => void ([node.value, node.offset] = [node.value + node.offset, 0])),
    extractAnimatedNodeOffset: (tag) => on(tag, (node) => void ([node.value, node.offset] = [0, node.value + node.offset])),
    startAnimatingNode: (id, tag, config, end) =>
      on(tag, (node) => {
        const found = endOf(config, node.value);
        running.set(id, { node, end, to: found ? found[0] : node.value });
        if (found) kit.after(found[1], () => finish(id, true));
      }),
    stopAnimation: (id) => finish(id, false),
  };
  kit.modules.NativeAnimatedModule = module;
  kit.modules.NativeAnimatedTurboModule = module;

  // What animations have made of a view's properties.
  kit.animated = (view) => {
    const tag = shown.get(view);
    if (tag === undefined) return null;
    try {
      return valueOf(tag);
    } catch {
      return null;
    }
  };
}
