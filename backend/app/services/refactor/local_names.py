"""Which files can see a name: of one that lives in a function alone, its own. Pure."""

from collections.abc import Mapping

from app.services.refactor.asked import RenameRequest
from app.services.refactor.symbols.lines import LineTable
from app.services.refactor.symbols.mentions import Mention, Role
from app.services.refactor.symbols.python_scopes import PythonScopes


def files_that_see(request: RenameRequest, files: Mapping[str, bytes], old: str) -> Mapping[str, bytes]:
    """Leave the one file of a local variable; all files for everything else.

    Parameters have keywords, imports and inner definitions lead elsewhere: they are seen by others.
    """
    data = files.get(request.path)
    if data is None or request.line is None or request.column is None:
        return files
    scopes = PythonScopes(data, {old, request.new_name})
    offset = LineTable(data).offset_of_utf16(request.line, request.column)
    mention = next((each for each in scopes.mentions if offset is not None and _is_at(each, offset, old)), None)
    return {request.path: data} if mention is not None and _is_local(scopes, mention) else files


def _is_at(mention: Mention, offset: int, name: str) -> bool:
    return mention.name == name and mention.start <= offset <= mention.end


def _is_local(scopes: PythonScopes, mention: Mention) -> bool:
    owner = scopes.owner(mention.name, mention.scope) if mention.role is Role.NAME else None
    if owner is None or scopes.is_broken or scopes.scopes[owner].kind not in ("function", "comprehension"):
        return False
    if mention.name in scopes.scopes[owner].parameters:
        return False
    if any(scope.parent == owner and scope.name == mention.name for scope in scopes.scopes):
        return False
    same = (each for each in scopes.mentions if each.name == mention.name and each.binds)
    return all(each.role is Role.NAME for each in same if scopes.owner(each.name, each.scope) == owner)
