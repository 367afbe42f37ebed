"""Which scope a name belongs to, held against what Python itself says."""

import symtable
from collections.abc import Iterator

import pytest

from app.services.refactor.symbols.mentions import Role
from app.services.refactor.symbols.python_scopes import PythonScopes

SOURCES = [
    "x = 1\ndef f():\n    return x\n",
    "x = 1\ndef f(x):\n    return x\n",
    "x = 1\nclass C:\n    x = 2\n    def f(self):\n        return x\n",
    "def f():\n    x = 1\n    def g():\n        nonlocal x\n        x = 2\n    return g\n",
    "x = 1\ndef f():\n    global x\n    x = 2\n    def g():\n        return x\n    return g\n",
    "def f():\n    for x in []:\n        pass\n    with open('') as x:\n        pass\n    return x\n",
    "def f():\n    try:\n        pass\n    except E as x:\n        pass\n    import x\n    from x import x\n",
    "def f(a=x, *x, **y):\n    lambda x: x\n    return x\n",
    "def f():\n    if (x := 1):\n        x += 1\n    del x\n",
    "def f():\n    match y:\n        case [x, *z]:\n            pass\n        case {'k': x}:\n            return x\n",
    "class C(x):\n    def x(self):\n        return x\n    y = x\n",
    "class x: pass\ndef f(a: list[x]) -> dict[str, x]:\n    b: list[x] = []\n    return b\n",
    "async def f():\n    async for x in y:\n        pass\n    (a, [x, *b]) = y\n    return x\n",
]


def tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from tables(child)


@pytest.mark.parametrize("source", SOURCES)
def test_scopes_bind_what_python_says(source: str) -> None:
    expected = []
    for table in tables(symtable.symtable(source, "x.py", "exec")):
        try:
            symbol = table.lookup("x")
        except KeyError:
            continue
        # Of a module, symtable says the same when a function declares the name.
        declared = (symbol.is_declared_global() and table.get_type() != "module") or symbol.is_nonlocal()
        if (symbol.is_assigned() or symbol.is_parameter() or symbol.is_imported()) and not declared:
            expected.append(str(table.get_type()))
    scopes = PythonScopes(source.encode(), {"x"})
    found = [
        scope.kind
        for scope in scopes.scopes
        if "x" in scope.bound and "x" not in scope.is_global and "x" not in scope.is_nonlocal
    ]
    assert sorted(found) == sorted(expected)


def test_every_mention_has_its_role() -> None:
    source = b"import x\nfrom x import x\nx.x(x=x)  # x\n'x'\nf'{x}'\nmatch x:\n    case C(x=y): pass\n"
    roles = [mention.role for mention in PythonScopes(source, {"x"}).mentions]
    assert roles == [
        Role.MODULE, Role.MODULE, Role.IMPORTED, Role.NAME, Role.ATTRIBUTE, Role.KEYWORD, Role.NAME, Role.COMMENT,
        Role.STRING, Role.NAME, Role.NAME, Role.PATTERN_KEYWORD,
    ]  # fmt: skip


def test_words_inside_of_words_are_none() -> None:
    assert PythonScopes(b"xx = x_ = 'ax x-ray'  # xs\n", {"x"}).mentions[0].start == 14


def test_no_nesting_is_too_deep() -> None:
    source = b"x = " + b"(" * 20_000 + b"x" + b")" * 20_000
    assert len(PythonScopes(source, {"x"}).mentions) == 2


def test_scopes_without_a_word_are_not_listed() -> None:
    source = b"def other(a):\n    return a\n\nclass C:\n    def f(self):\n        return x\n    def g(self): pass\n"
    assert [scope.name for scope in PythonScopes(source, {"x"}).scopes] == ["", "C", "f"]


def test_a_word_right_behind_a_digit_is_found() -> None:
    assert len(PythonScopes(b"1if x else 2\ny = 1x\n", {"x"}).mentions) == 2
