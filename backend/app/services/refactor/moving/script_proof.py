"""The proof of a move in TypeScript or JavaScript: made in the temporary tree, analysed again, compared."""

from collections.abc import Mapping

from app.adapters.language.port import LanguageSession, Target
from app.adapters.syntax.trees import text_of
from app.services.refactor.bounds import SMALL_TREE
from app.services.refactor.errors import NameCollision
from app.services.refactor.moving.problems import doubt_problems
from app.services.refactor.moving.script_file import ScriptFile
from app.services.refactor.moving.script_work import ScriptMove, ScriptTree
from app.services.refactor.symbols.lines import LineTable

Place = tuple[str, int]


async def check_script_move(
    work: ScriptMove, session: LanguageSession, settings: Mapping[str, bytes], kept: Mapping[str, bytes]
) -> None:
    """Prove a move; what fails becomes doubts. NameCollision when a name would stand for something else.

    `settings` say what the server reads once the move is made, `kept` what it reads now.
    """
    files = work.tree.files
    changed = work.plan.changed(files)
    after = {**files, **changed}
    naming = {path for path, data in files.items() if work.name.encode() in data}
    paths = set(files) if len(files) <= SMALL_TREE else {*naming, *changed}
    before = await session.problems(sorted(paths & files.keys()))
    led = await _leads(work, work.tree, {path: work.tree.file(path) for path in sorted(naming)})
    held = {path: files.get(path) for path in changed}
    await session.write({**changed, **settings})
    try:
        problems = await session.problems(sorted(paths | changed.keys()))
        tree = ScriptTree(after, session)
        there = {path: tree.file(path) for path in sorted(after) if work.name.encode() in after[path]}
        leads = await _leads(work, tree, {**there, work.to: tree.file(work.to)})
    finally:
        await session.write({**held, **kept})
    _compare(work, led, leads)
    doubt_problems(work.plan, files, before, problems)


async def _leads(work: ScriptMove, tree: ScriptTree, files: Mapping[str, ScriptFile]) -> dict[Place, set[Place | None]]:
    """Where every mention of the name leads, and every name in the block."""
    found: dict[Place, set[Place | None]] = {}
    for path, file in files.items():
        is_block = path in (work.source.path, work.to)
        nodes = list(file.names(None if is_block else work.name))
        if is_block:
            start, size = _block_in(work, path, tree)
            nodes = [
                node for node in nodes
                if text_of(node) == work.name or start <= node.start_byte < start + size
            ]  # fmt: skip
        answers = await tree.leads(path, [node.start_byte for node in nodes])
        for node, targets in zip(nodes, answers, strict=True):
            found[path, node.start_byte] = {_led_to(tree, target) for target in targets}
    return found


def _led_to(tree: ScriptTree, target: Target) -> Place | None:
    """Where an answer lies; None for what is not here, which the server sees end at the import."""
    if target.path is None or target.path not in tree.files:
        return None
    offset = tree.offset(target)
    imports = tree.file(target.path).imports
    return None if any(each.start <= offset < each.end for each in imports) else (target.path, offset)


def _block_in(work: ScriptMove, path: str, tree: ScriptTree) -> tuple[int, int]:
    """Where the block begins in a file, and how long it is; nothing where it is not."""
    block = work.plan.block
    if path == block.path and tree is work.tree:
        return block.start, block.end - block.start
    if path == work.to and tree is not work.tree:
        return work.plan.pasted_at, len(work.plan.text)
    return 0, 0


def _compare(work: ScriptMove, before: dict[Place, set[Place | None]], after: dict[Place, set[Place | None]]) -> None:
    captured: list[Place] = []
    for (path, offset), targets in before.items():
        there = work.plan.place_of(path, offset)
        if there is None or not targets:
            continue
        expected = {work.plan.place_of(*target) if target else None for target in targets}
        now = after.get(there)
        if now == expected or (now and None in expected and None in now):
            continue
        is_known = any(expected) and bool(now) and not (expected & (now or set()))
        if is_known:
            captured.append((path, offset))
        else:
            work.doubt(path, offset, "after the move this leads elsewhere, or nowhere")
    if captured:
        told = []
        for path, offset in captured[:20]:
            lines = LineTable(work.tree.files[path])
            line = lines.spot(offset).line
            told.append({"path": path, "line": line + 1, "text": lines.text(line).strip()[:200]})
        said = f"With {work.name} in {work.to}, names would stand for something else."
        raise NameCollision(said, name=work.name, places=told, reason="captured")
