"""Renames of the corpus: how many come out right, by HiveSync and by other engines alone, and how fast."""

import sys
from pathlib import Path

# `python benchmarks/rename.py` does what `python -m benchmarks.rename` does.
sys.path.insert(0, str(Path(__file__).parents[1] / "backend"))
sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.corpus.cases import read_cases
from tests.corpus.working import renamed

from benchmarks.engines import engines
from benchmarks.harness import Options, Result, main
from benchmarks.judging import OURS, by_us, judge

DESCRIPTION = (
    "Every case of backend/tests/corpus/rename by HiveSync, and by language servers, rope and jedi\n"
    "alone, where `make bench` installed them. Right: the expected program, or the\n"
    "expected refusal. Missed: some places that should change did not, and nothing else changed. Wrong: anything else."
)


async def measure(options: Options, result: Result) -> None:
    """Judge every case for all sides, and compare how long they take."""
    cases = read_cases()[:: options.size(1, quick=12)]
    async with engines(result.skipped) as peers:
        found = await judge(cases, {OURS: by_us(renamed), **peers})
    notes = {peer: "server start included" if peer == "ty" else "its server running already" for peer in peers}
    result.figures += [*found.figures("renames", notes)]


if __name__ == "__main__":
    main("rename", measure, description=DESCRIPTION)
