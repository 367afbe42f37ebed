"""Renames of real symbols in a real TypeScript project, which must compile and pass its tests afterwards."""

import argparse
import asyncio
import hashlib
import json
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

# `python benchmarks/projects_typescript.py` does what `python -m benchmarks.projects_typescript` does.
sys.path.insert(0, str(Path(__file__).parents[1] / "backend"))
sys.path.insert(0, str(Path(__file__).parents[1]))

import uvloop
from rich.console import Console
from rich.table import Table

from app.adapters.git.layout import REPOSITORY_CONFIG, MirrorFolder
from app.adapters.git.reader import GitReader
from app.adapters.ids import SystemIds
from app.adapters.language.port import LanguageSession
from app.adapters.language.servers import SystemLanguageServers
from app.adapters.language.tsc import executable
from app.core.errors import AppError
from app.services.refactor.asked import RenameRequest
from app.services.refactor.edits import WordEdit, apply_words, by_path
from app.services.refactor.symbols.lines import LineTable
from app.services.refactor.tiers import Tier
from app.services.refactor.tree import SourceTree, read_tree
from app.services.refactor.working import finished, worked_out
from app.services.refactor.workspaces import TYPESCRIPT, settings_of

from benchmarks.harness import progress

DESCRIPTION = """Rename the symbols that a file of benchmarks/projects names, each by the same steps as a job.

Each is put in by itself, and a compiler looks for errors that were not there before: once with what is proven alone,
once with what is proven or likely. Then all are put in together, and the project builds and tests itself.
FOLDER is a checkout of the project; where it is not there, the project is cloned and its dependencies installed."""

PROJECTS = Path(__file__).parent / "projects"
SETS: Mapping[str, tuple[Tier, ...]] = {"proven": (Tier.PROVEN,), "likely": (Tier.PROVEN, Tier.LIKELY)}
_LIMIT_SECONDS = 900
_MARK = "§"


@dataclass(frozen=True, slots=True)
class Project:
    """A project at a commit, how it is made ready, compiled and tested, and what is renamed.

    In `check` {tsc} is HiveSync's own compiler; in `test` {report} is where mocha's JSON goes.
    """

    repository: str
    commit: str
    prepare: Sequence[str]
    check: str
    build: str
    test: str
    files: Mapping[str, str]
    symbols: Sequence[Mapping[str, str]]

    @classmethod
    def read(cls, file: Path) -> "Project":
        """Read it from its file."""
        told = tomllib.loads(file.read_text(encoding="utf-8"))
        return cls(**{name: told[name] for name in cls.__slots__ if name != "symbols"}, symbols=told["symbol"])


@dataclass(slots=True)
class Outcome:
    """What became of one rename. `errors` are new complaints of the compiler by set; None: nothing to apply."""

    symbol: str
    new: str
    kind: str
    seconds: float = 0.0
    counts: Mapping[str, int] = field(default_factory=dict)
    files: int = 0
    declined: str = ""
    doubts: list[str] = field(default_factory=list)
    errors: dict[str, list[str] | None] = field(default_factory=dict)

    edits: list[WordEdit] = field(default_factory=list)

    def of(self, tiers: Collection[Tier]) -> tuple[WordEdit, ...]:
        """List the edits of some tiers."""
        return tuple(edit for edit in self.edits if edit.tier in tiers)

    def to_json(self) -> dict[str, Any]:
        """Give it as JSON."""
        edits = [{**asdict(edit), "new": edit.new.decode()} for edit in self.edits]
        return {**asdict(self), "edits": edits, "verdict": self.verdict}

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> "Outcome":
        """Read it back."""
        edits = [
            WordEdit(**{**each, "new": each["new"].encode(), "tier": Tier(each["tier"])}) for each in told["edits"]
        ]
        kept = {name: value for name, value in told.items() if name in cls.__slots__}
        return cls(**{**kept, "edits": edits})

    @property
    def verdict(self) -> str:
        """Say in a word how it ended."""
        if self.declined:
            return f"declined: {self.declined}"
        return "WRONG" if any(self.errors.values()) else "proven" if self.counts["proven"] else "likely"


@dataclass(frozen=True, slots=True)
class Checkout:
    """A folder with the project, whose dependencies are installed."""

    project: Project
    folder: Path

    def apply(self, tree: SourceTree, edits: Sequence[WordEdit]) -> None:
        """Make the files of the commit, with these words replaced."""
        _run(self.folder, "git checkout --quiet --force HEAD")
        for path, words in by_path(edits).items():
            (self.folder / path).write_bytes(apply_words({**tree.texts, **tree.code}[path], words))

    def errors(self, command: str) -> Counter[str]:
        """Compile; every complaint without its column, which a longer name moves."""
        done = _run(self.folder, f"{command.format(tsc=executable())} --pretty false", is_checked=False)
        lines = [line for line in done.splitlines() if ": error TS" in line]
        return Counter(f"{line.partition(',')[0]}): {line.partition(': ')[2]}" for line in lines)

    def passing(self) -> set[str]:
        """Run the tests of what was built; the names of those that pass."""
        with tempfile.TemporaryDirectory() as name:
            report = Path(name) / "report.json"
            _run(self.folder, self.project.test.format(report=report), is_checked=False)
            passes = json.loads(report.read_text())["passes"] if report.exists() else []
            return {test["fullTitle"] for test in passes}


def open_checkout(project: Project, folder: Path, repository: str) -> Checkout:
    """Clone the project and install what it needs, unless that is done."""
    if not folder.exists():
        progress(f"cloning {repository} into {folder}")
        _run(Path.cwd(), f"git clone --quiet {shlex.quote(repository)} {shlex.quote(str(folder))}")
        _run(folder, f"git checkout --quiet {project.commit}")
        for command in project.prepare:
            progress(command)
            _run(folder, command)
    for path, text in project.files.items():
        (folder / path).write_text(text)
    at = _run(folder, "git rev-parse HEAD").strip()
    if at != project.commit:
        raise SystemExit(f"{folder} is at {at}, not at {project.commit}")
    return Checkout(project, folder)


def _run(folder: Path, command: str, *, is_checked: bool = True) -> str:
    done = subprocess.run(
        ["sh", "-c", command], cwd=folder, capture_output=True, text=True, timeout=_LIMIT_SECONDS, check=False
    )
    if is_checked and done.returncode:
        raise SystemExit(f"{command}: {done.stderr[-2000:]}{done.stdout[-2000:]}")
    return done.stdout


async def read_project(checkout: Checkout, scratch: Path) -> SourceTree:
    """Read the commit as a job does: from a mirror."""
    folder = MirrorFolder.of(scratch / "repos", UUID(int=1))
    incoming = folder.incoming("bench")
    folder.root.mkdir(parents=True)
    _run(scratch, f"git clone --quiet --bare {shlex.quote(str(checkout.folder))} {shlex.quote(str(incoming))}")
    (incoming / "config").write_bytes(REPOSITORY_CONFIG)
    await asyncio.to_thread(folder.publish, incoming)
    return await read_tree(GitReader(folder), checkout.project.commit, TYPESCRIPT)


def request_of(symbol: Mapping[str, str], tree: SourceTree) -> RenameRequest:
    """Find the place: `at` is the first text of the file that reads so, with a mark before the word."""
    before, _, after = symbol["at"].partition(_MARK)
    offset = tree.code[symbol["path"]].index((before + after).encode()) + len(before.encode())
    spot = LineTable(tree.code[symbol["path"]]).spot(offset)
    return RenameRequest(symbol["path"], spot.line + 1, spot.column + 1, symbol["new"])


async def renamed(symbol: Mapping[str, str], tree: SourceTree, session: LanguageSession) -> Outcome:
    """Work one rename out and prove it."""
    fresh = replace(tree, notes=[*tree.notes], unread=dict(tree.unread))
    outcome = Outcome(f"{symbol['path']}: {symbol['at'].replace(_MARK, '').strip()}", symbol["new"], symbol["kind"])
    started = time.perf_counter()
    try:
        await session.sync({**fresh.code, **settings_of(fresh, TYPESCRIPT)})
        work = await worked_out(request_of(symbol, fresh), fresh, session, TYPESCRIPT)
        found = finished(work, fresh)
        outcome.edits = found.of(*SETS["likely"])
        outcome.counts, outcome.files = found.counts(), len({edit.path for edit in outcome.edits})
        outcome.doubts = [f"{note.path}:{note.line}: {note.reason}" for note in found.doubts]
    except AppError as refused:
        outcome.declined = f"{refused.code} {refused.details.get('reason', '')}".strip()
    outcome.seconds = time.perf_counter() - started
    return outcome


def check(outcome: Outcome, tree: SourceTree, checkout: Checkout, before: Counter[str]) -> None:
    """Compile the project with what was found, each set of edits that is one."""
    looked: dict[tuple[WordEdit, ...], list[str]] = {}
    for name, tiers in SETS.items():
        edits = outcome.of(tiers)
        if edits and edits not in looked:
            checkout.apply(tree, edits)
            looked[edits] = sorted((checkout.errors(checkout.project.check) - before).elements())
        outcome.errors[name] = looked[edits] if edits else None


def check_together(outcomes: Sequence[Outcome], tree: SourceTree, checkout: Checkout) -> Iterator[dict[str, Any]]:
    """Build and test with all renames put in at once; a word that two of them want changes once."""
    build = checkout.project.build
    checkout.apply(tree, [])
    errors, passing = checkout.errors(build), checkout.passing()
    for name, tiers in SETS.items():
        edits = {(edit.path, edit.start): edit for each in outcomes for edit in each.of(tiers)}
        checkout.apply(tree, [*edits.values()])
        new = sorted((checkout.errors(build) - errors).elements())
        after = checkout.passing()
        told = {"set": name, "edits": len(edits), "errors": new, "passed_before": len(passing),
                "passed_after": len(after), "broken": sorted(passing - after)}  # fmt: skip
        progress(str(told))
        yield told


async def measure(given: argparse.Namespace) -> dict[str, Any]:
    """Rename, compile and test."""
    project = Project.read(PROJECTS / f"{given.project}.toml")
    checkout = open_checkout(project, given.folder.resolve(), given.repository or project.repository)
    chosen = [each for each in project.symbols if not given.only or any(word in each["at"] for word in given.only)]
    with tempfile.TemporaryDirectory(prefix="hs-project-") as name:
        tree = await read_project(checkout, Path(name))
        async with SystemLanguageServers(Path(name), SystemIds()).open(TYPESCRIPT, tree.roots) as session:
            outcomes = [await _known(symbol, tree, session, given.keep) for symbol in chosen]
    told = {"project": project.repository, "commit": project.commit, "files": len(tree.code)}
    if given.each:
        checkout.apply(tree, [])
        before = checkout.errors(project.check)
        for outcome in outcomes:
            check(outcome, tree, checkout, before)
            progress(f"{outcome.verdict:10} {outcome.symbol} → {outcome.new}: {outcome.errors}")
    if given.tests:
        told["together"] = [*check_together(outcomes, tree, checkout)]
    checkout.apply(tree, [])
    return told | {"renames": [each.to_json() for each in outcomes]}


async def _known(symbol: Mapping[str, str], tree: SourceTree, session: LanguageSession, keep: Path | None) -> Outcome:
    """Work a rename out, or read what an earlier run kept of it."""
    name = hashlib.blake2b(repr(sorted(symbol.items())).encode(), digest_size=8).hexdigest()
    file = keep / f"{name}.json" if keep else None
    if file is not None and file.exists():
        return Outcome.from_json(json.loads(file.read_text()))
    outcome = await renamed(symbol, tree, session)
    progress(f"{outcome.seconds:6.1f} s  {outcome.verdict:10} {outcome.symbol} → {outcome.new}")
    for doubt in outcome.doubts[:5]:
        progress(f"         {doubt}")
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(outcome.to_json(), ensure_ascii=False))
    return outcome


def show(found: Mapping[str, Any]) -> None:
    """Print the table."""
    table = Table(title=f"{found['project']} at {found['commit'][:12]}: {found['files']:,} files", title_justify="left")
    for heading in ("symbol", "new name", "how it ended", "proven", "likely", "files", "new errors", "s"):
        table.add_column(heading, overflow="fold", justify="right" if heading in ("proven", "likely", "s") else "left")
    for each in found["renames"]:
        errors = "/".join("-" if one is None else str(len(one)) for one in each["errors"].values())
        counts = [str(each["counts"].get(tier, "")) for tier in ("proven", "likely")]
        told = [each["symbol"], each["new"], each["verdict"], *counts, str(each["files"]), errors]
        table.add_row(*told, f"{each['seconds']:.1f}")
    console = Console(width=None if sys.stdout.isatty() else 180)
    console.print(table)
    console.print(Counter(each["verdict"].partition(":")[0] for each in found["renames"]))
    for each in found.get("together", ()):
        console.print({**each, "broken": each["broken"][:20], "errors": each["errors"][:20]})


def main() -> None:
    """Run it from a command line."""
    parser = argparse.ArgumentParser(description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a checkout, made when it is not there")
    parser.add_argument("--project", default="typeorm", help="a file of benchmarks/projects (default typeorm)")
    parser.add_argument("--repository", help="clone from here instead")
    parser.add_argument("--only", action="append", metavar="TEXT", help="symbols whose place reads so")
    parser.add_argument("--no-tests", dest="tests", action="store_false", help="do not put them in together")
    parser.add_argument("--no-each", dest="each", action="store_false", help="do not put each in by itself")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep what was worked out; go on from there")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write everything to this file")
    given = parser.parse_args()
    if shutil.which("node") is None:
        raise SystemExit("Node is needed for the project's own compiler and tests.")
    found = uvloop.run(measure(given))
    show(found)
    if given.json:
        given.json.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
