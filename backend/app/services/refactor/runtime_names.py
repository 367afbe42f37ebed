"""What finds or shows names while a program runs, known by its traces. Each becomes a doubt. Pure."""

import builtins
import re
from collections.abc import Collection, Iterator
from pathlib import PurePosixPath

from app.services.refactor.name_templates import LOOKS_UP, templates_in
from app.services.refactor.only_names import in_python_library
from app.services.refactor.plan import Note
from app.services.refactor.runtime_arguments import is_handed_about
from app.services.refactor.seen_names import definitions, is_test
from app.services.refactor.symbols.hierarchy import ClassAt
from app.services.refactor.symbols.mentions import Role, Scope, StringUse
from app.services.refactor.symbols.model import MODULE, Place
from app.services.refactor.work import Work

_BUILTINS = frozenset(dir(builtins))
# f"{total=}" writes the name; the brace may be far behind.
_SHOWN_EQUAL = re.compile(rb"[\w.\[\]()]*\s*=\s*(?:![rsa])?(?::[^{}\n]*)?\}")
# Its own name is a key, by which it is found again.
_KEY = re.compile(
    rb"\[[^\]\n]*__(?:qual)?name__|\{[^}\n:]*__name__[^}\n:]*:|(?:getattr|setdefault|\.get)\([^\n]*__name__"
)
_FINDS_MODULES = re.compile(rb"\bsys\.modules\b|\bimport_module\(|\b__import__\(")
_MADE_STATIC = re.compile(rb"^[ \t]+(\w+)[ \t]*=[ \t]*staticmethod\(\s*\1\s*\)", re.MULTILINE)
_DASHES = re.compile(rb"replace\(\s*[\"'][-_][\"']\s*,")
_DATA = re.compile(
    rb"\b(?:asdict|astuple|get_type_hints|getmembers|_asdict)\(|\b_fields\b|\bfields\(|__dataclass_fields__|__annotations__"
)
_OWN_DATA = re.compile(rb"\bvars\(|__dict__(?!\s*(?:[.\[]|=[^=]))")
_ENUMS = re.compile(r"(?:Enum|Flag)$")
_ENUM_NAMES = r"\.name\b|__members__|\b%s\["
# Runners and the dispatchers of Python's library find what is called so.
_FOUND_SO = re.compile(r"(?:do|help|complete|visit|depart|handle|start|end|on|action|command|smtp|ftp|log)_\w+|test\w*")
_WITHOUT_MEMBERS = frozenset({b"Generic", b"Protocol", b"ABC", b"object", b""})
_TESTS = re.compile(r"test|Test")


def note_runtime(work: Work) -> None:
    """Add the doubts about names that are found or shown while running."""
    _note_equal_signs(work)
    if work.is_in_function:
        return
    _note_strings(work)
    _note_templates(work)
    if work.is_definition:
        _note_runners(work)
        _note_keys(work)
    if work.is_member:
        _note_shown_data(work)
        _note_library(work)
    _note_builtins(work)
    _note_modules(work)


def _note_equal_signs(work: Work) -> None:
    for edit in work.plan.edits:
        data = work.files[edit.path]
        line = data[data.rfind(b"\n", 0, edit.start) + 1 : edit.start]
        if b"{" in line and (b'"' in line or b"'" in line) and _SHOWN_EQUAL.match(data, edit.end):
            work.note("doubt", Place(edit.path, edit.start), "the name is written out where it stands in braces")


def _homes(work: Work) -> list[str]:
    """The files in which it is defined."""
    return sorted({symbol.path for symbol in work.symbols if symbol.path in work.files})


def _note_strings(work: Work) -> None:
    at_home = any(LOOKS_UP.search(work.files[path]) for path in _homes(work))
    for place, mention in work.found.mentions():
        if mention.name == work.plan.old and mention.role is Role.STRING and mention.use is StringUse.OTHER:
            if mention.is_in_path and not mention.is_whole:
                continue
            if at_home or LOOKS_UP.search(work.files[place.path]):
                work.note("doubt", place, "a string holds the name, and names are looked up here while running")
    spelled = work.plan.old.strip("_").replace("_", "-")
    if "-" not in spelled or not (work.is_definition or work.is_member):
        return
    dashed = re.compile(rb"[\"']%b[\"']" % re.escape(spelled.encode()))
    told = (path for path, data in work.files.items() if spelled.encode() in data and dashed.search(data))
    translating = any(_DASHES.search(work.files[path]) for path in _homes(work))
    for path in sorted(told):
        if translating or _DASHES.search(work.files[path]):
            work.plan.notes.append(
                Note("doubt", path, 0, "a string holds the name with dashes, and may be used to find it")
            )


def _note_templates(work: Work) -> None:
    names = [each.name for each in definitions(work.found, work.symbols, work.plan.old) if each.kind == "class"]
    homes = _homes(work)
    for path in sorted(work.files):
        for template in templates_in(work.files[path]):
            if template.is_test and path not in homes:
                # Elsewhere nearly every repository asks so about names like `get_…`, of other things.
                continue
            is_made = any(template.makes(name) for name in (work.plan.old, work.plan.new))
            if is_made or (names and template.of_names and _is_written(work, template.filled(work.plan.old))):
                reason = "a name is put together here, and may be this one"
                work.plan.notes.append(Note("doubt", path, template.line, reason))


def _is_written(work: Work, name: str) -> bool:
    return any(name.encode() in data for data in work.files.values())


def _note_runners(work: Work) -> None:
    """Tests are found by their names, and so are the methods that classes of Python's library look for."""
    names = (work.plan.old, work.plan.new)
    for symbol in sorted(work.symbols):
        own_class = work.ties.class_of(symbol, work.found)
        line = work.ties.hierarchy.line_of(own_class) if own_class else set()
        is_below = bool(line & work.ties.hierarchy.is_foreign) and any(_FOUND_SO.fullmatch(name) for name in names)
        starts = [bool(_TESTS.match(name)) for name in names]
        if is_below or (is_test(symbol.path) and starts[0] != starts[1]):
            work.note("doubt", _place(symbol.path, symbol.at), "what runs this may find it by its name")


def _place(path: str, at: int) -> Place:
    return Place(path, max(at, 0))


def _note_keys(work: Work) -> None:
    """A registry keeps classes or functions by the names they have themselves."""
    scopes = definitions(work.found, work.symbols, work.plan.old)
    above = {_last(each) for scope in scopes for each in (*scope.bases, *scope.decorators)} - {""}
    names = "|".join(map(re.escape, sorted(above)))
    made = re.compile(rf"\b(?:class|def)[ \t]+(?:{names})\b") if above else None
    homes = set(_homes(work))
    for path, data in sorted(work.files.items()):
        if b"__name__" not in data or not _KEY.search(data):
            continue
        if path in homes or (made is not None and made.search(data.decode("utf-8", "replace"))):
            work.plan.notes.append(Note("doubt", path, 0, "things are kept here by the names they have"))


def _last(text: str) -> str:
    return text.split("(", maxsplit=1)[0].rpartition(".")[2].strip()


def _classes(work: Work) -> Iterator[tuple[str, Scope]]:
    for symbol in sorted(work.symbols):
        scopes = work.found.scopes.get(symbol.path)
        for scope in scopes.scopes if scopes else ():
            if scope.kind == "class" and scope.at == symbol.at != MODULE:
                yield symbol.path, scope


def _note_shown_data(work: Work) -> None:
    """Data is shown by the names of its members: as JSON, in templates, in tables."""
    if not work.is_definition:
        _note_found(work, _homes(work), _OWN_DATA, "names of data are read here while running")
        classes = [scope.name.encode() for _, scope in _classes(work)]
        naming = [path for path, data in work.files.items() if any(each in data for each in classes)]
        _note_found(work, naming, _DATA, "names of data are read here while running")
    _note_found(work, _homes(work), _MADE_STATIC, "a function of this class may get no object of it")
    for path, scope in _classes(work):
        if any(_ENUMS.search(base) for base in scope.bases):
            naming = [each for each, data in work.files.items() if scope.name.encode() in data]
            pattern = re.compile((_ENUM_NAMES % re.escape(scope.name)).encode())
            _note_found(work, naming, pattern, "members of enumerations are found and shown by their names")
        setters = _named_setters(work)
        value = re.compile(
            rb"^[ \t]+%b[ \t]*(?::[^=\n]*)?=[ \t]*(?:\w+\.)*(\w+)\(" % work.plan.old.encode(), re.MULTILINE
        )
        if any(each[1] in setters for each in value.finditer(work.files[path])):
            work.note("doubt", Place(path, scope.at), "what is kept there is told the name it has")


def _named_setters(work: Work) -> Collection[bytes]:
    """The classes whose objects are told under which name a class keeps them."""
    return {
        name
        for data in work.files.values()
        if b"def __set_name__" in data
        for name in re.findall(rb"^[ \t]*class[ \t]+(\w+)", data, re.MULTILINE)
    }


def _note_found(work: Work, paths: Collection[str], pattern: re.Pattern[bytes], reason: str) -> None:
    for path in sorted(paths):
        if found := pattern.search(work.files[path]):
            line = work.files[path].count(b"\n", 0, found.start()) + 1
            work.plan.notes.append(Note("doubt", path, line, reason))


def _note_library(work: Work) -> None:
    """What a class of Python's library has and nobody lists may be hidden by the new name."""
    new = work.plan.new
    if not (in_python_library(new) or new.startswith("_")):
        return
    for path, scope in _classes(work):
        line = work.ties.hierarchy.line_of(ClassAt(path, scope.at)) & work.ties.hierarchy.is_foreign
        if any(_has_members(work.files[each.path], each.at) for each in line):
            work.note("doubt", Place(path, scope.at), "a class above this one may have the new name already")


def _has_members(data: bytes, at: int) -> bool:
    """Say whether a class's bases outside of the repository give it names, and are not only there for its type."""
    listed = re.compile(rb"class[^:(]*\(((?:[^()]|\([^()]*\))*)\)").match(data, at)
    bases = re.sub(rb"\[[^\]]*\]", b"", listed[1]).split(b",") if listed else [b"?"]
    return not {each.strip().rpartition(b".")[2] for each in bases if b"=" not in each} <= _WITHOUT_MEMBERS


def _note_builtins(work: Work) -> None:
    """Where a module gives a name of Python's own another meaning only sometimes, it means both."""
    for place, mention in work.found.mentions():
        is_ours = mention.name == work.plan.old and mention.binds and work.touches_target(work.found.meanings[place])
        if is_ours and mention.role is Role.NAME and mention.name in _BUILTINS:
            data = work.files[place.path]
            is_global = work.found.scopes[place.path].scopes[mention.scope].kind == "module"
            if is_global and data[data.rfind(b"\n", 0, place.start) + 1 : place.start][:1] in (b" ", b"\t"):
                work.note("doubt", place, "Python has something called so too, which is meant where this is not bound")


def _note_modules(work: Work) -> None:
    """A module's names are attributes of it, wherever it is handed to; a package has its modules as attributes."""
    for symbol in sorted(work.symbols):
        folder = PurePosixPath(symbol.path).parent
        inside = str(folder / work.plan.new)
        if symbol.at != MODULE or not symbol.name:
            continue
        is_package = PurePosixPath(symbol.path).stem == "__init__"
        if is_package and (f"{inside}.py" in work.files or f"{inside}/__init__.py" in work.files):
            work.note(
                "doubt", Place(symbol.path, 0), "the package has a module of the new name, which would replace it"
            )
    unknown = [
        place
        for place, mention in work.found.mentions()
        if mention.name == work.plan.old and mention.role is Role.ATTRIBUTE and not work.found.meanings[place].is_known
    ]
    if unknown and not work.is_member:
        for place in unknown:
            if _FINDS_MODULES.search(work.files[place.path]):
                work.note("doubt", place, "this may be an attribute of the module")
        if _is_module_handed_about(work):
            work.note("doubt", unknown[0], "this may be an attribute of the module, which is handed about")


def _is_module_handed_about(work: Work) -> bool:
    names = {symbol._replace(name="").called for symbol in work.symbols if symbol.at == MODULE}
    for name in names:
        imported = re.compile(
            rb"^[ \t]*(?:from[^\n]*)?import\b[^\n]*(?<!\w)%b(?!\w)" % re.escape(name.encode()), re.MULTILINE
        )
        for data in work.files.values():
            if is_handed_about(data, name) and imported.search(data):
                return True
    return False
