"""Uses by way of the module, `old.name`: led to the new one, which is imported beside the old one or in its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from app.services.refactor.errors import SymbolNotFound
from app.services.refactor.moving.imports import Imported, ImportStatement, by_local, edit, put_behind
from app.services.refactor.moving.python_file import PythonFile, unquoted
from app.services.refactor.moving.python_work import MoveWork
from app.services.refactor.symbols.mentions import Mention, Role
from app.services.refactor.symbols.model import Place
from app.services.refactor.symbols.python_scopes import PythonScopes

_DOTTED = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
_SET = re.compile(rb"\s*(?:[-+*/%@&|^]|//|\*\*|<<|>>)?=(?!=)|\s*:[^=\n]+=(?!=)")


@dataclass(slots=True)
class _Way:
    """One import of the old module, and the uses that go by it."""

    statement: ImportStatement
    imported: Imported
    uses: list[Mention] = field(default_factory=list)
    owner: int = 0


def mend_attributes(work: MoveWork) -> None:
    """Lead every `old.name` to the new module."""
    for path, scopes in sorted(work.found.scopes.items()):
        mentions = [
            mention
            for mention in scopes.mentions
            if mention.name == work.plan.name
            and mention.role is Role.ATTRIBUTE
            and work.means_it(Place(path, mention.start))
        ]
        if mentions:
            _mend_file(work, work.file(path), mentions)


def _mend_file(work: MoveWork, file: PythonFile, mentions: list[Mention]) -> None:
    heads = {mention.head_text.partition(".")[0] for mention in mentions if _DOTTED.fullmatch(mention.head_text)}
    name = _top_name(work)
    scopes = file.scopes(heads | {name, PurePosixPath(work.to).stem, work.plan.name})
    ways: dict[int, _Way] = {}
    for mention in mentions:
        _refuse_set(work, file, mention)
        if not _DOTTED.fullmatch(mention.head_text):
            work.doubt(file.path, mention.start, "it is reached in a way that cannot be mended")
            continue
        way = _way_of(work, file, scopes, mention)
        if way is None:
            continue
        ways.setdefault(way.imported.node.start_byte, way).uses.append(mention)
    for way in ways.values():
        _mend_way(work, file, scopes, way)


def _refuse_set(work: MoveWork, file: PythonFile, mention: Mention) -> None:
    if _SET.match(file.data, mention.end):
        raise SymbolNotFound(
            f"{work.plan.name} cannot be moved. Another module gives it another value.",
            path=file.path, word=work.plan.name, reason="rebound",
        )  # fmt: skip


def _way_of(work: MoveWork, file: PythonFile, scopes: PythonScopes, mention: Mention) -> _Way | None:
    """Find the import by which a use reaches the old module; None when it reaches it by way of another one."""
    first, _, rest = mention.head_text.partition(".")
    owner = scopes.owner(first, mention.scope)
    found = [*_candidates(file, scopes, first, owner)]
    for statement, imported in found:
        module = imported.binds_module + (f".{rest}" if rest else "")
        if work.modules.resolve(file.path, module) == work.source:
            return _Way(statement, imported, owner=owner or 0)
    if not found:
        work.doubt(file.path, mention.start, "it is reached in a way that cannot be mended")
    return None


def _candidates(
    file: PythonFile, scopes: PythonScopes, local: str, owner: int | None
) -> Iterator[tuple[ImportStatement, Imported]]:
    for statement, imported in by_local(file.imports).get(local, ()):
        start, end = imported.node.start_byte, imported.node.end_byte
        if any(m.binds and m.name == local and start <= m.start < end and m.scope == owner for m in scopes.mentions):
            yield statement, imported


def _top_name(work: MoveWork) -> str:
    return work.modules.absolute(work.to).partition(".")[0]


def _mend_way(work: MoveWork, file: PythonFile, scopes: PythonScopes, way: _Way) -> None:
    if file.path == work.to:
        for mention in way.uses:
            # The dot goes with what stands before it: the module itself has the name now.
            start = (mention.head or mention.start) - len(mention.head_text.encode())
            work.plan.edits.append(edit(file.path, start, mention.start, b""))
        return
    if way.statement.happens:
        work.new_edges.add((file.path, work.to))
    local, text = _import_of_new(work, file, scopes, way)
    if _is_alone(work, file, scopes, way):
        if way.imported.is_alias:
            text, local = _with_alias(work, file, way), way.imported.local
        work.plan.edits.append(edit(file.path, way.statement.start, way.statement.end, text))
    else:
        work.plan.edits.append(put_behind(file.path, file.data, way.statement, text))
    for mention in way.uses:
        if local != mention.head_text:
            end = mention.head or mention.start
            work.plan.edits.append(edit(file.path, end - len(mention.head_text.encode()), end, local))


def _import_of_new(work: MoveWork, file: PythonFile, scopes: PythonScopes, way: _Way) -> tuple[str, str]:
    """How the new module is called there, and the statement that imports it: in the style of the old one's."""
    stem = PurePosixPath(work.to).parent.name if work.to.endswith("/__init__.py") else PurePosixPath(work.to).stem
    if not way.imported.original:
        module = work.modules.absolute(work.to, like=(work.source, _full_name(way)))
        first = module.partition(".")[0]
        if not way.imported.is_alias and _is_free(file, scopes, first):
            return module, f"import {module}"
        local = _free_name(work, file, scopes, stem)
        return local, f"import {module} as {local}" if local != module else f"import {module}"
    local = _free_name(work, file, scopes, stem)
    module = work.name_for(file.path, _full_name(way))
    package, _, last = module.rpartition(".")
    dots = module[: len(module) - len(module.lstrip("."))]
    if not last or not (package or dots):
        return local, f"import {module}" + (f" as {local}" if local != module else "")
    package = package if package.strip(".") else dots
    return local, f"from {package} import {last}" + (f" as {local}" if local != last else "")


def _full_name(way: _Way) -> str:
    if way.imported.original:
        return way.imported.binds_module
    mention = way.uses[0]
    rest = mention.head_text.partition(".")[2]
    return way.imported.binds_module + (f".{rest}" if rest else "")


def _with_alias(work: MoveWork, file: PythonFile, way: _Way) -> str:
    local = way.imported.local
    if not way.imported.original:
        return f"import {work.modules.absolute(work.to, like=(work.source, way.imported.module))} as {local}"
    module = work.name_for(file.path, way.imported.binds_module)
    package, _, last = module.rpartition(".")
    dots = module[: len(module) - len(module.lstrip("."))]
    package = package if package.strip(".") else dots
    return f"from {package} import {last} as {local}" if package else f"import {module} as {local}"


def _is_free(file: PythonFile, scopes: PythonScopes, name: str) -> bool:
    """Say whether a name is bound there by nothing else than imports of the same package, wherever it is used."""
    known = by_local(file.imports).get(name, ())
    is_package = all(not imported.original and not imported.is_alias for _, imported in known)
    spans = [(imported.node.start_byte, imported.node.end_byte) for _, imported in known]
    bound = [mention for mention in scopes.mentions if mention.name == name and mention.binds]
    return is_package and all(any(start <= each.start < end for start, end in spans) for each in bound)


def _free_name(work: MoveWork, file: PythonFile, scopes: PythonScopes, stem: str) -> str:
    if any(mention.name == stem and mention.role is Role.NAME for mention in scopes.mentions) and not _is_module_there(
        work, file, stem
    ):
        return f"{stem}_module"
    return stem


def _is_module_there(work: MoveWork, file: PythonFile, local: str) -> bool:
    return all(
        work.modules.resolve(file.path, imported.binds_module) == work.to
        for _, imported in by_local(file.imports).get(local, ())
    ) and bool(by_local(file.imports).get(local))


def _is_alone(work: MoveWork, file: PythonFile, scopes: PythonScopes, way: _Way) -> bool:
    """Say whether nothing else there uses what the import binds."""
    local = way.imported.local
    used = {(mention.head or 0) - len(mention.head_text.encode()) for mention in way.uses}
    others = [
        mention
        for mention in scopes.mentions
        if mention.name == local and mention.role is Role.NAME and not mention.binds and mention.start not in used
    ]
    is_one = len(way.statement.names) == 1 and len(by_local(file.imports).get(local, ())) == 1
    is_public = PurePosixPath(file.path).stem == "__init__" or local in [unquoted(node) for node in file.exports()]
    return is_one and not others and not is_public and _loads_no_other(work, file, way)


def _loads_no_other(work: MoveWork, file: PythonFile, way: _Way) -> bool:
    """Say whether it loads the old module, or a package of the new one: another one may do something when loaded."""
    loaded = way.imported.binds_module if way.imported.original else way.imported.module
    found = work.modules.resolve(file.path, loaded)
    return found == work.source or f"{work.modules.absolute(work.to)}.".startswith(f"{loaded}.")
