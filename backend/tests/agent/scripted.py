"""Apps that bring their bundler along: a few lines of JavaScript where Expo's command line would be."""

import json
from pathlib import Path

# What a bundler has to do: write the bundle, and metadata.json that says where it is.
EXPORTS = """
const fs = require('node:fs');
const given = (name) => process.argv[process.argv.indexOf(name) + 1];
if (process.argv[2] === 'config') {
  console.log(JSON.stringify({ name: 'Shop', slug: 'shop', sdkVersion: '57.0.0' }));
  process.exit(0);
}
const out = given('--output-dir');
fs.mkdirSync(`${out}/assets`, { recursive: true });
console.log('Starting Metro Bundler');
console.error('a warning');
fs.writeFileSync(`${out}/entry.js`, `var app = 1; // ${process.env.NODE_ENV} ${process.env.HIVESYNC_SECRET ?? 'none'}`);
fs.writeFileSync(`${out}/assets/logo.png`, 'png');
const told = { [given('--platform')]: { bundle: 'entry.js', assets: [{ path: 'assets/logo.png', ext: 'png' }] } };
fs.writeFileSync(`${out}/metadata.json`, JSON.stringify({ version: 0, bundler: 'metro', fileMetadata: told }));
"""


def make_app(folder: Path, script: str = EXPORTS) -> Path:
    """Write an app whose bundler is a script."""
    files = {
        "package.json": json.dumps({"name": "app", "main": "App.js", "dependencies": {"expo": "57.0.0"}}),
        "package-lock.json": "{}",
        "App.js": "export default 1;\n",
        "node_modules/expo/bin/cli": script,
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder
