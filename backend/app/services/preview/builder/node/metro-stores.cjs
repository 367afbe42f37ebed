'use strict';
/*
 * Metro's caches: one that belongs to a project, and one that is read only and shared by all apps of an SDK.
 *
 * A record is what a file became. One of a file that asks for variables holds their values; where it cannot be told
 * which, it holds a salt, a hash of all that it could see of the environment; one of an image in several sizes holds
 * what all of them were. When that is no longer so, the record is not there. Written beside and renamed: whole, or not
 * at all.
 */
const fs = require('node:fs');
const path = require('node:path');
const v8 = require('node:v8');
const { valuesOf, variantsOf } = require('./follows.cjs');

function marksOf(value) {
  return (value && value.output && value.output[0] && value.output[0].data && value.output[0].data.hivesync) || {};
}

class Store {
  constructor(root, build) {
    this.root = root;
    this.salt = build.salt;
    this.project = build.project;
    this.hits = 0;
    this.misses = 0;
  }

  fileOf(key) {
    const name = key.toString('hex');
    return path.join(this.root, name.slice(0, 2), name.slice(2));
  }

  async get(key) {
    const found = await this.read(this.fileOf(key));
    if (found) this.hits += 1;
    else this.misses += 1;
    return found;
  }

  async read(file) {
    let data;
    try {
      // Read at once: a thread's turn takes longer than a file of a few kilobytes.
      data = fs.readFileSync(file);
    } catch (error) {
      if (error.code === 'ENOENT') return null;
      throw error;
    }
    try {
      const { salt, value } = v8.deserialize(data);
      return (salt === null || salt === this.salt) && this.isStill(marksOf(value)) ? value : null;
    } catch {
      return null;
    }
  }

  isStill({ asset, variants, variables, values }) {
    if (variables !== undefined && valuesOf(variables) !== values) return false;
    return asset === undefined || variantsOf(path.resolve(this.project, asset)) === variants;
  }
}

class PrivateStore extends Store {
  constructor(root, build, seeds = []) {
    super(root, build);
    this.name = 'project';
    this.seeds = seeds;
    this.number = 0;
  }

  async set(key, value) {
    const marks = marksOf(value);
    const css = value && value.output && value.output[0] && value.output[0].data && value.output[0].data.css;
    if (marks.readsOthers || (css && css.skipCache) || this.seeds.some((seed) => seed.gave.has(key))) return;
    const file = this.fileOf(key);
    this.number += 1;
    const unfinished = `${file}.${process.pid}-${this.number}`;
    const data = v8.serialize({ salt: marks.readsEnvironment ? this.salt : null, value });
    try {
      await fs.promises.writeFile(unfinished, data);
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
      await fs.promises.mkdir(path.dirname(file), { recursive: true });
      await fs.promises.writeFile(unfinished, data);
    }
    await fs.promises.rename(unfinished, file);
  }

  clear() {
    fs.rmSync(this.root, { recursive: true, force: true });
  }
}

class SeedStore extends Store {
  constructor(root, build) {
    super(root, build);
    this.name = 'seed';
    // It stays where it is, so that what it gave need not be kept once more.
    this.gave = new WeakSet();
  }

  async get(key) {
    const found = await super.get(key);
    if (found) this.gave.add(key);
    return found;
  }

  set() {}

  clear() {}
}

module.exports = { PrivateStore, SeedStore };
