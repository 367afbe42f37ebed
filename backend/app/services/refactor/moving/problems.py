"""Which problems a move makes. Pure."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from app.adapters.language.port import Problem
from app.services.refactor.moving.model import MovePlan
from app.services.refactor.symbols.lines import LineTable

# The compiler writes out where a module lies: in a folder that is another one the next time.
_WORKSPACE = re.compile(r"(?:file://)?/[^\s\"']*/tree/")


def doubt_problems(
    plan: MovePlan, files: Mapping[str, bytes], before: Sequence[Problem], after: Sequence[Problem]
) -> None:
    """Doubt what was not complained about before: lines move, so complaints are told apart by what they say."""
    block = plan.block
    lines = LineTable(files[block.path])
    first, last = lines.spot(block.start).line, lines.spot(block.end - 1).line
    known: Counter[tuple[str, str, str]] = Counter()
    for problem in before:
        is_moved = problem.path == block.path and first <= problem.at.line <= last
        known[plan.to_path if is_moved else problem.path, problem.code, _said(problem)] += 1
    # Imports go along with what is wrong about them: a package that is not here is none there either.
    brought = {(problem.code, _said(problem)) for problem in before if problem.path == block.path}
    for problem in after:
        key = (problem.path, problem.code, _said(problem))
        known[key] -= 1
        is_brought = problem.path == plan.to_path and key[1:] in brought
        if known[key] < 0 and not is_brought:
            plan.doubt(problem.path, problem.at.line + 1, f"after the move: {_said(problem)[:200]}")


def _said(problem: Problem) -> str:
    return _WORKSPACE.sub("", problem.message)
