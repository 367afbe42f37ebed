"""Renames of the corpus: how many come out right, by HiveSync and by its language server alone, and how fast."""

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

# `python benchmarks/rename.py` does what `python -m benchmarks.rename` does.
sys.path.insert(0, str(Path(__file__).parents[1] / "backend"))
sys.path.insert(0, str(Path(__file__).parents[1]))

from app.core.errors import AppError
from tests.corpus.cases import Case, read_cases
from tests.corpus.working import applied, renamed, renamed_by_ty

from benchmarks.harness import Figure, Goal, Options, Result, compare, main, progress

DESCRIPTION = (
    "Every case of backend/tests/corpus/rename by HiveSync and by ty alone. Right: the expected program, or the\n"
    "expected refusal. Missed: some places that should change did not, and nothing else changed. Wrong: anything else."
)


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
    """Judge every case for both sides, and compare how long they take."""
    cases = read_cases()[:: options.size(1, quick=12)]
    verdicts: dict[str, Counter[str]] = {"ours": Counter(), "ty": Counter()}
    seconds: dict[str, list[float]] = {"ours": [], "ty": []}
    with tempfile.TemporaryDirectory(prefix="hivesync-rename-") as name:
        for case in cases:
            for side, rename in (("ours", ours), ("ty", renamed_by_ty)):
                started = time.perf_counter()
                after = await rename(case, Path(name))
                seconds[side].append(time.perf_counter() - started)
                verdict = judged(case, after)
                verdicts[side][verdict] += 1
                if verdict != "right":
                    progress(f"{side} {verdict}: {case.name}")
    total = len(cases)
    for verdict, goal in (("right", Goal(0.95 * total, on="value")), ("missed", None), ("wrong", Goal(0, on="value"))):
        result.figures.append(
            Figure(
                what=f"renames that are {verdict}",
                unit="cases",
                better="more" if verdict == "right" else "less",
                ours=verdicts["ours"][verdict],
                peer=verdicts["ty"][verdict],
                peer_name="ty alone",
                goal=goal,
                note=f"of {total} cases",
            )
        )
    result.figures.append(
        compare(
            "one rename, proof and server start included", "s", "less",
            ours=seconds["ours"], peer=seconds["ty"], peer_name="ty alone, unproved",
        )
    )  # fmt: skip


if __name__ == "__main__":
    main("rename", measure, description=DESCRIPTION)
