"""The proof of a rename: apply it in the temporary tree, analyse again, and compare what every mention binds to."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.adapters.language.port import LanguageSession, Problem
from app.services.refactor.collisions import places
from app.services.refactor.edits import WordEdit, apply_words, by_path, offset_map
from app.services.refactor.errors import NameCollision
from app.services.refactor.plan import Note
from app.services.refactor.rename import Work
from app.services.refactor.symbols.mentions import Role
from app.services.refactor.symbols.python import MODULE, Analysis, Meaning, Place, Symbol, analyse
from app.services.refactor.tiers import Tier

# Problems are compared in all files of a tree up to this size; in larger ones, in those that mention the names.
_SMALL_TREE = 400


@dataclass(frozen=True, slots=True)
class Translation:
    """How places and symbols of the old tree are called in the new one."""

    offsets: Mapping[str, Callable[[int], int]]
    renamed: frozenset[Symbol]
    new: str

    def place(self, place: Place) -> Place:
        """Translate a place."""
        return Place(place.path, self._offset(place.path, place.start))

    def symbol(self, symbol: Symbol) -> Symbol:
        """Translate a symbol."""
        if symbol.at < MODULE:
            return symbol
        at = symbol.at if symbol.at == MODULE else self._offset(symbol.path, symbol.at)
        return Symbol(symbol.path, at, self.new if symbol in self.renamed else symbol.name)

    def meaning(self, meaning: Meaning) -> Meaning:
        """Translate what a mention stands for."""
        return Meaning(frozenset(self.symbol(each) for each in meaning.symbols), meaning.is_outside)

    def _offset(self, path: str, offset: int) -> int:
        return self.offsets[path](offset) if path in self.offsets else offset


async def check(work: Work, session: LanguageSession) -> None:
    """Prove the certain and likely edits of a plan together; what fails becomes doubts. NameCollision when captured.

    The session's tree is as it was afterwards.
    """
    edits = by_path(work.plan.of(Tier.PROVEN, Tier.LIKELY))
    changed = {path: apply_words(work.files[path], found) for path, found in edits.items()}
    after_files = {**work.files, **changed}
    looked_at = sorted(work.files) if len(work.files) <= _SMALL_TREE else sorted(work.found.scopes)
    before = await session.problems(looked_at)
    await session.write(changed)
    try:
        after = await analyse(after_files, {work.plan.old, work.plan.new}, session)
        problems = await session.problems(looked_at)
    finally:
        await session.write({path: work.files[path] for path in changed})
    translation = Translation({path: offset_map(found) for path, found in edits.items()}, work.symbols, work.plan.new)
    _compare_meanings(work, after, translation, edits)
    _compare_problems(work, before, problems)


def _compare_meanings(
    work: Work, after: Analysis, translation: Translation, edits: Mapping[str, list[WordEdit]]
) -> None:
    edited = {Place(path, edit.start) for path, found in edits.items() for edit in found}
    captured: list[Place] = []
    for place, mention in work.found.mentions():
        if mention.role is Role.COMMENT:
            continue
        before, now = work.found.meanings[place], after.meanings.get(translation.place(place))
        expected = translation.meaning(before)
        if now == expected or (now is None and not before.is_known):
            continue
        if mention.role is Role.NAME or (now is not None and _is_captured(before, now, work, translation)):
            captured.append(place)
        elif place in edited or before.symbols & work.symbols:
            work.note("doubt", place, "after the rename this leads elsewhere, or nowhere")
    if captured:
        raise NameCollision(
            f"With the name {work.plan.new}, names here would stand for something else.",
            name=work.plan.new, places=places(work.found, captured), reason="captured",
        )  # fmt: skip


def _is_captured(before: Meaning, now: Meaning, work: Work, translation: Translation) -> bool:
    """Say whether a mention of something else would mean what was renamed."""
    renamed = {translation.symbol(symbol) for symbol in work.symbols}
    return before.is_known and not before.symbols & work.symbols and bool(now.symbols & renamed)


def _compare_problems(work: Work, before: list[Problem], after: list[Problem]) -> None:
    known = Counter((problem.path, problem.at.line, problem.code) for problem in before)
    for problem in after:
        key = (problem.path, problem.at.line, problem.code)
        known[key] -= 1
        if known[key] < 0:
            note = Note("doubt", problem.path, problem.at.line + 1, f"after the rename: {problem.message[:200]}")
            work.plan.notes.append(note)
