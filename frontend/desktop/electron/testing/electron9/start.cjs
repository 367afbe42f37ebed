/**
 * The entry of the smoke test's app: runs our built main bundle, byte for byte as it ships, in Electron 9.4.1, the newest
 * Electron that can be had from a package registry. For tests only; nothing of this folder is in a package.
 *
 * What stands in for what 9.4.1 lacks: `language.cjs` for newer JavaScript and Node, `web.cjs` for fetch and its classes,
 * `electron.cjs` for newer Electron. What it cannot lend is left out and named there.
 */
const Module = require("module");
const { join } = require("path");

const { addAbortListener, timers } = require("./language.cjs");
require("./web.cjs");

const NEWER_MODULES = {
  electron: require("./electron.cjs"),
  events: Object.assign(require("events"), { addAbortListener }),
  "fs/promises": require("fs").promises,
  "timers/promises": timers,
};
const required = Module.prototype.require;
Module.prototype.require = function require(name) {
  const plain = name.replace(/^node:/u, "");
  return NEWER_MODULES[plain] || required.call(this, plain);
};

NEWER_MODULES.electron.app.setPath("userData", process.env.HIVESYNC_TEST_USER_DATA);
require(join(__dirname, "dist/main/index.cjs"));
