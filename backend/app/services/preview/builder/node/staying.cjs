'use strict';
/*
 * Exports an Expo app again and again: what was loaded, compiled and made fast for one build is there for the next.
 *
 * Orders come on standard input, a line of JSON each: { mark, arguments } of `expo export`. When one is done a line says
 * `hivesync-done` and its mark. Each build gets Metro, its maps and its stores anew, and reads the project anew: only
 * installed packages stay loaded, which are read-only. A build that fails ends the process, as it would end Expo's own.
 */
const fs = require('node:fs');
const path = require('node:path');
const readline = require('node:readline');
const Module = require('node:module');
const { createRequire } = Module;
const { built, staying } = require('./when-built.cjs');

const build = JSON.parse(fs.readFileSync(process.env.HIVESYNC_BUILD, 'utf8'));
const PACKAGES = path.join(build.project, 'node_modules') + path.sep;
const STAYS = new Set(['staying.cjs', 'when-built.cjs', 'compile-cache.cjs'].map((name) => path.join(__dirname, name)));
const environment = { ...process.env };
const exit = process.exit.bind(process);

const expo = createRequire(path.join(build.project, 'node_modules', 'expo', 'package.json'));
const { expoExport } = require(path.join(path.dirname(expo.resolve('@expo/cli/package.json')), 'build/src/export/index.js'));

// When its work is done, Expo's CLI looks for what keeps the process alive, and ends it.
process.getActiveResourcesInfo = () => [];

/** Let everything be as at a start, but for packages, and for what these and the app's own code changed in Node itself. */
function begin() {
  for (const file of Object.keys(require.cache)) {
    if (!file.startsWith(PACKAGES) && !STAYS.has(file)) delete require.cache[file];
  }
  for (const [request, file] of Object.entries(Module._pathCache)) {
    if (!file.startsWith(PACKAGES)) delete Module._pathCache[request];
  }
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
  process.exitCode = undefined;
  process.chdir(build.project);
}

async function work({ mark, arguments: given }) {
  staying(false);
  begin();
  process.argv = [process.argv[0], path.join(PACKAGES, 'expo', 'bin', 'cli'), 'export', ...given];
  await expoExport(given);
  if (process.exitCode) exit(process.exitCode);
  built(0);
  staying(true);
  // After all that was written, on a line of its own whatever that ended with.
  await new Promise((done) => { process.stdout.write(`\nhivesync-done ${mark}\n`, done); });
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) await work(JSON.parse(line));
  exit(0);
}

main().catch((error) => {
  console.error(error);
  exit(1);
});
