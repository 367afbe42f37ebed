'use strict';
/*
 * The Metro configuration that builds use: the project's own, with caches of ours put in front of it.
 *
 * Expo reads it through EXPO_OVERRIDE_METRO_CONFIG, the React Native CLI through --config. HIVESYNC_BUILD names a JSON
 * file: { project, cache, seeds, fileMap, cacheVersion, salt, out }.
 */
const fs = require('node:fs');
const path = require('node:path');
const v8 = require('node:v8');
const { createRequire } = require('node:module');
const { PrivateStore, SeedStore } = require('./metro-stores.cjs');
const { whenBuilt } = require('./when-built.cjs');

const build = JSON.parse(fs.readFileSync(process.env.HIVESYNC_BUILD, 'utf8'));
const projectRequire = createRequire(path.join(build.project, 'package.json'));
// A map is written anew when more files than these were new.
const FEW = 20;
const THEIRS = Symbol.for('hivesync.write');
const CONFIGS = ['js', 'cjs', 'json', 'ts', 'cts', 'mjs'].map((extension) => `metro.config.${extension}`);

function optional(name) {
  try {
    return projectRequire(name);
  } catch (error) {
    if (error && error.code === 'MODULE_NOT_FOUND' && String(error.message).includes(name)) return null;
    throw error;
  }
}

async function defaults() {
  const expo = optional('expo/metro-config');
  if (expo) return expo.getDefaultConfig(build.project);
  return optional('@react-native/metro-config').getDefaultConfig(build.project);
}

async function theirs() {
  const name = CONFIGS.find((each) => fs.existsSync(path.join(build.project, each)));
  if (!name) return defaults();
  const file = path.join(build.project, name);
  let found = name.endsWith('.mjs') ? await import(file) : projectRequire(file);
  found = found.default ?? found;
  return typeof found === 'function' ? found(await defaults()) : found;
}

/** Write down what Expo's clients are told of the app: the manifest holds it as extra.expoClient. */
function writeExpoConfig() {
  if (!build.out || !optional('expo/package.json')) return;
  const config = optional('expo/config') ?? optional('@expo/config');
  if (!config) return;
  const { exp } = config.getConfig(build.project, { isPublicConfig: true, skipSDKVersionRequirement: true });
  fs.writeFileSync(path.join(build.out, 'expo-config.json'), JSON.stringify(exp));
}

/** Metro's own default is a package's name, which is there for Metro and need not be for the project. */
function transformerOf(config) {
  if (!config.transformerPath) return null;
  let from = projectRequire;
  for (const next of ['@react-native/metro-config', 'metro-config', 'metro', null]) {
    try {
      return from.resolve(config.transformerPath);
    } catch (error) {
      if (next === null) throw error;
    }
    try {
      from = createRequire(from.resolve(next));
    } catch {
      // It is looked for from where we are.
    }
  }
  return null;
}

/** Expo's map of files is written before the hashes of files are known, and so they would be taken in every build. */
function keepHashes(own) {
  let fileMap;
  try {
    fileMap = createRequire(projectRequire.resolve('expo/package.json'))('@expo/metro-file-map');
  } catch {
    return;
  }
  const manager = fileMap.DiskCacheManager && fileMap.DiskCacheManager.prototype;
  if (!manager || typeof manager.write !== 'function' || typeof manager.getCacheFilePath !== 'function') return;
  // A process that stays comes here once a build.
  const write = manager[THEIRS] ?? manager.write;
  manager[THEIRS] = write;
  manager.write = function writeAndKeep(snapshot, ...more) {
    whenBuilt((status) => {
      if (status || own.misses < FEW) return;
      const file = this.getCacheFilePath();
      fs.writeFileSync(`${file}.${process.pid}`, v8.serialize(snapshot()));
      fs.renameSync(`${file}.${process.pid}`, file);
    });
    return write.call(this, snapshot, ...more);
  };
}

function tell(own, seeds) {
  const asked = own.hits + own.misses;
  const seeded = seeds.reduce((sum, each) => sum + each.hits, 0);
  if (asked) process.stdout.write(`cache: ${own.hits + seeded} of ${asked} files, ${seeded} of them from others\n`);
}

module.exports = (async () => {
  const config = await theirs();
  writeExpoConfig();
  const transformer = transformerOf(config);
  process.env.HIVESYNC_METRO_TRANSFORMER = transformer ?? '';
  const seeds = build.seeds.map((root) => new SeedStore(root, build));
  const own = new PrivateStore(build.cache, build, seeds);
  const stores = [own, ...seeds];
  keepHashes(own);
  whenBuilt(() => tell(own, seeds));
  return {
    ...config,
    cacheVersion: build.cacheVersion,
    cacheStores: stores,
    fileMapCacheDirectory: build.fileMap,
    ...(transformer && { transformerPath: require.resolve('./metro-transformer.cjs') }),
    resetCache: false,
  };
})();
