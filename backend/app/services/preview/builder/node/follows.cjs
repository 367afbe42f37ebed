'use strict';
/* What a transformed file follows from beside its own bytes: the files of an asset, and values of the environment. */
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

/** Name and hash all files that could belong to an asset (other densities, platforms), whatever is made of them. */
function variantsOf(file) {
  const folder = path.dirname(file);
  const stem = path.basename(file).split(/[@.]/, 1)[0];
  const hash = crypto.createHash('sha1');
  const names = fs.readdirSync(folder).filter((name) => name.split(/[@.]/, 1)[0] === stem && /\.\w+$/.test(name));
  for (const name of names.sort()) {
    let data;
    try {
      data = fs.readFileSync(path.join(folder, name));
    } catch {
      continue; // A folder is no variant.
    }
    hash.update(`${name}\0${data.length}\0`).update(data);
  }
  return hash.digest('hex');
}

/** Hash the values that variables have now. */
function valuesOf(names) {
  const told = names.map((name) => [name, process.env[name] ?? null]);
  return crypto.createHash('sha1').update(JSON.stringify(told)).digest('hex');
}

module.exports = { variantsOf, valuesOf };
