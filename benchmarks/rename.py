"""Renames of the corpus: how many come out right, by HiveSync and by other engines alone, and how fast."""

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

# `python benchmarks/rename.py` does what `python -m benchmarks.rename` does.
sys.path.insert(0, str(Path(__file__).parents[1] / "backend"))
sys.path.insert(0, str(Path(__file__).parents[1]))

from app.core.errors import AppError
from tests.corpus.cases import Case, read_cases
from tests.corpus.working import applied, renamed

from benchmarks.engines import Rename, engines
from benchmarks.harness import Figure, Goal, Options, Result, compare, main, progress

DESCRIPTION = (
    "Every case of backend/tests/corpus/rename by HiveSync, and by language servers, rope and jedi\n"
    "alone, where `make bench` installed them. Right: the expected program, or the\n"
    "expected refusal. Missed: some places that should change did not, and nothing else changed. Wrong: anything else."
)


_OURS = "ours"


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


async def ours(case: Case, folder: Path) -> dict[str, str] | None:
    """What is proven or likely; None when it is declined."""
    try:
        return applied(case, await renamed(case, folder))
    except AppError:
        return None


async def measure(options: Options, result: Result) -> None:
    """Judge every case for all sides, and compare how long they take."""
    cases = read_cases()[:: options.size(1, quick=12)]
    with tempfile.TemporaryDirectory(prefix="hivesync-rename-") as name:
        async with engines(result.skipped) as peers:
            sides: dict[str, Rename] = {_OURS: ours, **peers}
            verdicts: dict[str, Counter[str]] = {side: Counter() for side in sides}
            seconds: dict[str, list[float]] = {side: [] for side in sides}
            for case in cases:
                for side, rename in sides.items():
                    started = time.perf_counter()
                    after = await rename(case, Path(name))
                    seconds[side].append(time.perf_counter() - started)
                    verdict = judged(case, after)
                    verdicts[side][verdict] += 1
                    if verdict != "right":
                        progress(f"{side} {verdict}: {case.name}")
    result.figures += [*_figures(verdicts, seconds, len(cases))]


def _figures(verdicts: dict[str, Counter[str]], seconds: dict[str, list[float]], total: int) -> Iterator[Figure]:
    goals = {"right": Goal(0.95 * total, on="value"), "missed": None, "wrong": Goal(0, on="value")}
    for verdict, goal in goals.items():
        for peer in verdicts:
            if peer != _OURS:
                yield Figure(
                    what=f"renames that are {verdict}",
                    unit="cases",
                    better="more" if verdict == "right" else "less",
                    ours=verdicts[_OURS][verdict],
                    peer=verdicts[peer][verdict],
                    peer_name=f"{peer} alone",
                    goal=goal,
                    note=f"of {total} cases",
                )
    for peer, spent in seconds.items():
        if peer != _OURS:
            started = "server start included" if peer == "ty" else "its server running already"
            yield compare(
                "one rename, proof and server start included", "s", "less", ours=seconds[_OURS], peer=spent,
                peer_name=f"{peer} alone, unproved", note=started,
            )  # fmt: skip


if __name__ == "__main__":
    main("rename", measure, description=DESCRIPTION)
