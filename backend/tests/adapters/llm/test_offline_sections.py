"""The sections of a documentation: what comes back, what gets out, what changes."""

import pytest

from app.adapters.llm.offline_sections import facts_of, python_sections, script_sections
from app.adapters.syntax.describe import describe
from app.adapters.syntax.structure import FileStructure


def sections(source: str, *, language: str = "python") -> str:
    structure = describe(f"a.{language}", language, source)
    assert isinstance(structure, FileStructure)
    symbol = structure.symbols[0]
    write = python_sections if language == "python" else script_sections
    return "\n".join(write(symbol, facts_of(symbol)))


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("def f(a):\n if a: return 1", "`1` or `None`"),
        ("def f(a):\n if a: return 1\n return 2", "`1` or `2`"),
        ("def f(a):\n if a: return 1\n return", "`1` or `None`"),
        ("def f(a) -> int:\n if a: return 1\n a.fail()", "int: `1`"),
        ("def f(a) -> int | None:\n if a: return 1", "int | None: `1` or `None`"),
    ],
)
def test_nothing_comes_back_where_the_end_is_reached(source: str, answer: str) -> None:
    assert f"Returns:\n    {answer}." in sections(source)


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("function f(a) { if (a) return 1; }", "`1` or `undefined`"),
        ("function f(a) { if (a) return; return 1; }", "`1` or `undefined`"),
        ("function f(a) { if (a) return null; return 1; }", "`1` or `null`"),
        ("function f(a) { if (a) return 1; throw a; }", "`1`"),
    ],
)
def test_a_script_gives_undefined_there(source: str, answer: str) -> None:
    assert f"@returns {answer}." in sections(source, language="javascript")


def test_items_are_called_items() -> None:
    assert "Changes items (`stock[…]`)." in sections("def f(stock, name): stock[name] = 1")
    assert "changes items (`o[…]`)." in sections("function f(o, k) { o[k] = 1; }", language="javascript")
