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


def test_a_long_call_is_told_without_its_arguments() -> None:
    words = ", ".join(f"argument_{number}" for number in range(20))
    assert "Returns:\n    `a.copy(…)`." in sections(f"def f(a): return a.copy({words})")
    script = f"function f(a) {{ return new Thing<T>({words}); }}"
    assert "@returns `new Thing(…)`." in sections(script, language="typescript")


def test_a_function_that_may_be_left_out_keeps_its_type() -> None:
    said = sections("function f(a?: (b: T) => void) { a(1); }", language="typescript")
    assert "`((b: T) => void) | undefined`" in said


def test_a_parameter_that_is_given_something_else_is_told_no_further() -> None:
    said = sections("def f(a, b):\n a, c = split(a)\n if b: b = []\n g(a)\n h(b)\n a.x = 1\n return a")
    assert "a: Passed to `split`." in said
    assert "b: Decides a branch, passed to `h`." in said
    assert "Side effects" not in said
    assert "Changes attributes (`a.x`)." in sections("def f(a):\n a = a or B()\n a.x = 1")
    script = sections("function f(a, b) { a = copy(a); b = b || {}; a.x = 1; b.x = 1; }", language="javascript")
    assert "It changes attributes (`b.x`)." in script
    assert "a - Passed to `copy`." in script


def test_what_a_call_makes_anew_is_not_changed_for_anybody() -> None:
    assert "Side effects" not in sections("def f(*a, **b):\n b['x'] = 1\n g(b)")


def test_what_is_raised_behind_a_loop_does_not_hang_on_the_condition_around_it() -> None:
    said = sections("def f(a):\n if a:\n  for b in a:\n   if b: break\n  else:\n   raise ValueError(a)")
    assert "ValueError: Whenever this is reached." in said


def test_where_something_is_looked_for_is_searched() -> None:
    said = sections("def f(a, b): return a in b")
    assert "a: Compared." in said
    assert "b: Searched with `in`." in said


def test_items_are_called_items() -> None:
    assert "Changes items (`stock[…]`)." in sections("def f(stock, name): stock[name] = 1")
    assert "changes items (`o[…]`)." in sections("function f(o, k) { o[k] = 1; }", language="javascript")
