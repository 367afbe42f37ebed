"""The proof of a rename: apply it in the temporary tree, analyse again, and compare what every mention binds to."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.adapters.language.port import LanguageSession, Problem
from app.services.refactor.collisions import places
from app.services.refactor.edits import WordEdit, apply_words, by_path, offset_map
from app.services.refactor.errors import NameCollision, SymbolNotFound
from app.services.refactor.inheritance import inherited_outside
from app.services.refactor.looking import files_to_look_at, settled
from app.services.refactor.moves import Moves
from app.services.refactor.plan import AFTER, Note
from app.services.refactor.promotion import demote, promote
from app.services.refactor.symbols.fixture_values import read_fixture_values
from app.services.refactor.symbols.mentions import Role
from app.services.refactor.symbols.model import MODULE, Meaning, Place, Symbol
from app.services.refactor.symbols.python import Analysis, Earlier, analyse
from app.services.refactor.tiers import Tier
from app.services.refactor.together import ending
from app.services.refactor.work import Work


@dataclass(frozen=True, slots=True)
class Translation:
    """How places and symbols of the old tree are called in the new one."""

    offsets: Mapping[str, Callable[[int], int]]
    renamed: frozenset[Symbol]
    new: str
    moves: Moves

    def path(self, path: str) -> str:
        """Translate a file's path."""
        return self.moves.path(path)

    def place(self, place: Place) -> Place:
        """Translate a place."""
        return Place(self.path(place.path), self._offset(place.path, place.start))

    def symbol(self, symbol: Symbol) -> Symbol:
        """Translate a symbol."""
        if symbol.at < MODULE:
            return symbol._replace(path=self.path(symbol.path))
        at = symbol.at if symbol.at == MODULE else self._offset(symbol.path, symbol.at)
        is_named_anew = symbol in self.renamed and symbol.name
        return Symbol(self.path(symbol.path), at, self.new if is_named_anew else symbol.name)

    def meaning(self, meaning: Meaning) -> Meaning:
        """Translate what a mention stands for."""
        return Meaning(frozenset(self.symbol(each) for each in meaning.symbols), meaning.is_outside)

    def _offset(self, path: str, offset: int) -> int:
        return self.offsets[path](offset) if path in self.offsets else offset


async def check(work: Work, session: LanguageSession) -> None:
    """Prove the certain and likely edits of a plan together; what fails becomes doubts. NameCollision when captured.

    The session's tree is as it was afterwards.
    """
    looked_at = files_to_look_at(work)
    before = await session.problems(looked_at)
    trial = await _try(work, session, looked_at)
    promoted = promote(work, new_problems(before, trial.problems))
    if promoted:
        again = await _try(work, session, looked_at)
        if len(new_problems(before, again.problems)) < len(new_problems(before, trial.problems)):
            trial = again
        else:
            demote(work, promoted)
    if trial.inherited:
        raise SymbolNotFound(
            f"{work.plan.old} comes from outside of this repository: classes here only say more about it.",
            reason="overrides_outside", word=work.plan.old, places=places(work.found, trial.inherited),
        )  # fmt: skip
    _compare_meanings(work, trial)
    for problem in new_problems(before, trial.problems):
        note = Note("doubt", problem.path, problem.at.line + 1, f"{AFTER}: {problem.message[:200]}")
        work.plan.notes.append(note)


@dataclass(frozen=True, slots=True)
class Trial:
    """What was found in the tree with the edits put in."""

    edits: Mapping[str, list[WordEdit]]
    after: Analysis
    problems: list[Problem]
    translation: Translation
    inherited: list[Place]


async def _try(work: Work, session: LanguageSession, looked_at: Sequence[str]) -> Trial:
    edits = by_path(work.plan.of(Tier.PROVEN, Tier.LIKELY))
    moves = work.plan.moves
    offsets = {path: offset_map(found) for path, found in edits.items()}
    translation = Translation(offsets, work.symbols, work.plan.new, Moves(moves, work.plan.folders))
    changed: dict[str, bytes | None] = dict.fromkeys(moves)
    for path in edits.keys() | moves.keys():
        changed[translation.path(path)] = apply_words(work.files[path], edits.get(path, []))
    files = {path: data for path, data in {**work.files, **changed}.items() if data is not None}
    await session.write(changed)
    try:
        left_out = {translation.place(place) for place in settled(work, edits)}
        # Scopes are read while the server looks for problems.
        looking = asyncio.create_task(session.problems([translation.path(path) for path in looked_at]))
        async with ending([looking]):
            earlier = Earlier(work.files, work.found, left_out)
            after = await analyse(files, {work.plan.old, work.plan.new}, session, earlier)
            await read_fixture_values(after, files, session)
            found = await looking
        inherited = await inherited_outside(work, files, session)
    finally:
        await session.write({path: work.files.get(path) for path in changed})
    back = {new: old for old, new in moves.items()}
    problems = [replace(problem, path=back.get(problem.path, problem.path)) for problem in found]
    return Trial(edits, after, problems, translation, inherited)


def _compare_meanings(work: Work, trial: Trial) -> None:
    after, translation = trial.after, trial.translation
    edited = {Place(path, edit.start) for path, found in trial.edits.items() for edit in found}
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
            work.note("doubt", place, f"{AFTER} this leads elsewhere, or nowhere")
    if captured:
        raise NameCollision(
            f"With the name {work.plan.new}, names here would stand for something else.",
            name=work.plan.new, places=places(work.found, captured), reason="captured",
        )  # fmt: skip


def _is_captured(before: Meaning, now: Meaning, work: Work, translation: Translation) -> bool:
    """Say whether a mention of something else would mean what was renamed."""
    renamed = {translation.symbol(symbol) for symbol in work.symbols}
    return before.is_known and not before.symbols & work.symbols and bool(now.symbols & renamed)


def new_problems(before: Sequence[Problem], after: Sequence[Problem]) -> list[Problem]:
    """Find the problems that were not there before; a rename moves none to another line."""
    known = Counter((problem.path, problem.at.line, problem.code) for problem in before)
    found: list[Problem] = []
    for problem in after:
        key = (problem.path, problem.at.line, problem.code)
        known[key] -= 1
        if known[key] < 0:
            found.append(problem)
    return found
