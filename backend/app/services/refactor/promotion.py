"""Strings that turn out to be keys: where a rename leaves a problem, the word on that line is tried too. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from app.adapters.language.port import Problem
from app.services.refactor.edits import WordEdit
from app.services.refactor.tiers import Tier
from app.services.refactor.work import Work


def promote(work: Work, problems: Sequence[Problem]) -> list[WordEdit]:
    """Make whole strings on lines with new problems likely; answer them as they were."""
    lines = {(problem.path, problem.at.line) for problem in problems}
    found = [
        edit
        for edit in work.plan.edits
        if edit.tier is Tier.TEXT
        and edit.why == "string"
        and (edit.path, work.found.lines[edit.path].spot(edit.start).line) in lines
    ]
    work.plan.edits = [replace(edit, tier=Tier.LIKELY) if edit in found else edit for edit in work.plan.edits]
    return found


def demote(work: Work, promoted: Sequence[WordEdit]) -> None:
    """Take a promotion back."""
    places = {(edit.path, edit.start) for edit in promoted}
    work.plan.edits = [
        replace(edit, tier=Tier.TEXT) if (edit.path, edit.start) in places else edit for edit in work.plan.edits
    ]
