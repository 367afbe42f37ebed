"""The proof of a rename in TypeScript and JavaScript: put in, analysed again, compared; and mended where it can be.

The compiler finds what only types tie together: an object given where another type is expected, a key in a string. A
complaint that was not there before leads to more that must be renamed, as long as there are fewer complaints with it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from app.adapters.language.port import LanguageSession, Problem
from app.services.refactor.bounds import SMALL_TREE
from app.services.refactor.edits import WordEdit, apply_words, by_path, offset_map
from app.services.refactor.errors import NameCollision, SymbolNotFound
from app.services.refactor.inheritance_typescript import inherited_outside
from app.services.refactor.plan import AFTER, Note
from app.services.refactor.proof import new_problems
from app.services.refactor.rename_typescript import ScriptWork, regroup, told_places
from app.services.refactor.symbols.model import UNKNOWN, Meaning, Place, Symbol
from app.services.refactor.symbols.typescript import analyse_scripts
from app.services.refactor.symbols.typescript_mentions import Kind, ScriptMention
from app.services.refactor.symbols.typescript_model import Facet, ScriptAnalysis, Side
from app.services.refactor.tiers import Tier

# Every trial is a look at all of these files.
_MOST_TRIALS = 24
_MOST_TRIALS_OF_LARGE = 4
# The compiler writes out where a module lies: in a folder that is another one the next time.
_WORKSPACE = re.compile(r"(?:file://)?/[^\s\"']*/tree/")
# Of the compiler: two things of one name where there may be one.
_COLLIDING = frozenset(
    {"1117", "2300", "2308", "2323", "2384", "2391", "2393", "2395", "2432", "2440", "2451", "2528", "2567", "2717",
     "2718", "18057"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ScriptTrial:
    """What was found in the tree with the edits put in."""

    edits: Mapping[str, list[WordEdit]]
    problems: list[Problem]
    after: ScriptAnalysis | None = None
    inherited: Sequence[Place] = ()
    unsure: Sequence[Place] = ()


async def check_script(work: ScriptWork, session: LanguageSession) -> None:
    """Prove the certain and likely edits of a plan together; what fails becomes doubts. NameCollision when captured.

    The session's tree is as it was afterwards.
    """
    looked_at = _looked_at(work)
    before = await session.problems(looked_at)
    trial = await _try(work, session, before, looked_at, is_explained=True)
    _refuse_collisions(work, trial.problems)
    if trial.problems:
        mended = await _mend(work, session, trial, before, looked_at)
        is_other = mended is not trial
        trial = await _try(work, session, before, looked_at, is_explained=True) if is_other else trial
    if trial.inherited:
        raise SymbolNotFound(
            f"{work.plan.old} comes from outside of this repository: classes here only say more about it.",
            reason="overrides_outside", word=work.plan.old, places=told_places(work, [*trial.inherited]),
        )  # fmt: skip
    for place in trial.unsure:
        work.note("doubt", place, "a class above this one lies outside, and may expect this name")
    _compare(work, trial)
    for problem in trial.problems:
        message = without_workspace(problem.message)
        note = Note("doubt", problem.path, problem.at.line + 1, f"{AFTER}: {message}")
        work.plan.notes.append(note)


def without_workspace(message: str) -> str:
    """Leave the folder out in which the compiler works, and what is longer than people read."""
    return _WORKSPACE.sub("", message)[:200]


def _looked_at(work: ScriptWork) -> list[str]:
    # In larger trees also those that import what changes.
    if len(work.files) <= SMALL_TREE:
        return sorted(work.files)
    names: set[str] = set()
    for path in {edit.path for edit in work.plan.edits}:
        at = PurePosixPath(path)
        names |= {at.name.partition(".")[0], *([at.parent.name] if at.name.startswith("index.") else [])}
    importing = re.compile(
        rb"['\"/](?:%s)(?:\.\w+)?['\"]" % b"|".join(re.escape(name.encode()) for name in sorted(names))
    )
    return sorted({*work.found.files, *(path for path, data in work.files.items() if importing.search(data))})


async def _try(
    work: ScriptWork,
    session: LanguageSession,
    before: Sequence[Problem],
    looked_at: Sequence[str],
    *,
    is_explained: bool = False,
) -> ScriptTrial:
    edits = by_path(work.plan.of(Tier.PROVEN, Tier.LIKELY))
    changed = {path: apply_words(work.files[path], found) for path, found in edits.items()}
    await session.write(changed)
    try:
        problems = new_problems(before, await session.problems(looked_at))
        if not is_explained:
            return ScriptTrial(edits, problems)
        words = {work.plan.old, work.plan.new}
        after = await analyse_scripts({**work.files, **changed}, words, session, work.found)
        inherited, unsure = await inherited_outside(work, {**work.files, **changed}, session)
    finally:
        await session.write({path: work.files[path] for path in changed})
    return ScriptTrial(edits, problems, after, inherited, unsure)


def _refuse_collisions(work: ScriptWork, problems: Sequence[Problem]) -> None:
    places = [
        Place(problem.path, work.found.lines[problem.path].offset(problem.at))
        for problem in problems
        if problem.code in _COLLIDING and problem.path in work.found.files
    ]
    if places:
        told = told_places(work, places)
        raise NameCollision(
            f"The name {work.plan.new} is taken already.", name=work.plan.new, places=told, reason="already_defined"
        )


async def _mend(
    work: ScriptWork,
    session: LanguageSession,
    trial: ScriptTrial,
    before: Sequence[Problem],
    looked_at: Sequence[str],
) -> ScriptTrial:
    """Rename more, one thing after another, for as long as the compiler has less to complain about."""
    most = _MOST_TRIALS if len(work.files) <= SMALL_TREE else _MOST_TRIALS_OF_LARGE
    for candidate in [*_candidates(work, trial.problems)][:most]:
        if not trial.problems:
            break
        kept = work.ties.groups.copy(), work.target, set(work.taken)
        if isinstance(candidate, Facet):
            if work.is_target(candidate):
                continue
            work.taken.add(candidate)
        elif work.ties.groups.find(candidate) == work.target or work.ties.is_outside(candidate):
            continue
        else:
            work.ties.groups.join([work.target, candidate])
        regroup(work)
        again = await _try(work, session, before, looked_at)
        if len(again.problems) < len(trial.problems):
            trial = again
        else:
            work.ties.groups, work.target, work.taken = kept
            regroup(work)
    return trial


def _candidates(work: ScriptWork, problems: Sequence[Problem]) -> Iterator[Symbol | Facet]:
    """What else may be meant, the likeliest first: on the lines complained about, in their files, anywhere."""
    lines = {(problem.path, problem.at.line) for problem in problems}
    paths = {problem.path for problem in problems}
    ranked: list[tuple[int, int, Symbol | Facet]] = []
    for order, (place, mention) in enumerate(work.found.mentions()):
        candidate = _candidate(work, place, mention)
        if mention.name != work.plan.old or candidate is None:
            continue
        line = work.found.lines[place.path].spot(place.start).line
        rank = 0 if (place.path, line) in lines else 1 if place.path in paths else 2
        ranked.append((rank, order, candidate))
    yield from dict.fromkeys(candidate for _, _, candidate in sorted(ranked, key=lambda each: each[:2]))


def _candidate(work: ScriptWork, place: Place, mention: ScriptMention) -> Symbol | Facet | None:
    if mention.kind in (Kind.NAME, Kind.COMMENT, Kind.IMPORTED, Kind.EXPORTED, Kind.ALIAS):
        return None
    if mention.kind is Kind.STRING and not mention.is_whole:
        return None
    facet = Facet(place.path, place.start, Side.OUTER)
    symbols = [symbol for symbol in work.found.meanings[facet].symbols if symbol.name == work.plan.old]
    return work.ties.groups.find(min(symbols)) if symbols else facet


def _compare(work: ScriptWork, trial: ScriptTrial) -> None:
    """Compare what every side of every word stands for with what it did."""
    after = trial.after
    if after is None:
        return
    translation = _Moved(work, {path: offset_map(found) for path, found in trial.edits.items()})
    edited = {Place(path, edit.start) for path, found in trial.edits.items() for edit in found}
    renamed = {translation.symbol(symbol) for symbol in work.symbols}
    captured: list[Place] = []
    for place, mention in work.found.mentions():
        if mention.kind is Kind.COMMENT and place not in edited:
            continue
        for facet in work.found.facets(place, mention):
            before = _through(work.found, work.found.meanings[facet])
            there = translation.facet(facet, mention)
            now = _through(after, after.meanings.get(there, UNKNOWN))
            expected = Meaning(frozenset(map(translation.symbol, before.symbols)), before.is_outside)
            if now == expected or facet in work.taken:
                continue
            is_ours = bool(before.symbols & work.symbols)
            if mention.kind is Kind.NAME or (before.is_known and not is_ours and now.symbols & renamed):
                captured.append(place)
            elif place in edited or is_ours:
                work.note("doubt", place, f"{AFTER} this leads elsewhere, or nowhere")
    if captured:
        raise NameCollision(
            f"With the name {work.plan.new}, names here would stand for something else.",
            name=work.plan.new, places=told_places(work, captured), reason="captured",
        )  # fmt: skip


def _through(found: ScriptAnalysis, meaning: Meaning) -> Meaning:
    """Look through names given by imports and exports: which of them a word leads to changes with the names."""
    symbols = set(meaning.symbols)
    for _ in range(5):
        given = {symbol for symbol in symbols if _is_given(found, symbol)}
        if not given:
            break
        symbols -= given
        for symbol in given:
            symbols |= found.raw.get(Place(symbol.path, symbol.at), UNKNOWN).symbols - {symbol}
    return Meaning(frozenset(symbols), meaning.is_outside)


def _is_given(found: ScriptAnalysis, symbol: Symbol) -> bool:
    mention = found.mention(symbol)
    if mention is None or mention.kind not in (Kind.ALIAS, Kind.IMPORTED, Kind.EXPORTED):
        return False
    return bool(found.raw.get(Place(symbol.path, symbol.at), UNKNOWN).symbols - {symbol})


@dataclass(frozen=True, slots=True)
class _Moved:
    """Translates symbols and sides of the old tree; of a word that was written out the second side moved."""

    work: ScriptWork
    offsets: Mapping[str, Callable[[int], int]]

    def symbol(self, symbol: Symbol) -> Symbol:
        """Translate a symbol: what declares a variable in `{ old: variable }` moved."""
        name = self.work.plan.new if symbol in self.work.symbols and symbol.name else symbol.name
        moved = self.work.moved.get(Place(symbol.path, symbol.at), 0) if symbol.name == self.work.plan.old else 0
        mention = self.work.found.mention(symbol)
        is_variable = mention is not None and mention.kind in (Kind.SHORT_PICK, Kind.IMPORTED, Kind.EXPORTED)
        return Symbol(symbol.path, self._offset(symbol.path, symbol.at) + (moved if is_variable else 0), name)

    def facet(self, facet: Facet, mention: ScriptMention) -> Facet:
        """Translate a side of a word."""
        at = self._offset(facet.path, facet.start)
        if facet.place not in self.work.moved:
            return facet._replace(start=at)
        is_second = facet.side is Side.LOCAL or mention.kind is Kind.EXPORTED
        return Facet(facet.path, at + self.work.moved[facet.place] if is_second else at, Side.OUTER)

    def _offset(self, path: str, offset: int) -> int:
        return self.offsets[path](offset) if path in self.offsets else offset
