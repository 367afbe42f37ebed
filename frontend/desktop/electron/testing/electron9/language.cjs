/** JavaScript and Node as main uses them, for the Node 12.14 that is in Electron 9.4.1. */
const { EventEmitter } = require("events");

const additions = [
  [String.prototype, "replaceAll", function replaceAll(what, by) {
    return what instanceof RegExp ? this.replace(what, by) : this.split(what).join(by);
  }],
  [Array.prototype, "findLast", function findLast(isWanted) {
    for (let index = this.length - 1; index >= 0; index -= 1) {
      if (isWanted(this[index])) return this[index];
    }
    return undefined;
  }],
  [Array.prototype, "at", function at(index) {
    return this[index < 0 ? this.length + index : index];
  }],
  [URL, "canParse", (address) => {
    try {
      return Boolean(new URL(address));
    } catch {
      return false;
    }
  }],
];
for (const [owner, name, value] of additions) {
  if (owner[name] === undefined) Object.defineProperty(owner, name, { value, writable: true, configurable: true });
}

class Signal extends EventEmitter {
  constructor() {
    super();
    this.setMaxListeners(0);
    this.aborted = false;
    this.reason = undefined;
  }

  static timeout(milliseconds) {
    const signal = new Signal();
    setTimeout(() => signal.fire(new Error("The operation timed out.")), milliseconds).unref();
    return signal;
  }

  static any(signals) {
    const either = new Signal();
    for (const each of signals) {
      if (each.aborted) either.fire(each.reason);
      else each.once("abort", () => either.fire(each.reason));
    }
    return either;
  }

  addEventListener(name, listener) {
    this.on(name, listener);
  }

  removeEventListener(name, listener) {
    this.off(name, listener);
  }

  fire(reason) {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    this.emit("abort");
  }
}

global.AbortSignal = Signal;
global.AbortController = class {
  constructor() {
    this.signal = new Signal();
  }

  abort(reason = new Error("This operation was aborted")) {
    this.signal.fire(reason);
  }
};

/** Of `events`. */
exports.addAbortListener = (signal, listener) => {
  if (signal.aborted) listener();
  else signal.once("abort", listener);
};

/** `timers/promises`. */
exports.timers = {
  setTimeout: (milliseconds, value, { signal } = {}) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => resolve(value), milliseconds);
      const stop = () => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      if (signal === undefined) return;
      if (signal.aborted) stop();
      else signal.once("abort", stop);
    }),
};
