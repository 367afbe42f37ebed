"""Judges renames of a corpus: right, missed or wrong, for several sides; and how long each took."""

import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import AppError
from app.services.refactor.plan import Plan
from tests.corpus.cases import Case
from tests.corpus.working import applied

from benchmarks.harness import Figure, Goal, compare, progress

OURS = "ours"
Rename = Callable[[Case, Path], Awaitable[dict[str, str] | None]]


def by_us(rename: Callable[[Case, Path], Awaitable[Plan]]) -> Rename:
    """Put in what is proven or likely; None when it is declined."""

    async def ours(case: Case, folder: Path) -> dict[str, str] | None:
        try:
            return applied(case, await rename(case, folder))
        except AppError:
            return None

    return ours


def judged(case: Case, after: dict[str, str] | None) -> str:
    """Say what came out: right, missed or wrong; None is a refusal."""
    if case.refusal is not None:
        return "right" if after in (None, case.before) else "wrong"
    if after == case.after:
        return "right"
    if after is None or after.keys() != case.before.keys():
        return "missed" if after is None else "wrong"
    wanted = {path: case.after.get(path, text) for path, text in case.before.items()}
    lines = zip(*(_lines(files, case.before) for files in (case.before, after, wanted)), strict=False)
    return "missed" if all(now in (before, right) for before, now, right in lines) else "wrong"


def _lines(files: dict[str, str], paths: dict[str, str]) -> list[str]:
    return "\n".join(files[path] for path in sorted(paths)).split("\n")


@dataclass(frozen=True, slots=True)
class Judged:
    """How every side did: verdicts, and seconds a case."""

    verdicts: Mapping[str, Counter[str]]
    seconds: Mapping[str, list[float]]
    total: int

    def figures(self, what: str, notes: Mapping[str, str]) -> Iterator[Figure]:
        """Set ours beside each other side; `notes` say what their times hold, by the name of the side."""
        goals = {"right": Goal(0.95 * self.total, on="value"), "missed": None, "wrong": Goal(0, on="value")}
        peers = [side for side in self.verdicts if side != OURS]
        for verdict, goal in goals.items():
            for peer in peers:
                yield Figure(
                    what=f"{what} that are {verdict}",
                    unit="cases",
                    better="more" if verdict == "right" else "less",
                    ours=self.verdicts[OURS][verdict],
                    peer=self.verdicts[peer][verdict],
                    peer_name=f"{peer} alone",
                    goal=goal,
                    note=f"of {self.total} cases",
                )
        for peer in peers:
            yield compare(
                "one rename, proof and server start included", "s", "less", ours=self.seconds[OURS],
                peer=self.seconds[peer], peer_name=f"{peer} alone, unproved", note=notes.get(peer, ""),
            )  # fmt: skip


async def judge(cases: Sequence[Case], sides: Mapping[str, Rename]) -> Judged:
    """Have every side rename every case."""
    verdicts: dict[str, Counter[str]] = {side: Counter() for side in sides}
    seconds: dict[str, list[float]] = {side: [] for side in sides}
    with tempfile.TemporaryDirectory(prefix="hivesync-rename-") as name:
        for case in cases:
            for side, rename in sides.items():
                started = time.perf_counter()
                after = await rename(case, Path(name))
                seconds[side].append(time.perf_counter() - started)
                verdict = judged(case, after)
                verdicts[side][verdict] += 1
                if verdict != "right":
                    progress(f"{side} {verdict}: {case.name}")
    return Judged(verdicts, seconds, len(cases))
