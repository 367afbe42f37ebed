"""Parameters and local names that something finds by name: callbacks, decorators, `locals()`. Doubts. Pure."""

import re
from collections.abc import Iterator

from app.services.refactor.plan import Note
from app.services.refactor.seen_names import is_test
from app.services.refactor.symbols.fixtures import asks_for_fixtures
from app.services.refactor.symbols.mentions import Role, Scope, StringUse
from app.services.refactor.symbols.model import Place
from app.services.refactor.symbols.parameters import CONSTRUCTORS
from app.services.refactor.work import Work

_LOCALS = re.compile(rb"\b(?:locals|vars)\(\s*\)|(?<![\w.])(?:eval|exec)\(|\bf_locals\b")
_SIGNATURES = re.compile(rb"\b(?:signature|getfullargspec|getcallargs)\(|__code__|co_varnames")
_KEYS = (StringUse.OTHER, StringUse.DYNAMIC)
# They give the function on as it is, or are known to call it as written.
_PLAIN = frozenset(
    {"property", "staticmethod", "classmethod", "overload", "override", "abstractmethod", "cached_property", "setter",
     "contextmanager", "asynccontextmanager", "lru_cache", "cache", "wraps", "fixture", "dataclass", "final"}
)  # fmt: skip
# Given as a value: not called, not imported.
_ESCAPES = rb"(?:[(,=\[{:]|\breturn\b|\byield\b)[ \t\n]*(?:[\w.()\[\]]*\.)?%b\s*[,)\]}\n]"
_IMPORTS = (b"from ", b"import ")


def note_arguments(work: Work) -> None:
    """Add the doubts about names of functions."""
    for path, scope in _functions(work):
        data = work.files[path]
        if _LOCALS.search(data, scope.at, _end_of(data, scope.at)):
            work.note("doubt", Place(path, scope.at), "names of this function are looked up while it runs")
        if work.plan.old in scope.parameters:
            _note_parameter(work, path, scope)


def _functions(work: Work) -> Iterator[tuple[str, Scope]]:
    for symbol in sorted(work.symbols):
        scopes = work.found.scopes.get(symbol.path)
        for scope in scopes.scopes if scopes else ():
            if scope.kind == "function" and scope.at == symbol.at:
                yield symbol.path, scope


def _end_of(data: bytes, at: int) -> int:
    """Find the end of a function: the next line that is indented as little as its own."""
    start = data.rfind(b"\n", 0, at) + 1
    indent = len(data[start:at]) - len(data[start:at].lstrip())
    first = data.find(b":\n", at)
    ending = re.compile(rb"^[ \t]{0,%d}[^\s)#]" % indent, re.MULTILINE)
    found = ending.search(data, first + 2) if first >= 0 else None
    return found.start() if found else len(data)


def _note_parameter(work: Work, path: str, scope: Scope) -> None:
    old = work.plan.old
    parent = work.found.scopes[path].scopes[scope.parent]
    if parent.kind == "class" and scope.parameters[0] == old:
        return
    spelled = re.compile(rf"(?<!\w){re.escape(old)}(?!\w)")
    if any(spelled.search(each.replace("-", "_")) for each in scope.decorators if "'" in each or '"' in each):
        work.note("doubt", Place(path, scope.at), "what decorates this function names its parameter")
    elif is_test(path) and asks_for_fixtures(scope):
        work.note("doubt", Place(path, scope.at), "tests are given what their parameters name")
    elif (trace := _trace(work, path, scope)) and _escapes(work, scope, parent):
        work.plan.notes.append(trace)


def _trace(work: Work, path: str, scope: Scope) -> Note | None:
    """Find what may give this parameter by its name to a function it does not name."""
    edited = {(edit.path, edit.start) for edit in work.plan.edits}
    for place, mention in work.found.mentions():
        if mention.name != work.plan.old or place in edited:
            continue
        is_open = mention.role is Role.KEYWORD and not work.found.meanings[place].symbols
        is_key = mention.role is Role.STRING and mention.is_whole and mention.use in _KEYS
        if is_open or (is_key and any(each in work.files[place.path] for each in (b"**", b"kwargs"))):
            line = work.found.lines[place.path].spot(place.start).line + 1
            return Note("doubt", place.path, line, "this may be an argument of a function that is handed about")
    known = {each.split("(")[0].rpartition(".")[2] for each in scope.decorators} - _PLAIN
    pattern = re.compile(rb"def[ \t]+(?:%b)\b" % "|".join(map(re.escape, sorted(known))).encode()) if known else None
    for each, data in sorted(work.files.items()):
        if _SIGNATURES.search(data) and (each == path or (pattern is not None and pattern.search(data))):
            return Note("doubt", each, 0, "parameters are read by their names here")
    return None


def _escapes(work: Work, scope: Scope, parent: Scope) -> bool:
    """Say whether a function is given to something that may call it in its own way."""
    if scope.name in ("", "__call__"):
        return True
    if any(each.split("(")[0].rpartition(".")[2] not in _PLAIN for each in scope.decorators):
        return True
    is_maker = parent.kind == "class" and scope.name in CONSTRUCTORS
    name = parent.name if is_maker else scope.name
    return any(is_handed_about(data, name) for data in work.files.values())


def is_handed_about(data: bytes, name: str) -> bool:
    """Say whether a file uses what is called so as a value."""
    word = name.encode()
    pattern = re.compile(_ESCAPES % re.escape(word))
    for found in pattern.finditer(data) if word in data else ():
        line = data[data.rfind(b"\n", 0, found.start()) + 1 : found.end()]
        if not line.lstrip().startswith(_IMPORTS) and b"isinstance(" not in line:
            return True
    return False
