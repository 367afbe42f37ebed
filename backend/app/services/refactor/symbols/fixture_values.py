"""What pytest's fixtures give to the tests that ask for them: the type that such a parameter does not tell."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import PurePosixPath

from tree_sitter import Node

from app.adapters.language.port import LanguageSession, Target
from app.adapters.syntax.trees import text_of
from app.services.refactor.symbols.fixtures import asks_for_fixtures, is_fixture
from app.services.refactor.symbols.mentions import Mention, Role
from app.services.refactor.symbols.model import UNKNOWN, Meaning, Place, Symbol
from app.services.refactor.symbols.probing import led_to
from app.services.refactor.symbols.python import Analysis, ask, meaning_of
from app.services.refactor.symbols.python_scopes import PythonScopes

_CONFTEST = "conftest.py"
_TESTS = re.compile(r"^(?:test_.*|.*_test|tests|conftest)\.py$")
_OTHER_CODE = frozenset({"function_definition", "lambda", "class_definition"})


async def read_fixture_values(found: Analysis, files: Mapping[str, bytes], session: LanguageSession) -> None:
    """Explain attributes of parameters that a fixture gives; `files` are those of the session's workspace."""
    nearest = lru_cache(maxsize=None)(lambda path, name: _nearest(files, path, name))
    asked: dict[tuple[Symbol, str], list[Place]] = {}
    unknown = dict(_unknown_in_tests(found))
    # The last word of what stands before the dot: its end is inside of it still, one byte back.
    heads = await ask(found, session, [(place, (mention.head or 1) - 1) for place, mention in unknown.items()])
    for place, mention in unknown.items():
        if _is_given(found, place, mention, heads[place]):
            fixture = nearest(place.path, mention.head_text)
            if fixture is not None:
                asked.setdefault((fixture, mention.name), []).append(place)
    for (fixture, name), places in asked.items():
        meaning = await _attribute_of(found, files[fixture.path], fixture, name, session)
        found.meanings.update(dict.fromkeys(places, meaning))


def _unknown_in_tests(found: Analysis) -> Iterator[tuple[Place, Mention]]:
    for place, mention in found.mentions():
        is_open = mention.role is Role.ATTRIBUTE and mention.head is not None and not found.meanings[place].is_known
        if is_open and _TESTS.match(PurePosixPath(place.path).name):
            yield place, mention


def _is_given(found: Analysis, place: Place, mention: Mention, targets: Sequence[Target]) -> bool:
    """Say whether what stands before the dot is a parameter of a test or a fixture, and has no other value."""
    if len(targets) != 1 or targets[0].path != place.path:
        return False
    scopes = found.scopes[place.path]
    node = scopes.node_at(found.lines[place.path].offset(targets[0].start))
    function = node.parent.parent if node is not None and node.parent is not None else None
    if node is None or function is None or node.parent is None or node.parent.type != "parameters":
        return False
    scope = scopes.function_at(function.start_byte)
    if scope is None or text_of(node) != mention.head_text or not asks_for_fixtures(scope):
        return False
    # A class may inherit fixtures of its own.
    return not scopes.scopes[scope.parent].bases


def _nearest(files: Mapping[str, bytes], path: str, name: str) -> Symbol | None:
    """Find the fixture of that name that a file sees; None where it may be another one, or is given in another way."""
    word = re.escape(name.encode())
    other = re.compile(rb"""parametrize\([^)\]]{0,200}?\b%b\b|name\s*=\s*["']%b["']""" % (word, word))
    conftests = [str(folder / _CONFTEST) for folder in PurePosixPath(path).parents]
    for each in dict.fromkeys((path, *conftests)):
        data = files.get(each, b"")
        if other.search(data):
            return None
        if b"fixture" not in data and b"import" not in data:
            continue
        scopes = PythonScopes(data, {name}) if name.encode() in data else None
        at = _defined(scopes, name) if scopes is not None else []
        if scopes is not None and name in scopes.scopes[0].bound:
            return Symbol(each, at[0], name) if len(at) == 1 else None
        if at:
            return None
    return None


def _defined(scopes: PythonScopes, name: str) -> list[int]:
    """Where fixtures of that name are; all that bear the name count."""
    return [
        scope.at for scope in scopes.scopes if scope.kind == "function" and scope.name == name and is_fixture(scope)
    ]


async def _attribute_of(found: Analysis, data: bytes, fixture: Symbol, name: str, session: LanguageSession) -> Meaning:
    """Say what an attribute of everything that a fixture gives is; unknown when it is not one and the same."""
    meanings: set[Meaning] = set()
    for at, indent, value in _values(data, fixture.at):
        line = indent + b"(" + value + b")." + name.encode()
        meanings.add(meaning_of(found, await led_to(session, fixture.path, data, at, line)))
    return meanings.pop() if len(meanings) == 1 else UNKNOWN


def _values(data: bytes, at: int) -> Iterator[tuple[int, bytes, bytes]]:
    """Everything a function returns or yields: where the statement's line begins, its indent, and the value."""
    root = PythonScopes(data, ()).node_at(at)
    function = root
    while function is not None and function.type != "function_definition":
        function = function.parent
    body = function.child_by_field_name("body") if function is not None else None
    for node in _own_nodes(body) if body is not None else ():
        if node.is_named and node.type in ("return_statement", "yield"):
            start = data.rfind(b"\n", 0, node.start_byte) + 1
            indent = data[start : node.start_byte]
            value = node.named_children[0].text if node.named_children else None
            yield start, indent if not indent.strip() else b"", value or b"None"


def _own_nodes(body: Node) -> Iterator[Node]:
    """The nodes of a function, without those of functions in it."""
    stack = [body]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(child for child in node.children if child.type not in _OTHER_CODE)
