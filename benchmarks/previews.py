"""Previews: from a commit to a bundle, through the API, against `npm install && npx expo export`."""

import asyncio
import os
import re
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import psutil

from benchmarks.harness import ROOT, Goal, Options, Result, compare, main, progress
from benchmarks.machinery import workplace
from benchmarks.product import running_product, sent, until

DESCRIPTION = """The sample app of Expo is built for iOS, as plain JavaScript, by both sides. Theirs: `npm install` and
`npx expo export --no-bytecode` in a fresh folder with npm's cache warm. Ours: POST /preview/build until the preview is
ready, by `hivesync up` on its embedded default: sandboxed, started once for a check, packed and stored. CPU is that of
the worker of the role preview_builder and of all that it started (what was killed in its sandbox, as the log tells).
The first build finds nothing, npm's cache included."""

_SAMPLE = ROOT / "assets" / "samples" / "expo-app"
_PATIENCE_SECONDS = 1200.0
# Looking costs the machine something: at first often, then at a hundredth of the time that has gone by.
_LOOKS_EVERY_SECONDS, _LOOKS_SHARE = 0.005, 0.01
_PASSED_ON = ("PATH", "LANG", "NODE_EXTRA_CA_CERTS", "HTTPS_PROXY", "NO_PROXY", "NPM_REGISTRY_URL")
_ADDED = "dayjs"
_USES_ADDED = f"\nimport dayjs from '{_ADDED}';\nexport const today = () => dayjs().format();\n"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one way to a bundle took: seconds by the clock and of processors, and what its log says."""

    wall: float
    cpu: float
    log: str = ""

    def phases(self) -> str:
        """Say each step's share of the time, from the log's moments."""
        begun = [line.split(" ", 1) for line in self.log.splitlines() if "step: " in line or " stored " in line]
        moments = [(datetime.fromisoformat(at), said.removeprefix("step: ").split(" ")[0]) for at, said in begun]
        spans = [(name, (later - at).total_seconds()) for (at, name), (later, _) in pairwise(moments)]
        return ", ".join(f"{name} {seconds:.1f}" for name, seconds in spans)


@dataclass(slots=True)
class Repository:
    """The app's repository, and its work tree."""

    folder: Path
    number: int = 0

    @classmethod
    def of_sample(cls, folder: Path, changes: Mapping[str, str] | None = None) -> "Repository":
        """Copy the sample app; `changes` are added to its files."""
        shutil.copytree(_SAMPLE, folder, ignore=shutil.ignore_patterns("node_modules", ".expo"))
        made = cls(folder)
        made._git("init", "-q", "-b", "main")
        for name, text in (changes or {}).items():
            (folder / name).write_text((folder / name).read_text() + text)
        made.commit()
        return made

    def edit(self) -> None:
        """Change one file, and commit."""
        self.number += 1
        with (self.folder / "components" / "walks.ts").open("a") as file:
            file.write(f"\nexport const edit{self.number} = {self.number};\n")
        self.commit()

    def add_dependency(self) -> None:
        """Use one more package, and commit it with its lock file."""
        command = ["npm", "install", "--package-lock-only", "--legacy-peer-deps", "--silent", _ADDED]
        subprocess.run(command, cwd=self.folder, check=True)
        with (self.folder / "components" / "walks.ts").open("a") as file:
            file.write(_USES_ADDED)
        self.commit()

    def rename(self, name: str) -> None:
        """Call it something else, as another app is."""
        for path in ("package.json", "package-lock.json", "app.json"):
            text = (self.folder / path).read_text()
            (self.folder / path).write_text(text.replace("hivesync-sample-expo", name))

    def commit(self) -> None:
        """Commit everything."""
        self._git("add", ".")
        self._git("-c", "user.name=Bench", "-c", "user.email=bench@example.org", "commit", "-q", "-m", "change")

    def head(self) -> str:
        """Give the id of its newest commit."""
        return self._git("rev-parse", "HEAD").decode().strip()

    def _git(self, *arguments: str) -> bytes:
        return subprocess.run(["git", *arguments], cwd=self.folder, check=True, stdout=subprocess.PIPE).stdout


@dataclass(slots=True)
class Product:
    """What runs, and how it is asked."""

    api: httpx.AsyncClient
    env: Mapping[str, str]
    worker: psutil.Process
    logs: dict[str, str] = field(default_factory=dict)

    async def connect(self, repository: Repository) -> str:
        """Make a project of a repository; its id."""
        project: str = (await sent(self.api, "/projects", {"name": "b", "repo_url": str(repository.folder)}))["id"]
        await self.sync(project, repository)
        return project

    async def sync(self, project: str, repository: Repository) -> None:
        """Bring its mirror and its manifest up to date."""
        await sent(self.api, f"/repos/{project}/sync", None)
        head = repository.head()

        async def is_described() -> bool:
            answer = await self.api.get(f"/projects/{project}/manifest")
            return answer.is_success and answer.json()["commit"] == head

        await _until(is_described)

    async def build(self, project: str) -> Cost:
        """Have its newest commit built; what that took from the request until it is ready."""
        asked = {"project_id": project, "platform": "ios", "source": "worker"}
        session = await sent(self.api, "/preview/sessions", asked)
        before, wall = self.worker.cpu_times(), time.monotonic()
        job = (await sent(self.api, "/preview/build", {"token": session["token"]}))["job_id"]
        status: dict[str, Any] = {}

        async def is_over() -> bool:
            status.update((await self.api.get(f"/preview/status/{job}")).json())
            return status["status"] in ("success", "failed", "cancelled")

        await _until(is_over)
        took = time.monotonic() - wall
        log = (await self.api.get(f"/preview/logs/{job}")).text
        if status["status"] != "success":
            raise RuntimeError(f"the build {status['status']}: {log[-3000:]}")
        return Cost(took, _cpu_between(before, self.worker.cpu_times(), log), log)

    async def seed(self) -> None:
        """Seed with the sample, as an operator does."""
        command = [sys.executable, "-m", "app", "admin", "seed-previews", str(_SAMPLE)]
        child = await asyncio.create_subprocess_exec(*command, env=dict(self.env), stdout=subprocess.DEVNULL)
        if await child.wait():
            raise RuntimeError("seeding failed")


async def measure(options: Options, result: Result) -> None:
    """Fill in the figures."""
    if shutil.which("npm") is None:
        result.skipped.append("Node.js with npm is not here.")
        return
    with workplace() as folder:
        async with _product(folder) as product:
            plain = await asyncio.to_thread(_plain, folder, warm=not options.quick)
            _note("plain", plain)
            repository = Repository.of_sample(folder / "app")
            project = await product.connect(repository)
            first = [await product.build(project)]
            _note("first", first[0])
            same = [await product.build(project) for _ in range(options.size(5, quick=1))]
            _note("unchanged", same[-1])
            changed = []
            for _ in range(options.size(options.rounds, quick=1)):
                repository.edit()
                await product.sync(project, repository)
                changed.append(await product.build(project))
                _note("changed", changed[-1])
            repository.add_dependency()
            await product.sync(project, repository)
            added = [await product.build(project)]
            _note("dependency", added[0])
            await product.seed()
            unseen = [await product.build(await product.connect(_other_app(folder / "other")))]
            _note("unseen", unseen[0])
    _tell(result, plain, "first build, nothing there", first)
    _tell(result, plain, "unchanged", same)
    _tell(result, plain, "one file changed", changed, wall=15, cpu=20)
    _tell(result, plain, "one dependency added", added, wall=10, cpu=10)
    _tell(result, plain, "an app never seen, its SDK seeded", unseen, cpu=5)


def _other_app(folder: Path) -> Repository:
    """Another team's app with the same SDK: other sources, another name, one package more."""
    files = ("app/_layout.tsx", "app/(tabs)/_layout.tsx", "app/(tabs)/index.tsx", "components/walks.ts")
    other = Repository.of_sample(folder, dict.fromkeys(files, "\nexport const another = 'app';\n"))
    other.rename("another-app")
    other.add_dependency()
    return other


def _tell(
    result: Result, plain: Cost, what: str, ours: list[Cost], *, wall: float | None = None, cpu: float | None = None
) -> None:
    note = ours[-1].phases()
    walls, cpus = [each.wall for each in ours], [each.cpu for each in ours]
    result.figures += [
        compare(f"{what}: clock", "s", "less", ours=walls, peer=[plain.wall] * len(walls), peer_name="npm and expo",
                goal=Goal(1 / wall) if wall else None, note=note),
        compare(f"{what}: CPU", "s", "less", ours=cpus, peer=[plain.cpu] * len(cpus), peer_name="npm and expo",
                goal=Goal(1 / cpu) if cpu else None),
    ]  # fmt: skip


def _note(what: str, cost: Cost) -> None:
    said = next((line.split("  ", 1)[1] for line in cost.log.splitlines() if "  cache: " in line), "")
    progress(f"{what}: {cost.wall:.2f} s, {cost.cpu:.2f} s of CPU; {cost.phases()}; {said}")


def _plain(folder: Path, *, warm: bool) -> Cost:
    """Do what people do, in a fresh folder."""
    env = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    env |= {"HOME": str(folder), "npm_config_cache": str(folder / "npm"), "CI": "1", "EXPO_NO_TELEMETRY": "1"}
    commands = (
        ["npm", "install", "--no-audit", "--no-fund"],
        ["npx", "expo", "export", "--platform", "ios", "--no-bytecode"],
    )
    place = folder / "plain"
    if warm:
        shutil.copytree(_SAMPLE, place, ignore=shutil.ignore_patterns("node_modules"))
        subprocess.run(commands[0], cwd=place, env=env, check=True, stdout=subprocess.DEVNULL)
        shutil.rmtree(place)
    shutil.copytree(_SAMPLE, place, ignore=shutil.ignore_patterns("node_modules"))
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    for command in commands:
        subprocess.run(command, cwd=place, env=env, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    took = time.monotonic() - began
    shutil.rmtree(place)
    return Cost(took, cpu)


def _cpu_between(before: Any, after: Any, log: str) -> float:
    """Add up what the worker took and what it started.

    What runs in a sandbox is killed with it at times before the kernel has added its time to the worker's children;
    then it is missing there, and the log has it.
    """
    own = after.user + after.system - before.user - before.system
    children = after.children_user + after.children_system - before.children_user - before.children_system
    told = sum(float(found) for found in re.findall(r"([\d.]+) s of CPU", log))
    return float(own + (children if children >= told else children + told))


@asynccontextmanager
async def _product(folder: Path) -> AsyncIterator[Product]:
    env = {
        **{name: os.environ[name] for name in _PASSED_ON if name in os.environ},
        "PREVIEW_MAX_TIMEOUT_MS": "1200000", "JWT_TTL_SECONDS": "86400",
        **{f"RATE_LIMIT_{name}": "1000000/1m" for name in ("API", "REPOS", "PREVIEWS")},
    }  # fmt: skip
    async with running_product(folder, env, timeout_seconds=60) as product:
        yield Product(product.api, product.env, await _worker_of(product.pid))


async def _worker_of(pid: int) -> psutil.Process:
    found: list[psutil.Process] = []

    async def is_there() -> bool:
        children = psutil.Process(pid).children(recursive=True)
        found[:] = [each for each in children if "preview_builder" in each.cmdline()]
        return bool(found)

    await _until(is_there)
    return found[0]


async def _until(holds: Callable[[], Awaitable[bool]]) -> None:
    await until(holds, within=_PATIENCE_SECONDS, every=_LOOKS_EVERY_SECONDS, share=_LOOKS_SHARE)


if __name__ == "__main__":
    main("previews", measure, description=DESCRIPTION)
