"""Symbols: a whole repository's names, after a 10-file change against a whole one, and questions against `git grep`."""

import ast
import asyncio
import subprocess
import sys
import sysconfig
import tempfile
import time
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

# `python benchmarks/symbols.py` does what `python -m benchmarks.symbols` does.
sys.path.insert(0, str(Path(__file__).parents[1] / "backend"))
sys.path.insert(0, str(Path(__file__).parents[1]))

from app.adapters.container import Container
from app.adapters.db.migrate import upgrade
from app.adapters.events.memory import MemoryHub
from app.adapters.git.urls import parse_remote_url
from app.adapters.jobs.registry import Registry
from app.adapters.opening import open_container
from app.config import load_settings
from app.models.project import Project
from app.models.user import User
from app.services.manifest.build import build_manifest
from app.services.manifest.digest import ManifestRef
from app.services.symbols.indexing import read_symbols
from app.services.symbols.listing import Listing
from app.services.symbols.references import find_references, symbol_at
from app.services.symbols.resolving import Resolver
from app.services.symbols.searching import Wanted, search
from app.services.symbols.view import View

from benchmarks.harness import Goal, Options, Result, compare, interleave, main

DESCRIPTION = """The names of 2,900 Python files, as many as Django has: this interpreter's library and packages.

`whole`: a project of which nothing was read, from its manifest to the committed rows (SQLite, fsynced); the peer
parses the same files with Python's own parser, and keeps nothing. `after a 10-file change`: the same when the commit
before has been read. Questions: the peer is `git grep -w` over the same commit, which tells words, not meanings."""

_CHANGED = 10
_LARGEST = 1024**2
# Asked about: a class and a function that many files use.
_CLASS, _FUNCTION = "OrderedDict", "namedtuple"


@dataclass(frozen=True, slots=True)
class Lab:
    """A repository of many files, its mirror, and who owns its projects."""

    container: Container
    mirrored: UUID
    owner: UUID
    commits: list[str]
    mirror: Path
    files: dict[str, bytes]

    async def manifest(self, project_id: UUID, commit: str) -> ManifestRef:
        """Describe a commit for a project; that is not what is measured here."""
        await asyncio.to_thread(_git, self.mirror, "update-ref", "refs/heads/main", commit)
        reader = self.container.mirrors.reader(self.mirrored)
        return await build_manifest(reader, self.container.scopes(), project_id, None)

    async def project(self) -> UUID:
        """A project of which nothing was read."""
        now, project_id = self.container.clock.now(), self.container.ids.new()
        async with self.container.scope() as scope:
            made = Project(id=project_id, name="bench", created_by=self.owner, created_at=now, updated_at=now)
            scope.session.add(made)
        return project_id

    async def read(self, manifest: ManifestRef) -> tuple[float, Listing]:
        """Milliseconds for reading what was not read yet."""
        reader = self.container.mirrors.reader(self.mirrored)
        started = time.perf_counter()
        listing = await read_symbols(reader, self.container.scopes(), manifest, _quiet)
        return _since(started), listing


async def measure(options: Options, result: Result) -> None:
    """Fill in the figures."""
    files = _files(options.size(2_900, quick=150))
    with tempfile.TemporaryDirectory(prefix="hs-symbols-", dir="/tmp") as folder:
        async with _lab(Path(folder), files, changes=options.rounds + 2) as lab:
            await _measure_reading(lab, options, result)
            await _measure_questions(lab, options, result)


async def _measure_reading(lab: Lab, options: Options, result: Result) -> None:
    kept = await lab.project()
    coming = iter(lab.commits)
    await lab.read(await lab.manifest(kept, next(coming)))
    await lab.read(await lab.manifest(kept, next(coming)))

    async def whole() -> float:
        return (await lab.read(await lab.manifest(await lab.project(), lab.commits[0])))[0]

    async def changed() -> float:
        return (await lab.read(await lab.manifest(kept, next(coming))))[0]

    async def parsed() -> float:
        return await asyncio.to_thread(_parse, lab.files)

    sides: dict[str, Callable[[], Awaitable[float]]] = {"ast": parsed, "whole": whole, "changed": changed}
    rounds = await interleave(options.rounds, sides, say="symbols,")
    size = sum(map(len, lab.files.values())) / 1024**2
    what = f"names of {len(lab.files):,} files ({size:.0f} MiB)"
    result.figures += [
        compare(what, "ms", "less", ours=rounds["whole"], peer=rounds["ast"], peer_name="ast.parse", note="stored"),
        compare(f"names after a {_CHANGED}-file change", "ms", "less", ours=rounds["changed"], peer=rounds["whole"],
                peer_name="whole", goal=Goal(0.1), note="stored"),
    ]  # fmt: skip


async def _measure_questions(lab: Lab, options: Options, result: Result) -> None:
    project_id = await lab.project()
    _, listing = await lab.read(await lab.manifest(project_id, lab.commits[0]))

    def view() -> View:
        return View(lab.container.scopes(), project_id, listing)

    async def searched(query: str) -> float:
        started = time.perf_counter()
        async with lab.container.scope(read_only=True) as scope:
            page = await search(scope, project_id, view(), Wanted(query, "", 50, None))
        assert page.items, query
        return _since(started)

    async def referred(query: str) -> float:
        async with lab.container.scope(read_only=True) as scope:
            best = (await search(scope, project_id, view(), Wanted(query, "", 1, None))).items[0]
        started = time.perf_counter()
        resolver = Resolver(view())
        place = (best.path, best.definition.line, best.definition.column)
        name, meaning = await symbol_at(resolver, *place)
        found = await find_references(resolver, name, meaning.targets)
        assert found.references
        return _since(started)

    async def grep(word: str) -> float:
        return await asyncio.to_thread(_grep, lab.mirror, lab.commits[0], word)

    for word in (_CLASS, _FUNCTION):
        rounds = await interleave(
            options.rounds,
            {"search": lambda: searched(word), "references": lambda: referred(word), "grep": lambda: grep(word)},  # noqa: B023
            say=f"symbols, {word},",
        )
        for question in ("search", "references"):
            result.figures.append(
                compare(f"{question}: {word}", "ms", "less", ours=rounds[question], peer=rounds["grep"],
                        peer_name="git grep -w")
            )  # fmt: skip


async def _quiet(_fraction: float, _phase: str) -> None:
    return


def _files(most: int) -> dict[str, bytes]:
    """Choose Python files of this installation, each folder's together, by name."""
    roots = {name: Path(sysconfig.get_paths()[name]) for name in ("stdlib", "purelib")}
    found: dict[str, bytes] = {}
    for name, root in roots.items():
        for path in sorted(root.rglob("*.py")):
            inner = path.relative_to(root)
            if name == "stdlib" and inner.parts[0] in ("site-packages", "lib2to3", "test"):
                continue
            if len(found) < most and path.is_file() and path.stat().st_size <= _LARGEST:
                found[str(inner)] = path.read_bytes()
    assert "collections/__init__.py" in found
    return found


def _parse(files: dict[str, bytes]) -> float:
    started = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for data in files.values():
            try:
                ast.parse(data)
            except (SyntaxError, ValueError):
                continue
    return _since(started)


def _grep(mirror: Path, commit: str, word: str) -> float:
    started = time.perf_counter()
    _git(mirror, "grep", "-n", "-w", "-F", "-e", word, commit, "--", "*.py")
    return _since(started)


@asynccontextmanager
async def _lab(folder: Path, files: dict[str, bytes], *, changes: int) -> AsyncIterator[Lab]:
    origin = folder / "origin.git"
    commits = _generate(origin, files, changes=changes)
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
        yield Lab(container, mirrored, owner, commits, mirror, files)


def _generate(origin: Path, files: dict[str, bytes], *, changes: int) -> list[str]:
    """Write a repository with git's fast-import; every later commit adds a function to ten files."""
    origin.mkdir(parents=True)
    _git(origin, "init", "-q", "--bare", "-b", "main", ".")
    stream = [_commit(0), *(_file(path, data) for path, data in files.items())]
    paths = list(files)
    for number in range(1, changes + 1):
        stream.append(_commit(number))
        touched = [paths[(number * 31 + step * len(paths) // _CHANGED) % len(paths)] for step in range(_CHANGED)]
        stream += [_file(path, files[path] + f"\ndef added_{number}(): pass\n".encode()) for path in touched]
    _git(origin, "fast-import", "--quiet", stdin=b"".join(stream))
    return _git(origin, "rev-list", "--reverse", "main").decode().split()


def _commit(number: int) -> bytes:
    return f"commit refs/heads/main\ncommitter B <b@example.com> {1_760_000_000 + number} +0000\ndata 1\nx\n".encode()


def _file(path: str, data: bytes) -> bytes:
    return f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n"


def _git(folder: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    done = subprocess.run(["git", *arguments], cwd=folder, check=True, input=stdin, capture_output=True)
    return done.stdout


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main("symbols", measure, description=DESCRIPTION)
