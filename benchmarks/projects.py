"""Renames in real projects: thirty names each, by the product's own steps; then the project's compiler and tests.

`python -m benchmarks.projects django flask --json out.json`. Each rename is put in twice: what is proven alone, and
with what is likely. Both trees are compiled, and the parts of the project's tests that fit the name are run.
"""

import argparse
import asyncio
import json
import sys
import time
import traceback
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import uvloop
from rich.console import Console
from rich.table import Table

# `python benchmarks/projects.py` does what `python -m benchmarks.projects` does.
sys.path.insert(0, str(Path(__file__).parents[1] / "backend"))
sys.path.insert(0, str(Path(__file__).parents[1]))

from app.adapters.git.mirrors import open_mirrors
from app.adapters.git.settings import GitSettings
from app.adapters.git.urls import parse_remote_url
from app.adapters.ids import SystemIds
from app.adapters.language.pool import PooledLanguageServers
from app.adapters.language.servers import SystemLanguageServers
from app.adapters.process.system import SystemProcesses
from app.core.clock import SystemClock
from app.core.errors import AppError
from app.services.manifest.digest import Core, ManifestRef
from app.services.proposals.drafts import Draft, DraftFile, check_draft
from app.services.proposals.edits import apply_edits
from app.services.refactor.asked import RenameRequest
from app.services.refactor.drafting import draft_of
from app.services.refactor.tiers import Tier
from app.services.refactor.tree import SourceTree, read_tree
from app.services.refactor.working import finished, worked_out

from benchmarks.checkouts import FOLDER, Checkout, Wanted, projects, read_project
from benchmarks.harness import progress

_PROVEN = frozenset({Tier.PROVEN.value})
_LIKELY = frozenset({Tier.PROVEN.value, Tier.LIKELY.value})
_ID = UUID(int=1)
_SLOW = 60.0


@dataclass(slots=True)
class Outcome:
    """What became of one rename. `proven` and `likely` say what the compiler and the tests said of that tree."""

    wanted: Wanted
    seconds: float = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    files: int = 0
    doubts: Sequence[str] = ()
    refusal: str = ""
    crash: str = ""
    proven: str = ""
    likely: str = ""
    ran: int = 0
    output: str = ""

    @property
    def verdict(self) -> str:
        """Say it in a word."""
        if self.crash:
            return "crash"
        if self.refusal:
            return "declined"
        if self.proven not in ("", "green"):
            return "PROVEN BREAKS"
        if self.likely not in ("", "green"):
            return "likely breaks"
        return "proven" if self.proven else "likely"

    def to_json(self) -> dict[str, Any]:
        """Give it for programs."""
        told = {name: getattr(self, name) for name in self.__slots__ if name not in ("wanted", "verdict")}
        wanted = self.wanted
        named = {"kind": wanted.kind, "path": wanted.path, "old": wanted.old, "new": wanted.new}
        return {**named, "verdict": self.verdict, **told, "seconds": round(self.seconds, 2)}


@dataclass(frozen=True, slots=True)
class Bench:
    """A project that is ready: its tree as a worker reads it, and the servers that stay warm."""

    checkout: Checkout
    tree: SourceTree
    commit: str
    servers: PooledLanguageServers

    async def rename(self, wanted: Wanted) -> Outcome:
        """Work one rename out and try it."""
        outcome = Outcome(wanted)
        started = time.perf_counter()
        try:
            draft = await self._draft(wanted, outcome)
        except AppError as refused:
            outcome.refusal = f"{refused.code}: {dict(refused.details).get('reason', '')} {refused}"[:300]
        except Exception:
            outcome.crash = traceback.format_exc()[-2_000:]
        else:
            outcome.seconds = time.perf_counter() - started
            outcome.files = len(draft.files)
            await asyncio.to_thread(self._try, draft, outcome)
        outcome.seconds = outcome.seconds or time.perf_counter() - started
        return outcome

    async def _draft(self, wanted: Wanted, outcome: Outcome) -> Draft:
        line, column = wanted.place(self.tree.code[wanted.path].decode())
        request = RenameRequest(wanted.path, line, column, wanted.new)
        async with self.servers.open("python", self.tree.roots, key=self.checkout.name) as session:
            await session.sync(self.tree.code)
            work = await worked_out(request, self.tree, session, "python")
        found = finished(work, self.tree)
        outcome.counts = found.counts()
        outcome.doubts = [f"{each.path}:{each.line} {each.reason} | {each.text}" for each in found.doubts]
        files = {**self.tree.texts, **self.tree.code}
        draft = draft_of(found, files, self.tree.entries, _manifest(self.commit), _ID)
        check_draft(draft)
        return draft

    def _try(self, draft: Draft, outcome: Outcome) -> None:
        trees = {tiers: _approved(draft, tiers) for tiers in (_PROVEN, _LIKELY)}
        if trees[_PROVEN]:
            outcome.proven = self._judge(trees[_PROVEN], outcome)
        if trees[_LIKELY] != trees[_PROVEN]:
            outcome.likely = self._judge(trees[_LIKELY], outcome)

    def _judge(self, files: Mapping[str, bytes | None], outcome: Outcome) -> str:
        copy = self.checkout.trial(files)
        complaint = self.checkout.compiled(copy)
        if complaint:
            outcome.output = complaint
            return "does not compile"
        labels = outcome.wanted.tests
        before, now = self.checkout.tested_before(labels), self.checkout.tested(copy, labels)
        outcome.ran = now.ran
        if before.ran and now.is_as_good_as(before):
            return "green"
        outcome.output = now.output
        failed = sorted(set(now.failed) - set(before.failed))
        return f"tests fail: {len(failed)} of {before.ran} ({', '.join(failed)[:200]})"


def _approved(draft: Draft, tiers: frozenset[str]) -> dict[str, bytes | None]:
    """The files as they are once every hunk of some tiers was approved."""
    changed: dict[str, bytes | None] = {}
    for file in draft.files:
        hunks = [hunk for hunk in file.hunks if hunk.tier in tiers]
        if hunks:
            is_whole = file.old is None or file.new is None
            changed[file.path] = file.new if is_whole else _edited(file, tiers)
    return changed


def _edited(file: DraftFile, tiers: frozenset[str]) -> bytes:
    return apply_edits(file.old or b"", [hunk.edit for hunk in file.hunks if hunk.tier in tiers])


def _manifest(commit: str) -> ManifestRef:
    core = Core("refs/heads/main", commit, "", "", 0, 0, {}, {})
    return ManifestRef(_ID, _ID, 1, "", datetime.now(UTC), core)


@asynccontextmanager
async def opened(checkout: Checkout) -> AsyncIterator[Bench]:
    """Prepare a project, mirror it, and read its tree as a worker does."""
    await asyncio.to_thread(checkout.prepare)
    clock, ids = SystemClock(), SystemIds()
    settings = GitSettings(checkout.folder / "data", allow_local=True)
    mirrors = open_mirrors(settings, processes=SystemProcesses(clock), clock=clock, ids=ids, writable=True)
    await mirrors.writer().sync(_ID, parse_remote_url(str(checkout.source), allow_local=True))
    reader = mirrors.reader(_ID)
    commit = await reader.resolve()
    tree = await read_tree(reader, commit, "python")
    servers = PooledLanguageServers(SystemLanguageServers(checkout.folder / "work", ids))
    try:
        yield Bench(checkout, tree, commit, servers)
    finally:
        await servers.close()


async def measure(checkout: Checkout, only: str, written: Path | None) -> list[Outcome]:
    """Try every rename of a project, one after the other; what is known so far is written each time."""
    outcomes: list[Outcome] = []
    async with opened(checkout) as bench:
        for wanted in checkout.wanted:
            if only in f"{wanted.path} {wanted.old}":
                outcome = await bench.rename(wanted)
                outcomes.append(outcome)
                if written:
                    _write(written, {checkout.name: outcomes})
                progress(f"{checkout.name} {wanted.old} → {wanted.new}: {outcome.verdict}, {outcome.seconds:.1f} s")
    return outcomes


def show(name: str, outcomes: Sequence[Outcome]) -> None:
    """Print a table of a project."""
    table = Table(title=name, title_justify="left", header_style="bold")
    for heading in ("rename", "kind", "verdict", "proven", "likely", "files", "tests", "s", "why"):
        table.add_column(heading, overflow="fold")
    for each in outcomes:
        why = each.crash[-200:] or each.refusal or next(iter(each.doubts), "")
        if "break" in each.verdict.lower():
            why = each.proven if each.proven not in ("", "green") else each.likely
        counts = [str(each.counts.get(tier.value, "")) for tier in (Tier.PROVEN, Tier.LIKELY)]
        row = [f"{each.wanted.old} → {each.wanted.new}", each.wanted.kind, each.verdict, *counts]
        table.add_row(*row, str(each.files), str(each.ran), f"{each.seconds:.1f}", why[:160])
    console = Console(width=None if sys.stdout.isatty() else 190)
    console.print(table, markup=False)
    verdicts = Counter(each.verdict for each in outcomes)
    slow = [each.wanted.old for each in outcomes if each.seconds > _SLOW]
    console.print(f"{name}: {dict(verdicts)}; slower than {_SLOW:g} s: {slow}", markup=False)


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("projects", nargs="*", default=projects(), metavar="PROJECT", help=", ".join(projects()))
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where sources are kept")
    parser.add_argument("--only", default="", metavar="TEXT", help="renames whose path and name contain this")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write what was found to this file")
    given = parser.parse_args()
    told: dict[str, list[Outcome]] = {}
    for name in given.projects:
        told[name] = uvloop.run(measure(read_project(name, given.folder.absolute()), given.only, given.json))
        show(name, told[name])
    if given.json:
        _write(given.json, told)


def _write(path: Path, told: Mapping[str, Sequence[Outcome]]) -> None:
    body = {name: [each.to_json() for each in outcomes] for name, outcomes in told.items()}
    path.write_text(json.dumps(body, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
