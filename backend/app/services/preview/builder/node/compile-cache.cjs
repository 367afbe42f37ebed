'use strict';
/*
 * Loaded before a bundler: keeps what V8 compiled of installed packages, and where Node found them.
 *
 * A start of Expo's CLI loads two thousand files. HIVESYNC_BUILD names a JSON file with { project, fileMap, seedCode }:
 * below `fileMap`, which goes with one set of packages, `code.bin` and `paths.json` are read and written; `seedCode` is
 * a code.bin that is only read. Code is found by its path and the SHA-1 of its source; places are kept for this set of
 * packages only. Without any of them everything works as ever.
 */
const crypto = require('node:crypto');
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const v8 = require('node:v8');
const vm = require('node:vm');
const { isMainThread } = require('node:worker_threads');
const { whenBuilt } = require('./when-built.cjs');

const build = JSON.parse(fs.readFileSync(process.env.HIVESYNC_BUILD, 'utf8'));
const PACKAGES = path.join(build.project, 'node_modules') + path.sep;
const CODE = path.join(build.fileMap, 'code.bin');
const PATHS = path.join(build.fileMap, 'paths.json');
// Below it, keeping what is new costs more than it saves.
const FEWEST_NEW = 20;
const MOST_BYTES = 128 * 1024 * 1024;
const DYNAMIC = vm.constants && vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;

/** A file of ours: the length of its directory, the directory (source's key to place and length), what V8 made. */
function readPack(file) {
  const found = new Map();
  try {
    const data = fs.readFileSync(file);
    const size = data.readUInt32LE(0);
    for (const [key, at, length] of v8.deserialize(data.subarray(4, 4 + size))) {
      found.set(key, data.subarray(4 + size + at, 4 + size + at + length));
    }
  } catch {
    return new Map();
  }
  return found;
}

function writeWhole(file, data) {
  const unfinished = `${file}.${process.pid}`;
  fs.writeFileSync(unfinished, data);
  fs.renameSync(unfinished, file);
}

function writePack(file, code) {
  const directory = [];
  const parts = [];
  let at = 0;
  for (const [key, data] of code) {
    if (at + data.length > MOST_BYTES) break;
    directory.push([key, at, data.length]);
    parts.push(data);
    at += data.length;
  }
  const head = v8.serialize(directory);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(head.length, 0);
  writeWhole(file, Buffer.concat([size, head, ...parts]));
}

function requireOf(module) {
  const require = (id) => module.require(id);
  require.resolve = (request, options) => Module._resolveFilename(request, module, false, options);
  require.resolve.paths = (request) => Module._resolveLookupPaths(request, module);
  require.main = process.mainModule;
  require.extensions = Module._extensions;
  require.cache = Module._cache;
  return require;
}

const known = isMainThread ? readPack(CODE) : new Map();
if (build.seedCode && isMainThread) for (const [key, data] of readPack(build.seedCode)) if (!known.has(key)) known.set(key, data);
const made = new Map();

const compile = Module.prototype._compile;
Module.prototype._compile = function compileWithCache(content, filename, ...more) {
  if (typeof content !== 'string' || !filename.startsWith(PACKAGES) || more.includes('module')) {
    return compile.call(this, content, filename, ...more);
  }
  const key = `${filename.slice(PACKAGES.length)}:${crypto.createHash('sha1').update(content).digest('base64')}`;
  const cachedData = known.get(key);
  let script;
  try {
    script = new vm.Script(Module.wrap(content.startsWith('#!') ? `//${content}` : content), {
      filename,
      cachedData,
      importModuleDynamically: DYNAMIC,
    });
  } catch {
    // Node says it better, or knows that it is no CommonJS.
    return compile.call(this, content, filename, ...more);
  }
  if (!cachedData || script.cachedDataRejected) made.set(key, script);
  const run = script.runInThisContext();
  return run.call(this.exports, this.exports, requireOf(this), this, filename, path.dirname(filename));
};

function readPaths() {
  try {
    Object.assign(Module._pathCache, JSON.parse(fs.readFileSync(PATHS, 'utf8')));
  } catch {
    return 0;
  }
  return Object.keys(Module._pathCache).length;
}

let places = isMainThread ? readPaths() : 0;

function keep(status) {
  if (status) return;
  try {
    if (made.size >= FEWEST_NEW) {
      for (const [key, script] of made) known.set(key, script.createCachedData());
      writePack(CODE, known);
    }
    made.clear();
    const found = Object.entries(Module._pathCache).filter(([, file]) => file.startsWith(PACKAGES));
    if (found.length < places + FEWEST_NEW) return;
    writeWhole(PATHS, JSON.stringify(Object.fromEntries(found)));
    places = found.length;
  } catch {
    // The next build compiles anew.
  }
}

if (isMainThread) whenBuilt(keep, { everyTime: true });
