'use strict';
/*
 * Fetches packages, each to its place, with npm's own parts: node fetch-packages.cjs NPM-FOLDER LIST
 *
 * LIST names a JSON file: [{ place, spec, integrity }], outer packages first. Nothing of a package is run; bytes that do
 * not have the integrity are refused. Links to programs are made as npm makes them.
 */
const fs = require('node:fs');
const path = require('node:path');
const { createRequire } = require('node:module');

const [npm, list] = process.argv.slice(2);
const npmRequire = createRequire(path.join(npm, 'package.json'));
const pacote = npmRequire('pacote');
const binLinks = npmRequire('bin-links');
const normalizeBin = npmRequire('npm-normalize-package-bin');

const options = {
  registry: process.env.npm_config_registry,
  cache: path.join(process.env.npm_config_cache, '_cacache'),
  proxy: process.env.npm_config_proxy,
  httpsProxy: process.env.npm_config_https_proxy,
  noProxy: '',
  preferOffline: true,
  // Specifications are names with versions. Should one ever be something else, it gets nothing.
  ignoreScripts: true,
  allowGit: 'none',
  allowRemote: 'none',
  allowFile: 'none',
  allowDirectory: 'none',
  fetchRetries: 2,
  fetchRetryMintimeout: 500,
  fetchRetryMaxtimeout: 3000,
};

async function main() {
  const packages = JSON.parse(fs.readFileSync(list, 'utf8'));
  for (const { place, spec, integrity } of packages) {
    await pacote.extract(spec, path.resolve(place), { ...options, integrity });
  }
  for (const { place } of packages) {
    const pkg = normalizeBin(JSON.parse(fs.readFileSync(path.join(place, 'package.json'), 'utf8')));
    await binLinks({ path: path.resolve(place), pkg, top: false, global: false, force: true });
  }
}

main().catch((error) => {
  console.error(String(error && error.message));
  process.exit(1);
});
