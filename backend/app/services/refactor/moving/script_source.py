"""The module that a symbol leaves: what is cut, what it imports now, and what it no longer has to import."""

from app.adapters.syntax.trees import text_of
from app.services.refactor.moving.imports import edit
from app.services.refactor.moving.python_cut import cut_with_blanks
from app.services.refactor.moving.script_edits import spot_for_imports, statement_of, without_names
from app.services.refactor.moving.script_file import ScriptFile
from app.services.refactor.moving.script_places import specifier_for
from app.services.refactor.moving.script_work import ScriptMove


async def leave_script(work: ScriptMove) -> None:
    """Cut it out, and import what the module still uses of it."""
    file, block = work.source, work.plan.block
    start, end = cut_with_blanks(file.data, block)
    work.plan.edits.append(edit(file.path, start, end, b""))
    listed = [(statement, each) for statement, each in file.given if each.original == work.name]
    own = [
        node
        for node in file.names(work.name)
        if not work.in_block(file.path, node.start_byte)
        and not any(statement.start_byte <= node.start_byte < statement.end_byte for statement, _ in listed)
    ]
    if any(await work.means_it(file.path, own)):
        style = next((each.specifier for each in file.imports if each.specifier.startswith(".")), "./x")
        specifier = specifier_for(file.path, work.to, like=(file.path, style))
        types = "type " if work.is_type else ""
        head = f"import {work.name}" if work.is_default else f"import {types}{{ {work.name} }}"
        work.want(file.path, head, specifier)
        if not work.is_type:
            work.new_edges.add((file.path, work.to))
    for statement, _ in listed:
        kept = [each.text for holder, each in file.given if holder == statement and each.original != work.name]
        text = f"export {{ {', '.join(kept)} }}" + (";" if text_of(statement).endswith(";") else "")
        if kept:
            work.plan.edits.append(edit(file.path, statement.start_byte, statement.end_byte, text))
        else:
            tail = 1 if file.data[statement.end_byte : statement.end_byte + 1] == b"\n" else 0
            work.plan.edits.append(edit(file.path, statement.start_byte, statement.end_byte + tail, b""))
    _drop_imports(work, file)


def _drop_imports(work: ScriptMove, file: ScriptFile) -> None:
    """Drop imports that only the block used; those that JSX may use without a word stay."""
    used: dict[str, set[bool]] = {}
    spans = [(each.start, each.end) for each in file.imports if not each.is_export]
    for node in file.names():
        if not any(start <= node.start_byte < end for start, end in spans):
            used.setdefault(text_of(node), set()).add(work.in_block(file.path, node.start_byte))
    for statement in file.imports:
        gone = [each for each in statement.names if used.get(each.local) == {True} and each.local not in ("React", "h")]
        if gone and not statement.is_export:
            work.plan.edits.append(without_names(file, statement, gone))


def add_script_imports(work: ScriptMove) -> None:
    """Put in the imports that the old and the new module are to get."""
    for path, wanted in sorted(work.wanted.items()):
        if path not in work.tree.files:
            continue
        file = work.tree.file(path)
        lines = [statement_of(file, *each) for each in _joined(wanted) if not _merged(work, file, *each)]
        if not lines:
            continue
        spot = spot_for_imports(file)
        text = "".join(f"{line}\n" for line in lines)
        has_others = any(not each.is_export for each in file.imports)
        before = "\n" if spot and file.data[spot - 1 : spot] != b"\n" else ""
        rest = _rest(work, file, spot)
        gap = "" if has_others or not rest or rest.startswith(b"\n") else "\n"
        work.plan.edits.append(edit(path, spot, spot, f"{before}{text}{gap}"))
    if work.plan.created is not None:
        _create(work)
    _keep_a_module(work)


def _rest(work: ScriptMove, file: ScriptFile, spot: int) -> bytes:
    """What follows a place once all is taken out that goes there."""
    for each in sorted(work.plan.edits, key=lambda each: each.start):
        if each.path == file.path and each.start == spot and not each.new:
            spot = each.end
    return file.data[spot:]


def _joined(wanted: dict[tuple[str, str], None]) -> list[tuple[str, str]]:
    """Join the names that come from one module in one statement."""
    found: dict[tuple[str, str], list[str]] = {}
    others: list[tuple[str, str]] = []
    for head, specifier in wanted:
        word, brace, names = head.partition("{ ")
        if brace and word in ("import ", "import type "):
            found.setdefault((word, specifier), []).append(names.removesuffix(" }"))
        else:
            others.append((head, specifier))
    return others + [(f"{word}{{ {', '.join(names)} }}", specifier) for (word, specifier), names in found.items()]


def _merged(work: ScriptMove, file: ScriptFile, head: str, specifier: str) -> bool:
    """Add names to a statement that imports from the same module and stays as it is."""
    word, brace, names = head.partition("{ ")
    if not brace:
        return False
    for statement in file.imports:
        listed = [each.node for each in statement.names if each.node.type == "import_specifier"]
        is_alike = statement.specifier == specifier and statement.is_type == (word == "import type ")
        is_one_line = b"\n" not in (statement.node.text or b"")
        own = [each for each in work.plan.edits if each.path == file.path and each.start != each.end]
        is_touched = any(each.start <= statement.end and each.end >= statement.start for each in own)
        if listed and is_alike and is_one_line and not is_touched:
            at = listed[-1].end_byte
            work.plan.edits.append(edit(file.path, at, at, f", {names.removesuffix(' }')}"))
            return True
    return False


def _create(work: ScriptMove) -> None:
    """Write the new module: directives of the old one, imports, and the block."""
    file = work.source
    head = "".join(
        f"{text_of(child)}\n"
        for child in file.root.children[:3]
        if child.type == "expression_statement" and child.children[0].type == "string"
    )
    lines = "".join(f"{statement_of(file, *each)}\n" for each in _joined(work.wanted.get(work.to, {})))
    text = "\n".join(part for part in (head, lines) if part)
    work.plan.created = (text + "\n" if text else "").encode() + work.plan.text


def _keep_a_module(work: ScriptMove) -> None:
    """A file without imports and exports is no module: what it declares would be everybody's."""
    file = work.source
    if work.wanted.get(file.path):
        return
    plan = work.plan
    after = ScriptFile(file.path, plan.changed(work.tree.files)[file.path])
    is_module = after.imports or any(child.type == "export_statement" for child in after.root.children)
    if not is_module and (after.data.strip() or work.is_still_loaded):
        before = "\n" if after.data.strip() else ""
        text = f"{before}export {{}}" + (";\n" if file.ends_with_semicolons else "\n")
        plan.edits.append(edit(file.path, len(file.data), len(file.data), text))
