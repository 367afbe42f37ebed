"""The proof of a module's rename in TypeScript: moved in the temporary tree, every import must lead where it led."""

import re
from collections.abc import Mapping
from dataclasses import replace

from app.adapters.language.port import LanguageSession
from app.services.refactor.bounds import SMALL_TREE
from app.services.refactor.edits import apply_words, by_path, offset_map
from app.services.refactor.errors import NameCollision
from app.services.refactor.module_names import edits_of_module
from app.services.refactor.modules_typescript import ScriptModuleWork
from app.services.refactor.moves import Moves
from app.services.refactor.plan import AFTER, Note
from app.services.refactor.proof import new_problems
from app.services.refactor.proof_typescript import without_workspace
from app.services.refactor.symbols.lines import LineTable
from app.services.refactor.symbols.model import Place
from app.services.refactor.symbols.typescript_config import workspace_config
from app.services.refactor.tiers import Tier


async def check_script_module(work: ScriptModuleWork, session: LanguageSession) -> None:
    """Prove the move and its edits together; what fails becomes doubts. NameCollision when an import is caught.

    The session's tree is as it was afterwards.
    """
    looked_at = _looked_at(work)
    before = await session.problems(looked_at)
    led = await _leads(work.files, {place: place.start for place in work.found}, session, Moves())
    edits = by_path(work.plan.of(Tier.PROVEN, Tier.LIKELY))
    changed: dict[str, bytes | None] = dict.fromkeys(work.plan.moves)
    for path in edits.keys() | work.plan.moves.keys():
        changed[work.moves.path(path)] = apply_words(work.files[path], edits.get(path, []))
    after = {path: data for path, data in {**work.files, **changed}.items() if data is not None}
    maps = {path: offset_map(found) for path, found in edits.items()}
    places = {place: maps[place.path](place.start) if place.path in maps else place.start for place in work.found}
    await session.write({**changed, **_settings(work, after)})
    try:
        found = await session.problems([work.moves.path(path) for path in looked_at])
        lead = await _leads(after, places, session, work.moves)
    finally:
        await session.write({**{path: work.files.get(path) for path in changed}, **_settings(work, work.files)})
    _compare(work, led, lead)
    back = {new: old for old, new in work.plan.moves.items()}
    for problem in new_problems(before, [replace(each, path=back.get(each.path, each.path)) for each in found]):
        message = without_workspace(problem.message)
        work.plan.notes.append(Note("doubt", problem.path, problem.at.line + 1, f"{AFTER}: {message}"))


def _looked_at(work: ScriptModuleWork) -> list[str]:
    if len(work.files) <= SMALL_TREE:
        return sorted(work.files)
    # In larger trees: what moves, and whatever imports something by the old or by the new word.
    word = re.compile(rb"|".join(re.escape(name.encode()) for name in (work.plan.old, work.plan.new)))
    return sorted({*work.plan.moves, *(path for path, data in work.files.items() if word.search(data))})


def _settings(work: ScriptModuleWork, code: Mapping[str, bytes]) -> dict[str, bytes]:
    """The settings for these files; after the move, as they are with what they say of the module changed too."""
    texts = dict(work.texts)
    if code is not work.files:
        edits, _ = edits_of_module(texts, work.module, work.plan.new)
        changed = {path: apply_words(texts[path], found) for path, found in by_path(edits).items()}
        texts = {work.moves.path(path): data for path, data in {**texts, **changed}.items()}
    return workspace_config(code, texts)[0]


async def _leads(
    files: Mapping[str, bytes], places: Mapping[Place, int], session: LanguageSession, moves: Moves
) -> dict[Place, frozenset[str | None]]:
    """Ask where imports lead. `places` are those of the tree before, with the offsets at which they stand now."""
    by_file: dict[str, list[Place]] = {}
    for place in places:
        by_file.setdefault(place.path, []).append(place)
    found: dict[Place, frozenset[str | None]] = {}
    for path, asked in by_file.items():
        at = moves.path(path)
        lines = LineTable(files[at])
        answers = await session.definitions(at, [lines.spot(places[place]) for place in asked])
        for place, targets in zip(asked, answers, strict=True):
            found[place] = frozenset(target.path for target in targets)
    return found


def _compare(
    work: ScriptModuleWork,
    before: Mapping[Place, frozenset[str | None]],
    after: Mapping[Place, frozenset[str | None]],
) -> None:
    caught: list[Place] = []
    for place, targets in before.items():
        expected = frozenset(target and work.moves.path(target) for target in targets)
        if after[place] == expected:
            continue
        if after[place] and not expected & after[place] and after[place] & {*work.plan.moves.values()}:
            caught.append(place)
        else:
            work.note("doubt", place, f"{AFTER} this leads elsewhere, or nowhere")
    if caught:
        raise NameCollision(
            f"With the name {work.plan.new}, imports here would lead to another file.",
            name=work.plan.new, reason="captured",
            places=[{"path": place.path, "text": work.found[place].text[:200]} for place in caught[:20]],
        )  # fmt: skip
