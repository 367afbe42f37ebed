"""The module that a symbol goes to: what it needs of the old one, the imports it brings along, and its place."""

from dataclasses import dataclass, field

from tree_sitter import Node

from app.adapters.language.port import Target
from app.adapters.syntax.trees import text_of, walk
from app.services.refactor.bounds import MOST_MENTIONS
from app.services.refactor.edits import apply_words
from app.services.refactor.errors import NameCollision, SymbolNotFound, TooManyMentions
from app.services.refactor.moving.imports import edit, line_start
from app.services.refactor.moving.script_cut import text_for_export
from app.services.refactor.moving.script_file import NAMES, TYPES, Declared, ScriptFile, ScriptImport, ScriptName
from app.services.refactor.moving.script_places import specifier_for
from app.services.refactor.moving.script_work import ScriptMove
from app.services.refactor.symbols.lines import LineTable
from app.services.refactor.symbols.typescript_nodes import FUNCTIONS


@dataclass(slots=True)
class _Needs:
    """What the block uses: names that the old module imports, and names that it declares; all others are `plain`."""

    imported: dict[str, tuple[ScriptImport, ScriptName]] = field(default_factory=dict)
    declared: dict[str, Declared] = field(default_factory=dict)
    plain: set[str] = field(default_factory=set)


async def arrive_script(work: ScriptMove) -> None:
    """Put the block into its new module, with all it needs. NameCollision when a name means something else there."""
    needs = await _needs_of(work)
    for statement in work.tree.file(work.to).imports:
        await work.tree.module(work.to, statement)
    if work.to in work.tree.files:
        await _check_free(work, needs)
    await _bring_imports(work, needs)
    _bring_helpers(work, needs)
    text = await _text(work)
    work.plan.text = text
    if work.to not in work.tree.files:
        work.plan.created = b""
        return
    data, early = work.tree.files[work.to], await _used_early(work)
    if early is not None:
        at = line_start(data, early.start_byte)
        work.plan.edits.append(edit(work.to, at, at, text + b"\n"))
        return
    rest = data[len(data.rstrip()) :].count(b"\n")
    gap = b"" if not data.strip() else b"\n" * max(2 - rest, 0)
    work.plan.edits.append(edit(work.to, len(data), len(data), gap + text))


async def _used_early(work: ScriptMove) -> Node | None:
    """The first statement that uses it while the new module is loaded; functions are there before all of them."""
    file = work.tree.file(work.to)
    if work.is_type or work.declared.node.type in FUNCTIONS:
        return None
    nodes = [node for node in file.names(work.name) if not _is_later(node)]
    used = [node for node, is_it in zip(nodes, await work.means_it(file.path, nodes), strict=True) if is_it]
    own = [child for child in file.root.children if child.type != "import_statement"]
    spots = [node.start_byte for node in used]
    return next((child for child in own if any(child.start_byte <= spot < child.end_byte for spot in spots)), None)


def _is_later(node: Node) -> bool:
    """Say whether a name is read when a function is called."""
    at = node.parent
    while at is not None:
        if at.type in FUNCTIONS:
            return True
        at = at.parent
    return False


async def _needs_of(work: ScriptMove) -> _Needs:
    file, block = work.source, work.plan.block
    nodes = [
        node
        for node in walk(work.source.root)
        if node.type in NAMES and block.start <= node.start_byte < block.end and text_of(node) != work.name
    ]
    if len(nodes) > MOST_MENTIONS:
        raise TooManyMentions(mentions=len(nodes), most=MOST_MENTIONS)
    answers = await work.tree.leads(file.path, [node.start_byte for node in nodes])
    needs = _Needs()
    for node, targets in zip(nodes, answers, strict=True):
        _add(work, needs, node, targets)
    return needs


def _add(work: ScriptMove, needs: _Needs, node: Node, targets: tuple[Target, ...]) -> None:
    file, name = work.source, text_of(node)
    if any(target.path == file.path and work.in_block(file.path, work.tree.offset(target)) for target in targets):
        return
    for statement in file.imports:
        for each in statement.names if not statement.is_export else ():
            if each.local == name:
                needs.imported[name] = statement, each
                return
    offsets = {work.tree.offset(target) for target in targets if target.path == file.path}
    declared = next((each for each in file.declared if each.name == name and each.at in offsets), None)
    if declared is not None:
        needs.declared[name] = declared
    else:
        needs.plain.add(name)


async def _check_free(work: ScriptMove, needs: _Needs) -> None:
    file = work.tree.file(work.to)
    if work.is_default and any(each.is_default for each in file.declared):
        raise _taken(work, work.name, 0, "already_defined")
    own = [each for each in file.declared if each.name == work.name]
    if own:
        raise _taken(work, work.name, own[0].at, "already_defined")
    for name in sorted(needs.plain):
        if file.top_binds(name):
            raise _taken(work, name, next(file.names(name)).start_byte, "captured")
    for statement in file.imports:
        for each in statement.names if not statement.is_export else ():
            if each.local == work.name and await work.tree.module(work.to, statement) != work.source.path:
                raise _taken(work, work.name, each.node.start_byte, "already_defined")
    for name in sorted({work.name, *needs.imported, *needs.declared}):
        if not file.top_binds(name):
            await _refuse_captured(work, file, name)


async def _refuse_captured(work: ScriptMove, file: ScriptFile, name: str) -> None:
    """NameCollision when the new module uses a name of that kind, which no import of it gives."""
    spans = [(each.start, each.end) for each in file.imports]
    nodes = [node for node in file.names(name) if not any(start <= node.start_byte < end for start, end in spans)]
    for node, targets in zip(nodes, await work.tree.leads(file.path, [each.start_byte for each in nodes]), strict=True):
        if not any(target.path == file.path for target in targets) and node.parent is not None:
            raise _taken(work, name, node.start_byte, "captured")


def _taken(work: ScriptMove, name: str, offset: int, reason: str) -> NameCollision:
    lines = LineTable(work.tree.files[work.to])
    line = lines.spot(offset).line
    place = {"path": work.to, "line": line + 1, "text": lines.text(line).strip()[:200]}
    said = f"{name} stands for something else in {work.to}."
    return NameCollision(said, name=name, reason=reason, places=[place])


async def _bring_imports(work: ScriptMove, needs: _Needs) -> None:
    for name, (statement, each) in sorted(needs.imported.items(), key=lambda item: item[1][1].node.start_byte):
        module = await work.tree.module(work.source.path, statement)
        if module == work.to:
            if each.original != each.local:
                raise SymbolNotFound(
                    f"{work.name} uses {each.original} of {work.to} as {each.local}.",
                    path=work.source.path, word=work.name, reason="imported_under_another_name",
                )  # fmt: skip
            continue
        if work.to in work.tree.files and await _is_there(work, name, module, statement, each):
            continue
        specifier = statement.specifier
        if module is not None and specifier.startswith("."):
            specifier = specifier_for(work.to, module, like=(module, specifier))
        work.want(work.to, _head(statement, each), specifier)
        if module is not None and statement.happens and not each.is_type:
            work.new_edges.add((work.to, module))


def _head(statement: ScriptImport, each: ScriptName) -> str:
    text = each.text if not each.node.type.endswith("_specifier") else f"{{ {each.text} }}"
    return f"import{' type' if statement.is_type else ''} {text}"


async def _is_there(work: ScriptMove, name: str, module: str | None, statement: ScriptImport, each: ScriptName) -> bool:
    """Say whether the new module has the same name for the same thing; NameCollision when it is another thing."""
    file = work.tree.file(work.to)
    for other in file.imports:
        for there in other.names if not other.is_export else ():
            if there.local != name:
                continue
            led = await work.tree.module(work.to, other)
            same = led == module if module else other.specifier == statement.specifier
            if same and there.original == each.original and (each.is_type or not there.is_type):
                return True
            raise _taken(work, name, there.node.start_byte, "captured")
    if file.top_binds(name):
        raise _taken(work, name, next(file.names(name)).start_byte, "captured")
    return False


def _bring_helpers(work: ScriptMove, needs: _Needs) -> None:
    """Import from the old module what it declares; what it kept for itself it must give on."""
    for types in (True, False):
        own = sorted(name for name, each in needs.declared.items() if (each.node.type in TYPES) is types)
        if work.to in work.tree.files:
            bound = [name for name in own if work.tree.file(work.to).top_binds(name)]
            own = [name for name in own if name not in bound]
            _check_helpers(work, bound)
        for name in own:
            _export(work, needs.declared[name])
        if own:
            specifier = specifier_for(work.to, work.source.path, like=(work.source.path, _style(work)))
            work.want(work.to, f"import{' type' if types else ''} {{ {', '.join(own)} }}", specifier)
            if not types:
                work.new_edges.add((work.to, work.source.path))


def _check_helpers(work: ScriptMove, bound: list[str]) -> None:
    """What the new module calls so must come from the old one."""
    file = work.tree.file(work.to)
    for name in bound:
        given = [
            work.tree.led.get((work.to, statement.specifier))
            for statement in file.imports
            for each in statement.names
            if each.local == name == each.original
        ]
        if work.source.path not in given:
            raise _taken(work, name, next(file.names(name)).start_byte, "captured")


def _export(work: ScriptMove, declared: Declared) -> None:
    is_given = any(each.original == declared.name == each.local for _, each in work.source.given)
    if declared.is_default:
        raise SymbolNotFound(
            f"{work.name} uses {declared.name}, which its module gives by default.",
            path=work.source.path, word=work.name, reason="exported_under_another_name",
        )  # fmt: skip
    if not declared.is_exported and not is_given:
        at = declared.statement.start_byte
        work.plan.edits.append(edit(work.source.path, at, at, b"export "))


def _style(work: ScriptMove) -> str:
    """A relative specifier of the file, whose ending tells the style."""
    files = [work.tree.file(path) for path in (work.to, work.source.path) if path in work.tree.files]
    own = [each.specifier for file in files for each in file.imports if each.specifier.startswith(".")]
    return own[0] if own else "./x"


async def _text(work: ScriptMove) -> bytes:
    """The block as it reads in its new module, which gives it on."""
    file, block = work.source, work.plan.block
    text = file.data[block.start : block.end]
    text = text if text.endswith(b"\n") else text + b"\n"
    marked = text_for_export(text, work.declared.statement, block.start, is_exported=work.declared.is_exported)
    if len(marked) != len(text):
        at = work.declared.statement.start_byte - block.start
        work.plan.inner = [edit(file.path, at, at, b"export ")]
    return apply_words(text, work.plan.inner)
