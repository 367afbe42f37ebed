"""Renames in Django: how long, and with how much memory, against language servers and rope; after a 10-file change."""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

# `python benchmarks/rename_speed.py` does what `python -m benchmarks.rename_speed` does.
sys.path.insert(0, str(Path(__file__).parents[1] / "backend"))
sys.path.insert(0, str(Path(__file__).parents[1]))

from app.services.refactor.together import ending

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
children held at once, of five looks a second. `processors`: the seconds of processors used, which other programs
lengthen less."""

# From the rarest to the commonest.
_FIELDS, _TEXT = "django/db/models/fields/__init__.py", "django/utils/text.py"
REACHES = (
    Wanted("local variable", _TEXT, "«truncate_len» = calculate_truncate_chars_length(length", "width", ()),
    Wanted("rare function", _TEXT, "def «get_text_list»(", "join_text_list", ()),
    Wanted("overridden method", _FIELDS, "def «get_internal_type»(self):\n        return self.__c", "kind_of", ()),
    Wanted("wide class", "django/http/response.py", "class «HttpResponse»(", "HttpAnswer", ()),
    Wanted("common name", "django/db/models/query.py", "def «filter»(self", "only_those", ()),
)
# Starting costs much the same for each: two are enough.
_COLD = ("rare function", "wide class")
_WARMING = Wanted("", _TEXT, "def «slugify»(", "to_slug", ())
_PATIENCE = 120
_LOOKS = 0.2
_MOST_TRIES = 200
_CHANGED = 10
_OURS = "HiveSync"


@dataclass(slots=True)
class Measured:
    """What one side took, by what was asked: seconds, those of processors, and the most memory held in MiB."""

    seconds: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    processor: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    memory: dict[str, list[float]] = field(default_factory=dict)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)

    def note(self, reach: str, how: str, seconds: float, processor: float) -> None:
        """Note a round."""
        self.seconds.setdefault((reach, how), []).append(seconds)
        self.processor.setdefault((reach, how), []).append(processor)


@dataclass(slots=True)
class Running:
    """A side at work: its process and the children that count, and the most memory they held."""

    side: Side
    # The client of a server is ours, and costs nothing that counts.
    with_root: bool
    peak: int = 0

    def processor(self) -> float:
        """Seconds of processors used since the start."""
        return sum(sum(each.cpu_times()[:2]) for each in self._processes())

    async def watch(self) -> None:
        """Look at the memory now and then, until cancelled."""
        while True:
            self.peak = max(self.peak, await asyncio.to_thread(self._memory))
            await asyncio.sleep(_LOOKS)

    def _memory(self) -> int:
        try:
            return sum(each.memory_info().rss for each in self._processes())
        except psutil.NoSuchProcess:
            return 0

    def _processes(self) -> list[psutil.Process]:
        root = psutil.Process(self.side.pid)
        return [*([root] if self.with_root else []), *root.children(recursive=True)]


@dataclass(slots=True)
class Lab:
    """A work tree for editors' servers, its mirror for ours, and the commits after it."""

    tree: Path
    mirrored: Path
    commits: list[str]
    reaches: Sequence[Wanted]
    sides: dict[str, Measured]

    @asynccontextmanager
    async def started(self, name: str, how: str) -> AsyncIterator[Running]:
        """Start a side; its memory is watched until it ends."""
        arguments: dict[str, tuple[str, ...]] = {
            _OURS: ("our_renames", str(self.mirrored), "python"),
            "rope": ("rope_renames", str(self.tree)),
        }
        module, *given = arguments.get(name, ("lsp_renames", name, str(self.tree)))
        path = {"PYTHONPATH": ":".join(str(Path(__file__).parents[1] / each) for each in ("backend", "."))}
        async with start_side(module, path, *given) as side:
            running = Running(side, with_root=module != "lsp_renames")
            watching = asyncio.create_task(running.watch())
            async with ending([watching]):
                yield running
            self.sides[name].memory.setdefault(how, []).append(running.peak / 1024**2)

    async def ask(
        self, running: Running, wanted: Wanted, *, commit: int = 0, suffix: str = ""
    ) -> tuple[float, float, dict[str, Any]]:
        """Ask for a rename; seconds, those of processors, and the answer. TimeoutError."""
        line, column = wanted.place((self.tree / wanted.path).read_text())
        asked = {"path": wanted.path, "line": line, "column": column, "new": wanted.new + suffix}
        started, used = time.perf_counter(), running.processor()
        answer = await asyncio.wait_for(running.side.ask(**asked, commit=self.commits[commit]), _PATIENCE)
        return time.perf_counter() - started, running.processor() - used, answer

    async def ask_whole(self, running: Running, wanted: Wanted, files: int) -> None:
        """Ask until the answer is whole: some servers answer before they have seen all files."""
        for _ in range(_MOST_TRIES):
            if (await self.ask(running, wanted))[2]["files"] >= files:
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
        tree, commits = await asyncio.to_thread(_clone, checkout.source, folder, options.rounds * len(reaches))
        mirrored = folder / "data"
        await mirror(tree, mirrored)
        lab = Lab(tree, mirrored, commits, reaches, {name: Measured() for name in names})
        for number in range(options.rounds):
            for name in names[:: 1 if number % 2 == 0 else -1]:
                try:
                    await _measure_warm(lab, name, result)
                    await _measure_cold(lab, name)
                except (TimeoutError, RuntimeError) as failed:
                    if name == _OURS:
                        raise
                    result.skipped.append(f"{name}, round {number + 1}: {failed!r}")
        await _measure_changes(lab, options)
    _tell(lab, result)


async def _measure_warm(lab: Lab, name: str, result: Result) -> None:
    measured = lab.sides[name]
    async with lab.started(name, "warm") as running:
        await lab.ask_whole(running, _WARMING, 2)
        for wanted in lab.reaches:
            try:
                for how, suffix in (("warm", ""), ("again", "_2")):
                    seconds, processor, answer = await lab.ask(running, wanted, suffix=suffix)
                    measured.note(wanted.kind, how, seconds, processor)
                    measured.answers[wanted.kind] = answer
                    progress(f"{name}, {wanted.kind}, {how}: {seconds:.2f} s, {processor:.2f} s used, {answer}")
            except TimeoutError:
                result.skipped.append(f"{name}, {wanted.kind}: no answer in {_PATIENCE} s")
                break


async def _measure_cold(lab: Lab, name: str) -> None:
    measured = lab.sides[name]
    for wanted in lab.reaches:
        if wanted.kind not in measured.answers or wanted.kind not in _COLD:
            continue
        started = time.perf_counter()
        async with lab.started(name, "cold") as running:
            await lab.ask_whole(running, wanted, measured.answers[wanted.kind]["files"])
            seconds, processor = time.perf_counter() - started, running.processor()
        measured.note(wanted.kind, "cold", seconds, processor)
        progress(f"{name}, {wanted.kind}, cold: {seconds:.2f} s, {processor:.2f} s used")


async def _measure_changes(lab: Lab, options: Options) -> None:
    """What the first answer costs on a commit that changes ten files, in a worker that knows the one before."""
    measured = lab.sides[_OURS]
    reaches = [wanted for wanted in lab.reaches if wanted.kind in _COLD]
    async with lab.started(_OURS, "changes") as running:
        for wanted in reaches:
            await lab.ask(running, wanted)
        # Only the first answer is one on a fresh commit: each has its own.
        for number, wanted in enumerate(reaches * options.rounds, start=1):
            seconds, processor, _ = await lab.ask(running, wanted, commit=number, suffix=f"_{number}")
            measured.note(wanted.kind, "changed", seconds, processor)
            progress(f"{wanted.kind} after a change: {seconds:.2f} s, {processor:.2f} s used")


def _tell(lab: Lab, result: Result) -> None:
    ours = lab.sides[_OURS]
    peers = {name: peer for name, peer in lab.sides.items() if name != _OURS}
    for wanted in lab.reaches:
        for how in ("cold", "warm", "again"):
            for name, peer in peers.items():
                if (wanted.kind, how) in peer.seconds:
                    result.figures += _compared(wanted, how, ours, (name, peer))
        if wanted.kind not in _COLD:
            continue
        result.figures.append(
            compare(f"{wanted.kind} {wanted.old}, first after a {_CHANGED}-file change", "s", "less",
                    ours=ours.seconds[wanted.kind, "changed"], peer=ours.seconds[wanted.kind, "cold"],
                    peer_name="cold", goal=Goal(0.1))
        )  # fmt: skip
    result.figures += [
        Figure(f"peak memory, {how}", "MiB", "less", max(ours.memory[how]), max(peer.memory[how]), name,
               ratio=max(ours.memory[how]) / max(peer.memory[how]))
        for how in ("cold", "warm") for name, peer in peers.items() if how in peer.memory
    ]  # fmt: skip


def _compared(wanted: Wanted, how: str, ours: Measured, named: tuple[str, Measured]) -> list[Figure]:
    name, peer = named
    asked, note = (wanted.kind, how), f"{_told(ours, wanted)}; {name} {_told(peer, wanted)}"
    goal = Goal(0.2) if name == "pyright" and how == "warm" else None
    what = f"{wanted.kind} {wanted.old}, {how}"
    return [
        compare(what, "s", "less", ours=ours.seconds[asked], peer=peer.seconds[asked], peer_name=name, goal=goal,
                note=note),
        compare(f"{what}, processors", "s", "less", ours=ours.processor[asked], peer=peer.processor[asked],
                peer_name=name),
    ]  # fmt: skip


def _told(measured: Measured, wanted: Wanted) -> str:
    answer = measured.answers[wanted.kind]
    return f"{answer['places']} places" + (f", {answer['tier']}" if "tier" in answer else "")


def _missing(names: Sequence[str], options: Options) -> list[str]:
    wanted = ["pyright", "basedpyright", *([] if options.quick else ["rope"])]
    return [name for name in wanted if name not in names]


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
