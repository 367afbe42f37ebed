"""Whether the end of a function can be reached without a `return`."""

import textwrap

import pytest

from app.adapters.syntax.describe import describe
from app.adapters.syntax.structure import FileStructure


def falls_off(path: str, language: str, text: str) -> bool:
    structure = describe(path, language, text)
    assert isinstance(structure, FileStructure)
    return structure.symbols[0].body.falls_off


ENDS_BY_ITSELF = [
    "if a: return 1",
    "for x in a: return x",
    "for x in a:\n    break\nelse:\n    return 1",
    "while a: return 1",
    "while True:\n    if a: break",
    "try:\n    return 1\nexcept OSError:\n    pass",
    "with suppress(KeyError):\n    return a[0]",
    "match a:\n    case 1: return 1",
    "match a:\n    case 1: return 1\n    case _: pass",
    "if a: return 1\nelif b: a()\nelse: return 2",
    "a()",
    "",
]
ALWAYS_ANSWERS = [
    "return 1",
    "if a: return 1\nelse: raise ValueError",
    "if a: return 1\nelif b: return 2\nelse: return 3",
    "while True:\n    if a: return 1",
    "while True:\n    for x in a: break",
    "for x in a:\n    pass\nelse:\n    return 1",
    "try:\n    return 1\nexcept OSError:\n    raise",
    "try:\n    a()\nfinally:\n    return 1",
    "try:\n    a()\nexcept OSError:\n    return 1\nelse:\n    return 2",
    "with a: return 1",
    "match a:\n    case 1: return 1\n    case other: return other",
    "if a: return 1\nsys.exit(2)",
    "if a: return 1\nassert False",
]


@pytest.mark.parametrize(
    ("statements", "ends"), [*((each, True) for each in ENDS_BY_ITSELF), *((each, False) for each in ALWAYS_ANSWERS)]
)
def test_python_gives_nothing_back_where_its_end_is_reached(statements: str, *, ends: bool) -> None:
    header = "import sys\nfrom contextlib import suppress\ndef f(a, b):\n    pass\n"
    assert falls_off("a.py", "python", header + textwrap.indent(statements, "    ")) is ends


@pytest.mark.parametrize(
    ("statements", "ends"),
    [
        ("if (a) return 1;", True),
        ("if (a) { return 1; } else if (b) { a(); } else { return 2; }", True),
        ("for (const x of a) return x;", True),
        ("while (true) { if (a) break; }", True),
        ("switch (a) { case 1: return 1; }", True),
        ("switch (a) { case 1: return 1; default: break; }", True),
        ("try { return 1; } catch (e) { a(e); }", True),
        ("a.forEach(x => { return x; });", True),
        ("return 1;", False),
        ("if (a) return 1; else if (b) throw a; else { return 2; }", False),
        ("while (true) { for (const x of a) break; }", False),
        ("for (;;) { a(); }", False),
        ("switch (a) { case 1: return 1; default: throw a; }", False),
        ("switch (a) { case 1: case 2: { return 1; } default: { return 2; } }", False),
        ("try { return 1; } catch (e) { throw e; } finally { a(); }", False),
        ("try { a(); } finally { return 1; }", False),
        ("{" * 100 + "return 1;" + "}" * 100, False),
    ],
)
def test_javascript_gives_nothing_back_where_its_end_is_reached(statements: str, *, ends: bool) -> None:
    assert falls_off("a.js", "javascript", f"function f(a, b) {{ {statements} }}") is ends


def test_a_chain_of_conditions_without_end_is_followed() -> None:
    python = "def f(a):\n    if a == 0: return 0\n" + "".join(f"    elif a == {n}: return {n}\n" for n in range(900))
    assert falls_off("a.py", "python", python)
    script = "function f(a) { " + "".join(f"if (a == {n}) return {n};\nelse " for n in range(3000)) + "return 1; }"
    assert not falls_off("a.js", "javascript", script)
