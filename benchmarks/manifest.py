"""Manifests: a whole one against `git ls-tree -r -l`, and after a 10-file change against a whole one."""

import asyncio
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

# `python benchmarks/manifest.py` does what `python -m benchmarks.manifest` does.
sys.path.insert(0, str(Path(__file__).parents[1] / "backend"))
sys.path.insert(0, str(Path(__file__).parents[1]))

from app.adapters.container import Container
from app.adapters.db.migrate import upgrade
from app.adapters.events.memory import MemoryHub
from app.adapters.git.port import MirrorReader
from app.adapters.git.urls import parse_remote_url
from app.adapters.jobs.registry import Registry
from app.adapters.opening import open_container
from app.config import load_settings
from app.models.project import Project
from app.models.user import User
from app.services.manifest.build import build_manifest
from app.services.manifest.builder import describe_tree
from app.services.manifest.nodes import Node, NodeSummary

from benchmarks.harness import Goal, Options, Result, compare, interleave, main

DESCRIPTION = """The manifest of a generated repository of 10,000 files in realistic folders, mirrored and packed.

`whole`: a project nobody described before, from the commit's id to the committed row (SQLite, fsynced).
`after a 10-file change`: the same, when the commit before is described. The peer lists the tree and throws it away."""

_WORDS = (
    *("auth", "billing", "cache", "client", "config", "core", "data", "events", "files", "forms", "hooks"),
    *("jobs", "lib", "models", "pages", "queue", "store", "ui", "utils", "views"),
)
_ENDINGS = ("py", "py", "py", "ts", "ts", "tsx", "js", "css", "json", "md", "html", "svg", "yaml")
_CHANGED = 10


@dataclass(frozen=True, slots=True)
class Lab:
    """A mirrored repository, its commits oldest first, and where git finds it."""

    container: Container
    reader_of: UUID
    owner: UUID
    commits: list[str]
    mirror: Path

    def reader(self) -> MirrorReader:
        """A fresh view, as every job makes one."""
        return self.container.mirrors.reader(self.reader_of)

    async def project(self) -> UUID:
        """A project nobody has described."""
        now, project_id = self.container.clock.now(), self.container.ids.new()
        async with self.container.scope() as scope:
            scope.session.add(
                Project(id=project_id, name="bench", created_by=self.owner, created_at=now, updated_at=now)
            )
        return project_id

    async def build(self, project_id: UUID, commit: str, spent: list[float] | None = None) -> float:
        """Milliseconds for one manifest of the default branch, which leads to this commit, stored.

        `spent` is given the processor's milliseconds, which other programs lengthen less.
        """
        await asyncio.to_thread(_point, self.mirror, commit)
        reader = self.reader()
        started, worked = time.perf_counter(), time.process_time()
        await build_manifest(reader, self.container.scopes(), project_id, None)
        if spent is not None:
            spent.append((time.process_time() - worked) * 1000)
        return _since(started)


async def measure(options: Options, result: Result) -> None:
    """Fill in the figures."""
    files = options.size(10_000, quick=300)
    with tempfile.TemporaryDirectory(prefix="hs-manifest-", dir="/tmp") as folder:
        async with _lab(Path(folder), files=files, changes=options.rounds + 1) as lab:
            await _measure(lab, options, result, files)


async def _measure(lab: Lab, options: Options, result: Result, files: int) -> None:
    kept = await lab.project()
    coming = iter(lab.commits)
    newest = next(coming)
    await lab.build(kept, newest)
    await lab.build(kept, next(coming))

    spent: dict[str, list[float]] = {"whole": [], "changed": []}

    async def whole() -> float:
        return await lab.build(await lab.project(), lab.commits[0], spent["whole"])

    async def changed() -> float:
        return await lab.build(kept, next(coming), spent["changed"])

    async def described() -> float:
        root = await lab.reader().tree_of(lab.commits[0])
        reader = lab.reader()
        started = time.perf_counter()
        await describe_tree(reader, _Nothing(), root, first=True)
        return _since(started)

    async def listed() -> float:
        return await asyncio.to_thread(_list, lab.mirror, lab.commits[0])

    await whole()
    spent["whole"].clear()
    await listed()
    sides = {"git ls-tree": listed, "whole": whole, "changed": changed, "described": described}
    rounds = await interleave(options.rounds, sides, say="manifest,")
    result.figures += [
        compare(f"whole manifest of {files:,} files", "ms", "less", ours=rounds["whole"],
                peer=rounds["git ls-tree"], peer_name="git ls-tree -r -l", note="stored"),
        compare("the same without storing it", "ms", "less", ours=rounds["described"],
                peer=rounds["git ls-tree"], peer_name="git ls-tree -r -l", note="hashed, with languages"),
        compare(f"manifest after a {_CHANGED}-file change", "ms", "less", ours=rounds["changed"],
                peer=rounds["whole"], peer_name="whole", goal=Goal(0.05), note="stored"),
        compare("the same, processor time alone", "ms", "less", ours=spent["changed"], peer=spent["whole"],
                peer_name="whole", goal=Goal(0.05)),
    ]  # fmt: skip


class _Nothing:
    """Remembers nothing."""

    async def known(self, _oids: Sequence[str]) -> Mapping[str, NodeSummary]:
        return {}

    async def recall(
        self, _oids: Sequence[str], _also: Sequence[str]
    ) -> tuple[Mapping[str, Node], Mapping[str, NodeSummary]]:
        return {}, {}


def _point(mirror: Path, commit: str) -> None:
    subprocess.run(["git", "update-ref", "refs/heads/main", commit], cwd=mirror, check=True)


def _list(mirror: Path, commit: str) -> float:
    started = time.perf_counter()
    subprocess.run(["git", "ls-tree", "-r", "-l", "-z", commit], cwd=mirror, check=True, capture_output=True)
    return _since(started)


@asynccontextmanager
async def _lab(folder: Path, *, files: int, changes: int) -> AsyncIterator[Lab]:
    origin = folder / "origin.git"
    commits = _generate(origin, files=files, changes=changes)
    settings = load_settings({"DATA_DIR": str(folder / "data"), "LOG_LEVEL": "warning"})
    async with open_container(settings, registry=Registry(), subscriptions={}, writes_mirrors=True) as opened:
        # Announcing to live clients needs Redis, which is not what is measured.
        container = replace(opened, hub=MemoryHub())
        await upgrade(container.database)
        ids, now = container.ids, container.clock.now()
        owner, mirrored = ids.new(), ids.new()
        async with container.scope() as scope:
            scope.session.add(
                User(id=owner, email="bench@example.com", display_name="Bench", is_admin=False, is_active=True,
                     token_epoch=0, created_at=now)
            )  # fmt: skip
        synced = await container.mirrors.writer().sync(mirrored, parse_remote_url(str(origin), allow_local=True))
        mirror = settings.data_dir / "repos" / str(mirrored) / synced.generation
        yield Lab(container, mirrored, owner, commits, mirror)


def _generate(origin: Path, *, files: int, changes: int) -> list[str]:
    """Write a repository with git's fast-import: packages, some of them deep, a dozen files or fewer each."""
    luck = random.Random(1)
    origin.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", "."], cwd=origin, check=True)
    paths = _paths(luck, files)
    stream = [_commit(0), *(_file(path, _text(luck, path)) for path in paths)]
    for number in range(1, changes + 1):
        stream.append(_commit(number))
        stream += [_file(path, _text(luck, path)) for path in _touched(luck, paths)]
    subprocess.run(["git", "fast-import", "--quiet"], cwd=origin, check=True, input=b"".join(stream))
    listed = subprocess.run(["git", "rev-list", "--reverse", "main"], cwd=origin, check=True, capture_output=True)
    return listed.stdout.decode().split()


def _paths(luck: random.Random, files: int) -> list[str]:
    found: dict[str, None] = {"README.md": None, "package.json": None, "pyproject.toml": None}
    while len(found) < files:
        depth = luck.choices((1, 2, 3, 4, 5), (5, 20, 35, 30, 10))[0]
        folder = "/".join(["src" if luck.random() < 0.7 else "tests", *luck.choices(_WORDS, k=depth)])
        for index in range(luck.randint(2, 14)):
            found[f"{folder}/{luck.choice(_WORDS)}_{index}.{luck.choice(_ENDINGS)}"] = None
    return list(found)[:files]


def _touched(luck: random.Random, paths: list[str]) -> list[str]:
    """Choose what a commit touches: some files that stand together, and as many that stand anywhere."""
    start = luck.randrange(len(paths) - _CHANGED)
    together = paths[start : start + _CHANGED // 2]
    return [*together, *luck.sample([path for path in paths if path not in together], _CHANGED - len(together))]


def _text(luck: random.Random, path: str) -> bytes:
    if path == "package.json":
        return b'{"name": "bench", "version": "1.0.0"}\n'
    if path == "pyproject.toml":
        return b'[project]\nname = "bench"\n'
    words = luck.choices(_WORDS, k=luck.randint(20, 400))
    return f"{path} {luck.random()}\n{' '.join(words)}\n".encode()


def _commit(number: int) -> bytes:
    return f"commit refs/heads/main\ncommitter B <b@example.com> {1_760_000_000 + number} +0000\ndata 1\nx\n".encode()


def _file(path: str, data: bytes) -> bytes:
    return f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n"


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main("manifest", measure, description=DESCRIPTION)
