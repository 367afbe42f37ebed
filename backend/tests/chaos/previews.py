"""Builds of previews by the real workers of a running product, and what must hold of them whatever was broken."""

import asyncio
import io
import json
import os
import shutil
import sqlite3
import threading
import zipfile
from collections.abc import Iterator, Mapping, Set
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from sqlalchemy import make_url

from app.adapters.sandbox.chosen import candidates
from app.adapters.storage.job_folders import JobFolders
from app.core.hashing import sha256_hex

from tests.chaos.stack import Stack
from tests.fixtures.npm_registry import NpmRegistry
from tests.fixtures.repos import commit, make_repo, run_git
from tests.waiting import until

# Of tests that build: what they need of this machine.
BUILDS_HERE = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(shutil.which("npm") is None, reason="no Node.js with npm on this machine"),
    pytest.mark.skipif(not any(each.fit_for_builds for each in candidates()), reason="no sandbox for builds here"),
]
# A scripted bundler in the place of Expo's. It writes through the product's own cache of transforms without end while
# the project says `slow` and nobody said `go`, and has a child that leaves its process group. What it puts out says
# what it read, and how many records of the cache were damaged.
BUNDLER = """
const fs = require('fs'), path = require('path'), v8 = require('v8');
const { spawn } = require('child_process');
const { PrivateStore } = require('/build/tools/metro-stores.cjs');
const project = '/build/project', out = '/build/out/dist', cache = '/build/cache';
const marker = fs.readFileSync(`${project}/marker`, 'utf8');
if (marker) spawn('sleep', [marker], { detached: true, stdio: 'ignore' }).unref();
const store = new PrivateStore(cache, 'salt');
const value = { output: [{ data: { code: 'x'.repeat(60000) } }] };
const keyOf = (number) => { const key = Buffer.alloc(8); key.writeUInt32BE(number); return key; };
async function main() {
  const isSlow = fs.existsSync(`${project}/slow`);
  console.log('the bundler runs');
  for (let number = 0; number < 40 || (isSlow && !fs.existsSync(`${cache}/go`)); number += 1) {
    await store.set(keyOf(number % 500), value);
  }
  let damaged = 0;
  for (let number = 0; number < 500; number += 1) {
    const file = store.fileOf(keyOf(number));
    if (fs.existsSync(file) && (await store.get(keyOf(number)))?.output[0].data.code.length !== 60000) damaged += 1;
  }
  const app = fs.readFileSync(`${project}/App.js`, 'utf8');
  const told = { app, lib: require('lib'), damaged, says: process.env.EXPO_PUBLIC_SAYS };
  fs.mkdirSync(out, { recursive: true });
  fs.writeFileSync(`${out}/entry.js`, `var told = ${JSON.stringify(told)};`);
  const platform = process.argv[process.argv.indexOf('--platform') + 1];
  const fileMetadata = { [platform]: { bundle: 'entry.js', assets: [] } };
  fs.writeFileSync(`${out}/metadata.json`, JSON.stringify({ version: 0, bundler: 'metro', fileMetadata }));
}
module.exports = main;
"""
# As in Expo: the command line, and within its package what a bundler that waits calls.
CLI = "require('/build/project/bundler.js')().then(() => process.exit(0));"
EXPORT = "exports.expoExport = () => require('/build/project/bundler.js')();"


class HoldingRegistry(NpmRegistry):
    """A registry that can keep whoever asks for one path waiting."""

    def __init__(self) -> None:
        """Keep nobody waiting yet."""
        self._held = ""
        self._may_go = threading.Event()
        super().__init__()

    @contextmanager
    def holding(self, path: str) -> Iterator[None]:
        """Answer nobody who asks for this path until the block ends."""
        self._held = path
        self._may_go.clear()
        try:
            yield
        finally:
            self._held = ""
            self._may_go.set()

    def _answer_to(self, path: str) -> tuple[int, bytes]:
        if path == self._held:
            self._may_go.wait(60)
        return super()._answer_to(path)


def publish_app_packages(npm: NpmRegistry) -> None:
    """Publish what the app depends on: the bundler's place, and a library."""
    npm.publish("expo", "57.0.0", {"bin/cli": CLI, "index.js": "expo"})
    npm.publish("@expo/cli", "57.0.0", {"build/src/export/index.js": EXPORT})
    npm.publish("lib", "1.0.0", {"index.js": "module.exports = 'lib one';", **{f"more/{n}.js": "1" for n in range(50)}})
    npm.publish("lib", "2.0.0", {"index.js": "module.exports = 'lib two';"})


@contextmanager
def a_registry() -> Iterator[HoldingRegistry]:
    """The registry that builds install from, with what the app depends on."""
    registry = HoldingRegistry()
    publish_app_packages(registry)
    try:
        yield registry
    finally:
        registry.close()


def app_files(npm: NpmRegistry, marker: str, *, lib: str = "1.0.0") -> dict[str, str | bytes | None]:
    """Files of an app that is built by the scripted bundler; `marker` is what its child sleeps, in seconds, if any."""
    wanted = (("expo", "57.0.0"), ("@expo/cli", "57.0.0"), ("lib", lib))
    manifest = {"name": "app", "version": "1.0.0", "main": "./App.js", "dependencies": dict(wanted)}
    return {
        "package.json": json.dumps(manifest),
        "package-lock.json": npm.lock(*wanted),
        "app.json": json.dumps({"expo": {"name": "App", "slug": "app"}}),
        "App.js": "export default 0;\n",
        "bundler.js": BUNDLER,
        "marker": marker,
    }


@dataclass
class Builds:
    """A project of a running product whose app is built again and again."""

    stack: Stack
    npm: HoldingRegistry
    source: Path
    marker: str
    project_id: str = ""
    _count: int = 0

    @classmethod
    async def begin(cls, stack: Stack, npm: HoldingRegistry, folder: Path, marker: str) -> "Builds":
        """Make a project and wait for its manifest."""
        return await cls.of(stack, npm, make_repo(folder, app_files(npm, marker)), marker)

    @classmethod
    async def of(cls, stack: Stack, npm: HoldingRegistry, source: Path, marker: str) -> "Builds":
        """Make a project of a repository and wait for its manifest."""
        project = await stack.post("/projects", {"name": "app", "repo_url": str(source)})
        made = cls(stack, npm, source, marker, project["id"])
        await made.synced()
        return made

    async def change(self, *, slow: bool = False, lib: str = "1.0.0") -> str:
        """Commit an app that was never built; a slow one's bundler is busy until it is told to go on. Its App.js."""
        self._count += 1
        source = f"export default {self._count};\n"
        files = app_files(self.npm, self.marker, lib=lib) | {"App.js": source}
        if slow or (self.source / "slow").exists():
            files["slow"] = "yes" if slow else None
        commit(self.source, files)
        await self.synced()
        return source

    async def synced(self) -> None:
        """Bring the mirror and its manifest up to date."""
        accepted = await self.stack.post(f"/repos/{self.project_id}/sync")
        job = await self.stack.ended(accepted["job_id"])
        assert job["status"] == "success", job
        head = run_git(self.source, "rev-parse", "HEAD")

        async def is_described() -> bool:
            answer = await self.stack.http.get(f"/projects/{self.project_id}/manifest")
            return answer.is_success and answer.json()["commit"] == head

        await until(is_described, seconds=60)

    async def ask(self, platform: str = "ios", **more: str) -> dict[str, Any]:
        """Ask for a build; session_id, token, job_id and grant."""
        asked = {"project_id": self.project_id, "platform": platform, "source": "worker", **more}
        session = await self.stack.post("/preview/sessions", asked)
        accepted = await self.stack.post("/preview/build", {"token": session["token"]})
        return {**session, **accepted}

    async def built(self, platform: str = "ios", **more: str) -> dict[str, Any]:
        """Ask for a build and wait for its success; its status, with its log and what the bundler told."""
        job_id = (await self.ask(platform, **more))["job_id"]
        status = await self.is_kept(job_id)
        return {**status, "told": await self.told(job_id)}

    async def ended(self, job_id: str) -> dict[str, Any]:
        """Wait for a build's end; its status, with its log."""
        await self.stack.ended(job_id, within=120)
        return {**await self.stack.get(f"/preview/status/{job_id}"), "log": await self.log(job_id)}

    async def log(self, job_id: str) -> str:
        """Read a build's log as it is now."""
        return (await self.stack.http.get(f"/preview/logs/{job_id}")).text

    async def bundling(self, job_id: str) -> None:
        """Wait until the bundler runs."""

        async def runs() -> bool:
            return "the bundler runs" in await self.log(job_id) and bool(self.sleepers())

        await until(runs, seconds=60)

    def go_on(self) -> None:
        """Let the bundler end, now and in all attempts to come."""
        for folder in self._caches():
            (folder / "go").touch()

    def hold(self) -> None:
        """Keep slow bundlers busy again."""
        for folder in self._caches():
            (folder / "go").unlink(missing_ok=True)

    def _caches(self) -> list[Path]:
        return list((self.stack.data_dir / "cache" / "metro" / self.project_id / "lines").glob("*/transforms"))

    async def told(self, job_id: str) -> dict[str, Any]:
        """What the bundler said in the bundle that it made: the source it read, its library, damaged records."""
        answer = await self.stack.http.get(f"/preview/download/{job_id}")
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            code = archive.read("main.jsbundle").decode()
        found: dict[str, Any] = json.loads(code.removeprefix("var told = ").removesuffix(";"))
        return found

    async def beside(self) -> "Builds":
        """Another project of the same repository, which shares nothing with this one."""
        return await Builds.of(self.stack, self.npm, self.source, self.marker)

    async def as_bearer(self, path: str, token: str) -> httpx.Response:
        """Read something with a token or grant, and no log-in."""
        async with httpx.AsyncClient(base_url=self.stack.http.base_url, timeout=20, trust_env=False) as http:
            return await http.get(path, headers={"Authorization": f"Bearer {token}"})

    def sleepers(self) -> list[int]:
        """The children that bundlers of this project left, as far as they live."""
        wanted = b"\0".join((b"sleep", self.marker.encode(), b""))
        return [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/cmdline") if _read(path) == wanted]

    def waiting(self) -> list[int]:
        """The bundlers that wait, or work, in sandboxes that stay."""
        tmp = os.fsencode(self.stack.data_dir / "tmp" / "preview-warm-")
        return [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/cmdline") if tmp in _read(path)]

    def folders(self) -> list[str]:
        """What builds left among temporary folders."""
        return sorted(path.name for path in (self.stack.data_dir / "tmp").glob("preview-*"))

    @property
    def bundles(self) -> Path:
        """Where previews are stored."""
        return self.stack.data_dir / "previews"

    async def stored(self) -> list[str]:
        """The keys of all stored objects of previews."""
        return [info.key async for info in JobFolders(self.bundles).list("previews")]

    def unfinished(self) -> list[Path]:
        """Objects that are being stored, or were when their writer was killed."""
        return list((self.bundles / ".incoming").glob("*"))

    async def tidy(self, task: str) -> None:
        """Have a task of the cleanup worker run."""
        accepted = await self.stack.post(f"/admin/tasks/{task}/run", {})
        job = await self.stack.ended(accepted["job_id"])
        assert job["status"] == "success", job

    async def count(self, query: str) -> int:
        """Ask the product's database for a number."""
        return int(await ask_database(self.stack, query))

    async def is_kept(self, job_id: str) -> dict[str, Any]:
        """A build that was to succeed has, once; its status, with its log."""
        status = await self.ended(job_id)
        assert status["status"] == "success", status["log"]
        answer = await self.stack.http.get(f"/preview/download/{job_id}")
        assert answer.is_success
        assert sha256_hex(answer.content) == status["bundle"]["sha256"]
        plain = job_id.replace("-", "")
        assert await self.count(f"select count(*) from preview_bundles where job_id in ('{plain}', '{job_id}')") == 1
        ready = "select count(*) from events where name = 'preview.ready' and cast(body as text) like"
        assert await self.count(f"{ready} '%{job_id}%'") == 1
        return status

    async def is_whole(self, job_id: str) -> None:
        """A build that was to succeed has, once, and nothing but its bundle is left of it."""
        await self.is_kept(job_id)
        await self.is_tidy(keeps={job_id})

    async def is_tidy(self, keeps: Set[str] = frozenset()) -> None:
        """Nothing of builds that ended is left: no process, no folder, no object but those of bundles that are kept."""
        await until(lambda: not self.sleepers(), seconds=20)
        await self.tidy("sweep_tmp")
        assert self.folders() == []
        await self.tidy("prune_orphan_blobs")
        jobs = {key.split("/")[2] for key in await self.stored() if key.endswith("/bundle.zip")}
        assert keeps <= jobs
        assert {path.name for path in self.bundles.iterdir() if path.name[0].isalnum()} <= jobs


async def ask_database(stack: Stack, query: str) -> Any:
    """Read one value of the product's database."""
    url = make_url(stack.extra.get("DATABASE_URL", f"sqlite:///{stack.data_dir / 'hivesync.db'}"))
    if url.get_backend_name() == "sqlite":
        assert url.database
        return await asyncio.to_thread(_ask_sqlite, url.database, query)
    connection = await asyncpg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False))
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


def _ask_sqlite(path: str, query: str) -> Any:
    with closing(sqlite3.connect(path, timeout=10)) as database:
        return database.execute(query).fetchone()[0]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def extra_settings(npm: NpmRegistry) -> Mapping[str, str]:
    """Settings of a product whose builds install from a registry of the test's, and whose cleanup waits for nothing."""
    return {
        "NPM_REGISTRY_URL": npm.url,
        "RATE_LIMIT_PREVIEWS": "1000000/1m",
        "RATE_LIMIT_AUTH": "1000000/1m",
        "CLEANUP_TMP_HOURS": "0.0000001",
        "CLEANUP_ORPHAN_HOURS": "0.0000001",
        "PREVIEW_MAX_TIMEOUT_MS": "120000",
    }
