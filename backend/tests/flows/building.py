"""Apps that bring their bundler along: a few lines of JavaScript where Expo's would be, run as any stranger's code is.

It is a scripted bundler, to produce outputs and faults that no real one does on demand. Real ones are in
`test_preview_expo.py`.
"""

import dataclasses
import json
from pathlib import Path

from app.adapters.container import Container
from app.adapters.ids import SystemIds
from app.adapters.process.system import SystemProcesses
from app.adapters.sandbox.chosen import BuildSandbox, candidates
from app.adapters.sandbox.probe import Prober
from app.core.clock import SystemClock

from tests.fixtures.bare import GitRepo
from tests.fixtures.jobs import drain
from tests.flows.conftest import Body, Traveller

# What a bundler has to do: write the bundle, and metadata.json that says where it is.
WRITES = """
const fs = require('fs');
exports.write = (code, assets = {}) => {
  const out = '/build/out/dist';
  fs.mkdirSync(`${out}/assets`, { recursive: true });
  fs.writeFileSync(`${out}/entry.js`, code);
  for (const [name, data] of Object.entries(assets)) fs.writeFileSync(`${out}/assets/${name}`, data);
  const files = Object.keys(assets).map((name) => ({ path: `assets/${name}`, ext: 'png' }));
  const platform = process.argv[process.argv.indexOf('--platform') + 1];
  const told = { [platform]: { bundle: 'entry.js', assets: files } };
  const metadata = { version: 0, bundler: 'metro', fileMetadata: told };
  fs.writeFileSync(`${out}/metadata.json`, JSON.stringify(metadata));
};
"""
GOOD = "const { write } = require('/build/project/writes.js'); write('var app = 1;');"


def app_with(script: str, **more: str) -> dict[str, str]:
    """Files of an app whose bundler is this script."""
    lock = {"name": "app", "lockfileVersion": 3, "packages": {"node_modules/expo": {"version": "57.0.0"}}}
    return {
        "package.json": json.dumps({"name": "app", "main": "./App.js", "dependencies": {"expo": "57.0.0"}}),
        "package-lock.json": json.dumps(lock),
        "app.json": json.dumps({"expo": {"name": "App", "slug": "app"}}),
        "App.js": "export default 1;\n",
        "writes.js": WRITES,
        "bundler.js": script,
        "node_modules/expo/package.json": json.dumps({"name": "expo", "version": "57.0.0"}),
        "node_modules/expo/bin/cli": "require('/build/project/bundler.js');\n",
        **more,
    }


def builders(container: Container, folder: Path) -> Container:
    """The workers that build: as the tests' container, in a sandbox that holds."""
    prober = Prober(SystemProcesses(SystemClock()), SystemIds(), folder)
    return dataclasses.replace(container, build_sandbox=BuildSandbox("required", prober, candidates()))


async def commit_app(ann: Traveller, repo: GitRepo, files: dict[str, str]) -> None:
    """Commit an app, and bring the mirror up to date."""
    repo.commit(files)
    if ann.project_id:
        await ann.sync()
    else:
        await ann.connect(repo)


async def built(ann: Traveller, workers: Container, platform: str = "ios", **asked: object) -> Body:
    """Have the app built by its token; the preview's status, its log as `log`, the grant as `grant`."""
    session = await ann.post("/preview/sessions", {"project_id": ann.project_id, "platform": platform} | asked)
    accepted = await ann.post("/preview/build", {"token": session["token"]})
    await drain(workers)
    status = await ann.get(f"/preview/status/{accepted['job_id']}")
    log = (await ann.http.get(f"/preview/logs/{accepted['job_id']}")).text
    return status | {"log": log, "grant": accepted["grant"], "token": session["token"]}
