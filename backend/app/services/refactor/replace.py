"""From a pattern and a replacement to edits: every match by itself, those inside of others first.

A pattern knows how code is written and not what it means, so nothing here is more than likely.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from app.adapters.language.patterns import PatternEngine, Rewrite
from app.services.refactor.edits import WordEdit, apply_words
from app.services.refactor.errors import PatternNotFound, TooManyMatches
from app.services.refactor.patterns import ReplaceRequest
from app.services.refactor.plan import PATTERN, Note, Plan
from app.services.refactor.replace_check import without_harm
from app.services.refactor.tiers import Tier
from app.services.refactor.tree import LARGEST_FILE

MOST_MATCHES = 10_000
MOST_FILES = 1_000  # as many as one proposal may change
_DEEPEST = 12  # matches in one another: each round takes the innermost that are left
_WHY = "written as the pattern says"

Tell = Callable[[int, int], Awaitable[None]]


@dataclass(slots=True)
class _File:
    """One file while its matches are replaced. Edits are in terms of the file as it is, and apart from each other."""

    path: str
    data: bytes
    edits: list[WordEdit] = field(default_factory=list)

    @property
    def text(self) -> bytes:
        """What the file is by now."""
        return apply_words(self.data, self.edits)

    def take(self, rewrites: Sequence[Rewrite]) -> bool:
        """Take the innermost of some matches, which come in order of their starts; say whether others are left."""
        text, spans = self.text, self._spans()
        fresh = [
            each
            for each in rewrites
            if each.new != text[each.start : each.end] and not any(_is_within(each, span) for span in spans)
        ]
        inner = [
            each
            for each, following in zip(fresh, [*fresh[1:], None], strict=False)
            if following is None or following.start >= each.end
        ]
        for rewrite in reversed(inner):
            self._put(rewrite, spans)
        return len(inner) < len(fresh)

    def _spans(self) -> list[tuple[int, int, WordEdit]]:
        """Where the edits lie in the text of now."""
        spans, moved = [], 0
        for edit in self.edits:
            start = edit.start + moved
            spans.append((start, start + len(edit.new), edit))
            moved += len(edit.new) - (edit.end - edit.start)
        return spans

    def _put(self, rewrite: Rewrite, spans: Sequence[tuple[int, int, WordEdit]]) -> None:
        """Replace a match, and with it the edits that lie in it; one that cuts through an edit is left."""
        inside = [edit for start, end, edit in spans if rewrite.start <= start and end <= rewrite.end]
        touched = [edit for start, end, edit in spans if start < rewrite.end and rewrite.start < end]
        if any(edit not in inside for edit in touched):
            return
        start, end = (self._before(offset, spans) for offset in (rewrite.start, rewrite.end))
        new = _with_line_ends(self.data, rewrite.new)
        kept = [edit for edit in self.edits if edit not in inside]
        kept.append(WordEdit(self.path, start, end, new, Tier.LIKELY, _WHY))
        self.edits = sorted(kept, key=lambda edit: edit.start)

    @staticmethod
    def _before(offset: int, spans: Sequence[tuple[int, int, WordEdit]]) -> int:
        """Translate a place of the text of now, outside of edits, into one of the file."""
        moved = sum(len(edit.new) - (edit.end - edit.start) for _, end, edit in spans if end <= offset)
        return offset - moved


def _is_within(rewrite: Rewrite, span: tuple[int, int, WordEdit]) -> bool:
    return span[0] <= rewrite.start and rewrite.end <= span[1]


def _with_line_ends(data: bytes, new: bytes) -> bytes:
    """Give new lines the ends that the lines of a file have."""
    if b"\r\n" not in data:
        return new
    return new.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


async def plan_replacement(
    asked: ReplaceRequest, files: Mapping[str, bytes], engine: PatternEngine, tell: Tell
) -> Plan:
    """Work a replacement out; `tell` hears of matches and files. PatternNotFound, TooManyMatches, PatternTooCostly."""
    plan = Plan(asked.pattern, asked.replacement, PATTERN)
    states: dict[str, _File] = {}
    pending: Mapping[str, bytes] = files
    for _ in range(_DEEPEST):
        answer = await engine.rewrites(asked.language, asked.pattern, asked.replacement, pending)
        plan.notes += [Note("not_read", path, 0, reason) for path, reason in answer.unread.items()]
        # Without its inner matches alone a file would be changed by halves.
        for path in answer.unread:
            states.pop(path, None)
        _refuse_too_many(sum(map(len, answer.found.values())), len(answer.found))
        pending = _take(answer.found, files, states, plan)
        await tell(sum(len(state.edits) for state in states.values()), len(states))
        if not pending:
            break
    plan.notes += [Note("doubt", path, 0, f"matches lie in one another more than {_DEEPEST} deep") for path in pending]
    for path in sorted(states):
        kept, notes = await asyncio.to_thread(without_harm, asked, files[path], states[path].edits)
        plan.edits += kept
        plan.notes += notes
    if not plan.edits:
        raise _nothing(asked, len(files), plan)
    return plan


def _take(
    found: Mapping[str, Sequence[Rewrite]], files: Mapping[str, bytes], states: dict[str, _File], plan: Plan
) -> dict[str, bytes]:
    """Take one round of matches; give the files in which matches around them are left."""
    pending: dict[str, bytes] = {}
    for path, rewrites in found.items():
        state = states.setdefault(path, _File(path, files[path]))
        is_more = state.take(rewrites)
        if len(state.text) > LARGEST_FILE:
            plan.notes.append(Note("not_touched", path, 0, "what is put in makes the file too large"))
            del states[path]
        elif not state.edits:
            del states[path]
        elif is_more:
            pending[path] = state.text
    return pending


def _refuse_too_many(matches: int, files: int) -> None:
    if matches > MOST_MATCHES or files > MOST_FILES:
        raise TooManyMatches(matches=matches, most=MOST_MATCHES, files=files, most_files=MOST_FILES)


def _nothing(asked: ReplaceRequest, files: int, plan: Plan) -> PatternNotFound:
    told = [note.to_json() for note in plan.notes[:20]]
    return PatternNotFound(language=asked.language, pattern=asked.pattern, files=files, notes=told)
