"""The names of Python files: what is bound where, and what each name is behind."""

import pytest

from app.adapters.syntax.symbols.extract import extract
from app.adapters.syntax.symbols.table import NOTHING, SUPER, FileSymbols, Mention, Place, Use, decode, encode


def read(text: str) -> FileSymbols:
    found = extract("python", text.encode())
    assert decode(encode(found)) == found
    return found


def mention(found: FileSymbols, name: str, number: int = 0) -> Mention:
    """A name where it stands for the nth time."""
    return [each for each in found.mentions if each.name == name][number]


def scope_of(found: FileSymbols, name: str, number: int = 0) -> str | None:
    """The definition in whose scope a name is bound; "" for the module, None for no scope of the file."""
    binding = mention(found, name, number).binding
    if binding == NOTHING:
        return None
    definition = found.scopes[found.bindings[binding].scope][2]
    return found.definitions[definition].qualified if definition != NOTHING else ""


def test_definitions_have_qualified_names_kinds_and_places() -> None:
    found = read(
        "LIMIT = 1\nx = 2\nclass A:\n    y = 3\n    def m(self):\n        self.z = 4\n        def inner(): pass\n"
    )
    assert [(each.qualified, each.kind, each.line, each.column) for each in found.definitions] == [
        ("LIMIT", "constant", 1, 1),
        ("x", "variable", 2, 1),
        ("A", "class", 3, 7),
        ("A.y", "attribute", 4, 5),
        ("A.m", "method", 5, 9),
        ("A.z", "attribute", 6, 14),
        ("A.m.inner", "function", 7, 13),
    ]


@pytest.mark.parametrize(
    ("text", "number", "scope"),
    [
        ("v = 1\ndef f():\n    return v\n", 1, ""),
        ("v = 1\ndef f():\n    v = 2\n    return v\n", 2, "f"),
        ("v = 1\ndef f():\n    global v\n    v = 2\n", 2, ""),
        ("def f():\n    v = 1\n    def g():\n        nonlocal v\n        v = 2\n", 2, "f"),
        ("def f(v): return lambda: v\n", 1, "f"),
        ("class A:\n    v = 1\n    def f(self): return v\n", 1, None),
        ("class A:\n    v = 1\n    w = v\n", 1, "A"),
        ("def f():\n    [v for v in w]\n    return v\n", 2, None),
        ("def f():\n    [(v := w) for w in x]\n    return v\n", 1, "f"),
        ("def f(a=v): pass\nv = 1\n", 0, ""),
        ("def f():\n    for v, (w, *u) in x: pass\n    return v\n", 1, "f"),
        ("def f():\n    with x as v: return v\n", 1, "f"),
        ("def f():\n    try: pass\n    except E as v: return v\n", 1, "f"),
        ("def f(x):\n    match x:\n        case [v, 1]: return v\n", 1, "f"),
        ("def f():\n    import v.w\n    return v\n", 1, "f"),
        ("def f(*v, **w): return v\n", 1, "f"),
        ("def f() -> v: pass\nclass v: pass\n", 0, ""),
        ("@v\ndef f(v): pass\ndef v(): pass\n", 0, ""),
    ],
)
def test_a_name_belongs_to_the_scope_that_the_language_says(text: str, number: int, scope: str | None) -> None:
    assert scope_of(read(text), "v", number) == scope


def test_names_behind_dots_know_what_stands_before_them() -> None:
    found = read("a.b(c.d).e[f].g\nsuper().h\n(1).i\n")
    heads = {each.name: each.head for each in found.mentions if each.place is Place.ATTRIBUTE}
    names = {name: found.mentions[head].name for name, head in heads.items() if head >= 0}
    assert names == {"b": "a", "d": "c", "e": "b"}
    assert (heads["g"], heads["h"], heads["i"]) == (NOTHING, SUPER, NOTHING)
    assert (mention(found, "b").use, mention(found, "e").use) == (Use.CALL, Use.READ)


def test_imports_say_what_and_from_where() -> None:
    found = read("import a.b\nimport c as d\nfrom .e import f as g, h\nfrom i import *\n")
    shown = [
        (each.module, each.name, found.bindings[each.binding].name if each.binding >= 0 else None)
        for each in found.imports
    ]
    assert shown == [
        ("a.b", "", "a"),
        ("c", "", "d"),
        (".e", "f", "g"),
        (".e", "h", "h"),
        ("i", "*", None),
    ]


def test_bases_exports_and_types_are_noted() -> None:
    found = read("__all__ = ['A']\nclass A(B, c.D[int], metaclass=M): pass\ndef f(x: A): return x.y\nz = A()\n")
    class_ = next(at for at, each in enumerate(found.definitions) if each.name == "A")
    assert [found.mentions[at].name for at in found.bases[class_]] == ["B", "D"]
    assert [each.name for each in found.exports] == ["A"]
    hints = {each.name: found.mentions[each.hint].name for each in found.bindings if each.hint != NOTHING}
    assert hints == {"x": "A", "z": "A"}


def test_columns_are_counted_as_editors_count() -> None:
    found = read("x = '🦊é'; name = 1\n")
    assert (mention(found, "name").column, mention(found, "name").end_column) == (12, 16)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 50_000,
        "a." * 20_000 + "b",
        "a(" * 20_000,
        "def f():\n" * 2_000,
        "if x:\n" + " if x:\n" * 5_000,
        "[x for x in " * 5_000,
        "class A(" * 5_000,
        "lambda: " * 10_000,
        "x = " * 20_000,
        "@a\n" * 20_000,
        "f'{f'{" * 5_000,
        "import " + "a." * 20_000 + "b",
        "from " + "." * 50_000 + " import a",
        "global " + ", ".join(f"v{number}" for number in range(20_000)),
    ],
)
def test_no_nesting_is_too_deep_and_no_list_too_long(text: str) -> None:
    for language in ("python", "tsx"):
        # Line ends, so that it is not taken for a minified program and left out.
        found = extract(language, text.replace("(", "(\n").replace(".", "\n.").replace(" in ", "\nin ").encode())
        assert decode(encode(found)) == found
