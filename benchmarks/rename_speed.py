"""Renames in Django: how long, and with how much memory, against language servers and rope; after a 10-file change."""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

# `python benchmarks/rename_speed.py` does what `python -m benchmarks.rename_speed` does.
sys.path.insert(0, str(Path(__file__).parents[1] / "backend"))
sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.checkouts import FOLDER, Wanted, read_project
from benchmarks.harness import Figure, Goal, Options, Result, compare, main, progress
from benchmarks.machinery import Side, start_side, workplace
from benchmarks.sides.lsp_renames import commands
from benchmarks.sides.our_renames import mirror
from benchmarks.sides.peer_packages import FOLDER as PEERS

DESCRIPTION = """Five renames of different reach in Django's release, tests included (2,800 files).

`cold`: from the start of the process to the first whole answer. `warm`: the process has answered another rename; this
name is new to it. `again`: the same name once more. Ours reads the commit from the mirror each time, proves what it
found and drafts the proposal; the others answer with edits, unproved. Memory is the most that a process and its
children held at once, of five looks a second."""

# From the rarest to the commonest.
_FIELDS, _TEXT = "django/db/models/fields/__init__.py", "django/utils/text.py"
REACHES = (
    Wanted("local variable", _TEXT, "«truncate_len» = calculate_truncate_chars_length(length", "width", ()),
    Wanted("rare function", _TEXT, "def «get_text_list»(", "join_text_list", ()),
    Wanted("overridden method", _FIELDS, "def «get_internal_type»(self):\n        return self.__c", "kind_of", ()),
    Wanted("wide class", "django/http/response.py", "class «HttpResponse»(", "HttpAnswer", ()),
    Wanted("common name", "django/db/models/query.py", "def «filter»(self", "only_those", ()),
)
_WARMING = Wanted("", _TEXT, "def «slugify»(", "to_slug", ())
_PATIENCE = 120
_LOOKS = 0.2
_MOST_TRIES = 200
_CHANGED = 10
_OURS = "HiveSync"


@dataclass(slots=True)
class Measured:
    """What one side took, by what was asked: seconds, and the most memory held in MiB."""

    seconds: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    memory: dict[str, list[float]] = field(default_factory=dict)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)

    def note(self, reach: str, how: str, seconds: float) -> None:
        """Note a round."""
        self.seconds.setdefault((reach, how), []).append(seconds)


@dataclass(slots=True)
class Lab:
    """A work tree for editors' servers, its mirror for ours, and the commits after it."""

    tree: Path
    mirrored: Path
    commits: list[str]
    reaches: Sequence[Wanted]
    sides: dict[str, Measured]

    @asynccontextmanager
    async def started(self, name: str, how: str) -> AsyncIterator[Side]:
        """Start a side; its memory is watched until it ends."""
        arguments: dict[str, tuple[str, ...]] = {
            _OURS: ("our_renames", str(self.mirrored), "python"),
            "rope": ("rope_renames", str(self.tree)),
        }
        module, *given = arguments.get(name, ("lsp_renames", name, str(self.tree)))
        path = {"PYTHONPATH": ":".join(str(Path(__file__).parents[1] / each) for each in ("backend", "."))}
        async with start_side(module, path, *given) as side:
            # The client of a server is ours, and costs nothing that counts.
            with _watched(side.pid, with_root=module != "lsp_renames") as peak:
                yield side
            self.sides[name].memory.setdefault(how, []).append(peak[0] / 1024**2)

    async def ask(
        self, side: Side, wanted: Wanted, *, commit: int = 0, suffix: str = ""
    ) -> tuple[float, dict[str, Any]]:
        """Ask for a rename; seconds and answer. TimeoutError."""
        line, column = wanted.place((self.tree / wanted.path).read_text())
        asked = {"path": wanted.path, "line": line, "column": column, "new": wanted.new + suffix}
        started = time.perf_counter()
        answer = await asyncio.wait_for(side.ask(**asked, commit=self.commits[commit]), _PATIENCE)
        return time.perf_counter() - started, answer

    async def ask_whole(self, side: Side, wanted: Wanted, files: int) -> None:
        """Ask until the answer is whole: some servers answer before they have seen all files."""
        for _ in range(_MOST_TRIES):
            if (await self.ask(side, wanted))[1]["files"] >= files:
                return
            await asyncio.sleep(_LOOKS)
        raise TimeoutError


async def measure(options: Options, result: Result) -> None:
    """Fill in the figures."""
    checkout = read_project("django", FOLDER)
    await asyncio.to_thread(checkout.fetch)
    names = [_OURS, *(name for name in commands() if name != "tsc")]
    names += ["rope"] if (PEERS / "rope").is_dir() and not options.quick else []
    result.skipped += [f"{peer}: not installed (make bench installs it)" for peer in _missing(names, options)]
    reaches = REACHES[1:2] if options.quick else REACHES
    with workplace() as folder:
        tree, commits = await asyncio.to_thread(_clone, checkout.source, folder, options.rounds + 1)
        mirrored = folder / "data"
        await mirror(tree, mirrored)
        lab = Lab(tree, mirrored, commits, reaches, {name: Measured() for name in names})
        for number in range(options.rounds):
            for name in names[:: 1 if number % 2 == 0 else -1]:
                await _measure_warm(lab, name, result)
                await _measure_cold(lab, name)
        await _measure_changes(lab, options)
    _tell(lab, result)


async def _measure_warm(lab: Lab, name: str, result: Result) -> None:
    measured = lab.sides[name]
    async with lab.started(name, "warm") as side:
        await lab.ask_whole(side, _WARMING, 2)
        for wanted in lab.reaches:
            try:
                for how, suffix in (("warm", ""), ("again", "_2")):
                    seconds, answer = await lab.ask(side, wanted, suffix=suffix)
                    measured.note(wanted.kind, how, seconds)
                    measured.answers[wanted.kind] = answer
                    progress(f"{name}, {wanted.kind}, {how}: {seconds:.2f} s, {answer}")
            except TimeoutError:
                result.skipped.append(f"{name}, {wanted.kind}: no answer in {_PATIENCE} s")
                break


async def _measure_cold(lab: Lab, name: str) -> None:
    measured = lab.sides[name]
    for wanted in lab.reaches:
        if wanted.kind not in measured.answers:
            continue
        started = time.perf_counter()
        async with lab.started(name, "cold") as side:
            await lab.ask_whole(side, wanted, measured.answers[wanted.kind]["files"])
            seconds = time.perf_counter() - started
        measured.note(wanted.kind, "cold", seconds)
        progress(f"{name}, {wanted.kind}, cold: {seconds:.2f} s")


async def _measure_changes(lab: Lab, options: Options) -> None:
    """What the first answer costs on a commit that changes ten files, in a worker that knows the one before."""
    measured = lab.sides[_OURS]
    async with lab.started(_OURS, "changes") as side:
        for wanted in lab.reaches:
            await lab.ask(side, wanted)
        for number in range(1, options.rounds + 1):
            for wanted in lab.reaches:
                seconds, _ = await lab.ask(side, wanted, commit=number, suffix=f"_{number}")
                measured.note(wanted.kind, "changed", seconds)
                progress(f"{wanted.kind} after change {number}: {seconds:.2f} s")


def _tell(lab: Lab, result: Result) -> None:
    ours = lab.sides[_OURS]
    for wanted in lab.reaches:
        for how in ("cold", "warm", "again"):
            for name, peer in lab.sides.items():
                rounds = peer.seconds.get((wanted.kind, how), [])
                if name == _OURS or not rounds:
                    continue
                goal = Goal(0.2) if name == "pyright" and how == "warm" else None
                note = f"{_told(ours, wanted)}; {name} {_told(peer, wanted)}"
                result.figures.append(
                    compare(f"{wanted.kind} {wanted.old}, {how}", "s", "less", ours=ours.seconds[wanted.kind, how],
                            peer=rounds, peer_name=name, goal=goal, note=note)
                )  # fmt: skip
        result.figures.append(
            compare(f"{wanted.kind} {wanted.old}, first after a {_CHANGED}-file change", "s", "less",
                    ours=ours.seconds[wanted.kind, "changed"], peer=ours.seconds[wanted.kind, "cold"],
                    peer_name="cold", goal=Goal(0.1))
        )  # fmt: skip
    result.figures += [
        Figure(f"peak memory, {how}", "MiB", "less", max(ours.memory[how]), max(peer.memory[how]), name,
               ratio=max(ours.memory[how]) / max(peer.memory[how]))
        for how in ("cold", "warm") for name, peer in lab.sides.items() if name != _OURS and how in peer.memory
    ]  # fmt: skip


def _told(measured: Measured, wanted: Wanted) -> str:
    answer = measured.answers[wanted.kind]
    return f"{answer['places']} places" + (f", {answer['tier']}" if "tier" in answer else "")


def _missing(names: Sequence[str], options: Options) -> list[str]:
    wanted = ["pyright", "basedpyright", *([] if options.quick else ["rope"])]
    return [name for name in wanted if name not in names]


@contextmanager
def _watched(pid: int, *, with_root: bool) -> Iterator[list[int]]:
    """Look at the memory of a process and its children now and then; the first item is the most seen, in bytes."""
    peak = [0]

    async def watch() -> None:
        while True:
            peak[0] = max(peak[0], await asyncio.to_thread(_memory_of, pid, with_root))
            await asyncio.sleep(_LOOKS)

    task = asyncio.create_task(watch())
    try:
        yield peak
    finally:
        task.cancel()


def _memory_of(pid: int, with_root: bool) -> int:
    total = 0
    try:
        process = psutil.Process(pid)
        for each in [*([process] if with_root else []), *process.children(recursive=True)]:
            total += each.memory_info().rss
    except psutil.NoSuchProcess:
        pass
    return total


def _clone(source: Path, folder: Path, changes: int) -> tuple[Path, list[str]]:
    """Clone a repository without its objects, and add commits that change ten files each; the tree stays the first."""
    tree = folder / "tree"
    _git(folder, "clone", "-q", "--shared", str(source), str(tree))
    first = _git(tree, "rev-parse", "HEAD")
    paths = sorted(str(path.relative_to(tree)) for path in (tree / "django").rglob("*.py"))
    for number in range(changes):
        for step in range(_CHANGED):
            path = tree / paths[(number * 31 + step * len(paths) // _CHANGED) % len(paths)]
            path.write_text(f"{path.read_text()}\n\ndef added_{number}(): pass\n")
        _git(tree, "-c", "user.name=B", "-c", "user.email=b@example.com", "commit", "-qam", f"Change {number}")
    commits = _git(tree, "rev-list", "--reverse", f"{first}..HEAD").split()
    _git(tree, "checkout", "-q", first)
    return tree, [first, *commits]


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


if __name__ == "__main__":
    main("rename_speed", measure, description=DESCRIPTION)
