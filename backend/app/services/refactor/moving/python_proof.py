"""The proof of a move in Python: made in the temporary tree, analysed again, compared with what was."""

import builtins
from collections.abc import Mapping, Sequence

from app.adapters.language.port import LanguageSession, Target
from app.services.refactor.bounds import SMALL_TREE
from app.services.refactor.errors import NameCollision
from app.services.refactor.moving.problems import doubt_problems
from app.services.refactor.moving.python_file import PythonFile, words_of
from app.services.refactor.moving.python_work import MoveWork, final, is_code
from app.services.refactor.symbols.lines import LineTable
from app.services.refactor.symbols.mentions import Mention, Role
from app.services.refactor.symbols.model import MODULE, Meaning, Place, Symbol
from app.services.refactor.symbols.python import Analysis, analyse
from app.services.refactor.symbols.python_scopes import PythonScopes


async def check_move(work: MoveWork, session: LanguageSession) -> None:
    """Prove a move; what fails becomes doubts. NameCollision when a name would stand for something else.

    The session's tree is as it was afterwards.
    """
    changed = work.plan.changed(work.files)
    files = {**work.files, **changed}
    paths = set(work.files) if len(work.files) <= SMALL_TREE else {*work.found.scopes, *changed}
    before = await session.problems(sorted(paths & work.files.keys()))
    led = await _leads(work, session, work.source, work.files[work.source], 0)
    await session.write(changed)
    try:
        after = await analyse(files, {work.plan.name}, session)
        problems = await session.problems(sorted(paths | changed.keys()))
        leads = await _leads(work, session, work.to, files[work.to], 1)
    finally:
        await session.write({path: work.files.get(path) for path in changed})
    _compare(work, after)
    _compare_block(work, led, leads, files)
    doubt_problems(work.plan, work.files, before, problems)


def _compare(work: MoveWork, after: Analysis) -> None:
    captured: list[Place] = []
    for place, mention in work.found.mentions():
        there = work.plan.place_of(place.path, place.start)
        if there is None or (not is_code(mention) and mention.role is not Role.STRING):
            continue
        before = final(work.found, work.found.meanings[place])
        now = final(after, after.meanings.get(Place(*there), Meaning()))
        expected = _translated(work, before)
        if now == expected or (not before.is_known and not now.is_known):
            continue
        if mention.role is Role.STRING and not work.means_it(place):
            continue
        if mention.role is Role.NAME:
            captured.append(place)
        else:
            work.doubt(place.path, place.start, "after the move this leads elsewhere, or nowhere")
    if captured:
        raise _captured(work, captured)


def _translated(work: MoveWork, meaning: Meaning) -> Meaning:
    return Meaning(frozenset(_symbol(work, each) for each in meaning.symbols), meaning.is_outside)


def _symbol(work: MoveWork, symbol: Symbol) -> Symbol:
    if symbol == work.target:
        return Symbol(work.to, MODULE, symbol.name)
    if symbol.at <= MODULE:
        return symbol
    there = work.plan.place_of(symbol.path, symbol.at)
    return symbol if there is None else Symbol(there[0], there[1], symbol.name)


def _captured(work: MoveWork, captured: Sequence[Place]) -> NameCollision:
    told = []
    for place in captured[:20]:
        lines = LineTable(work.files[place.path])
        line = lines.spot(place.start).line
        told.append({"path": place.path, "line": line + 1, "text": lines.text(line).strip()[:200]})
    return NameCollision(
        f"With {work.plan.name} in {work.to}, names would stand for something else.",
        name=work.plan.name, places=told, reason="captured",
    )  # fmt: skip


Leads = list[tuple[Mention, tuple[Target, ...]]]


async def _leads(work: MoveWork, session: LanguageSession, path: str, data: bytes, when: int) -> Leads:
    """Ask where the names lead that the block takes from its module, in order. What it binds itself stays the same."""
    block = work.plan.block
    text = data[block.start : block.end] if not when else work.plan.text
    start = block.start if not when else work.plan.pasted_at
    scopes = PythonScopes(data, words_of(text))
    names = [
        each
        for each in scopes.mentions
        if each.role is Role.NAME
        and start <= each.start < start + len(text)
        and (owner := scopes.owner(each.name, each.scope)) in (0, None)
        and (owner == 0 or not hasattr(builtins, each.name))
    ]
    lines = LineTable(data)
    answers = await session.definitions(path, [lines.spot(each.start) for each in names])
    return [*zip(names, answers, strict=True)]


def _compare_block(work: MoveWork, before: Leads, after: Leads, files: Mapping[str, bytes]) -> None:
    """Compare where the names in the block lead: to the same definitions as before."""
    if [mention.name for mention, _ in before] != [mention.name for mention, _ in after]:
        work.doubt(work.source, work.plan.block.start, "the block reads otherwise in its new module")
        return
    captured = [
        Place(work.source, mention.start)
        for (mention, was), (_, now) in zip(before, after, strict=True)
        if was and _spots(work, was, work.files, is_old=True) != _spots(work, now, files, is_old=False)
    ]
    if captured:
        raise _captured(work, captured)


def _spots(
    work: MoveWork, targets: tuple[Target, ...], files: Mapping[str, bytes], *, is_old: bool
) -> set[tuple[str, int] | None]:
    spots: set[tuple[str, int] | None] = set()
    for target in targets:
        if target.path is None or target.path not in files:
            spots.add(None)
            continue
        offset = LineTable(files[target.path]).offset(target.start)
        file = work.file(target.path) if is_old else PythonFile.read(target.path, files[target.path])
        if any(each.start <= offset < each.end for each in file.imports):
            # What is not here: the server stops at the import, which goes along.
            spots.add(None)
            continue
        is_module = target.start == target.end
        if is_module or not is_old:
            spots.add((target.path, 0 if is_module else offset))
        else:
            spots.add(work.plan.place_of(target.path, offset))
    return spots
