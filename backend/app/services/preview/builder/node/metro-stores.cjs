'use strict';
/*
 * Metro's caches: one that belongs to a project, and one that is read only and shared by all apps of an SDK.
 *
 * A record is what a file became. Those of files that read the environment hold a salt, a hash of all that such a file
 * can see of it; under another salt they are not there. Written beside and renamed: whole, or not at all.
 */
const fs = require('node:fs');
const path = require('node:path');
const v8 = require('node:v8');

function readsEnvironment(value) {
  return Boolean(value && value.output && value.output[0] && value.output[0].data.hivesyncReadsEnvironment);
}

class Store {
  constructor(root, salt) {
    this.root = root;
    this.salt = salt;
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
      data = await fs.promises.readFile(file);
    } catch (error) {
      if (error.code === 'ENOENT') return null;
      throw error;
    }
    try {
      const { salt, value } = v8.deserialize(data);
      return salt === null || salt === this.salt ? value : null;
    } catch {
      return null;
    }
  }
}

class PrivateStore extends Store {
  constructor(root, salt) {
    super(root, salt);
    this.name = 'project';
    this.number = 0;
  }

  async set(key, value) {
    const css = value && value.output && value.output[0] && value.output[0].data && value.output[0].data.css;
    if (css && css.skipCache) return;
    const file = this.fileOf(key);
    this.number += 1;
    const unfinished = `${file}.${process.pid}-${this.number}`;
    const data = v8.serialize({ salt: readsEnvironment(value) ? this.salt : null, value });
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
  constructor(root, salt) {
    super(root, salt);
    this.name = 'seed';
  }

  set() {}

  clear() {}
}

module.exports = { PrivateStore, SeedStore };
