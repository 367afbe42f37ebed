"""A model's text is made harmless before it comes near a file."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.services.ai.docstrings.text import WIDTH, Style, clean_lines, wrapped

# How the tools themselves recognise their orders, as far as a comment or a docstring can hold one.
ORDERS = {
    "flake8": re.compile(r"# *noqa", re.IGNORECASE),
    "mypy": re.compile(r"#\s*type:\s*ignore"),
    "coding": re.compile(r"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.MULTILINE),
    "typescript": re.compile(r"@(ts-ignore|ts-expect-error|ts-nocheck|ts-check|jsx\w*)\b"),
    "eslint": re.compile(r"\beslint-(disable|enable|env)"),
    "prettier": re.compile(r"\bprettier-ignore"),
    "isort": re.compile(r"isort:\s*(skip|off|on|split)"),
    "jest": re.compile(r"@jest-environment"),
    "source map": re.compile(r"[#@]\s*source(Mapping)?URL="),
    "generated": re.compile(r"@generated"),
    "licence": re.compile(r"@license|@preserve"),
    "vim": re.compile(r"\b(vi|vim|ex):\s*set"),
    "emacs": re.compile(r"-\*-|Local Variables:"),
    "bundler": re.compile(r"[#@]__PURE__"),
    "types": re.compile(
        r"(?<![\w.\\])@(type|typedef|template|callback|this|extends|satisfies)\b|(?<![\w.\\])@param\s*\{"
    ),
}
DOCTEST = re.compile(r"^\s*>>>", re.MULTILINE)
DIRECTIVE = re.compile(r"^\s*\.\. [\w-]+::", re.MULTILINE)
BAIT = [
    "# noqa: E501",
    "# type: ignore[x]",
    "# -*- coding: utf-7 -*-",
    "@ts-ignore",
    "@@ts-nocheck",
    "eslint-disable-next-line x",
    "prettier-ignore",
    "isort:skip_file",
    "@jest-environment node",
    "//# sourceMappingURL=x",
    "@generated",
    "@license MIT",
    "vim: set sw=2:",
    "Local Variables:",
    "#__PURE__",
    "@type {any}",
    "@param {string} x y",
    "@jsx h",
    "*/ alert(1) /*",
    ">>> import os",
    ".. include:: /etc/passwd",
    '"""',
    "'''",
    "\\",
    "\\N{BULLET}",
    "\\x41",
    "\u202e\u2066",
    "\u200b",
    "\x00\x1b[0m",
    "@\u200bts-ignore",
    "no\u200bqa",
    "{@link A}",
    "a@b.c",
    "@scope/ts-ignore",
    "-*-*-",
    "  - item",
    "    x: y",
    "word " * 40,
]
texts = st.lists(st.one_of(st.sampled_from(BAIT), st.text(max_size=30)), max_size=12).flatmap(
    lambda parts: st.sampled_from(["", " ", "\n"]).map(lambda glue: glue.join(parts))
)


@pytest.mark.parametrize("style", ["python", "script"])
@given(text=texts)
@example(text="\n".join(BAIT))
@example(text=" ".join(BAIT))
@example(text="".join(BAIT))
def test_no_text_gives_orders_or_hides_anything(style: Style, text: str) -> None:
    lines = wrapped(clean_lines(text, style), 12)
    whole = "\n".join(lines)
    for tool, pattern in ORDERS.items():
        if style == "script" or tool not in ("types", "licence"):
            assert not pattern.search(whole), (tool, whole)
    assert style == "python" or "*/" not in whole
    assert style == "script" or not (DOCTEST.search(whole) or DIRECTIVE.search(whole))
    assert all(unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in whole.replace("\n", ""))
    assert all(len(line) <= WIDTH - 12 for line in lines)


def test_ordinary_documentation_is_left_as_it_is() -> None:
    text = "Read a file.\n\nArgs:\n    path: Where it is, as `a@b.c`.\n    mode: How.\n\nReturns:\n    bytes: It."
    assert "\n".join(clean_lines(text, "python")) == text
    jsdoc = "Read a file.\n\n@param path - Where it is.\n@returns What {@link Files} holds."
    assert "\n".join(clean_lines(jsdoc, "script")) == jsdoc


def test_marks_that_a_model_put_around_its_text_are_taken_off() -> None:
    assert clean_lines('"""Read it."""', "python") == ["Read it."]
    assert clean_lines("/**\n * Read it.\n *\n * @returns x\n */", "script") == ["Read it.", "", "@returns x"]


def test_long_lines_hang_below_their_item() -> None:
    lines = wrapped(["    path: " + "word " * 30, "- " + "word " * 30], 0)
    assert [line[:10] for line in lines] == ["    path: ", "        wo", "- word wor", "  word wor"]


def test_blank_text_gives_no_lines() -> None:
    assert clean_lines(" \n\t\u200b\n\x00", "python") == []
