"""A model's documentation text made harmless: no hidden characters, no orders to tools, lines of bounded width.

What stays is plain text that can stand in a docstring or a comment without changing what any program does.
"""

import re
import textwrap
import unicodedata
from typing import Literal

Style = Literal["python", "script"]

WIDTH = 100  # characters of a line, its indentation counted
_NARROWEST = 40  # characters left to text however deep the code is indented
_DEEPEST = 24  # blanks that a line of the text may begin with

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_HIDDEN_CATEGORIES = {"Cc", "Cf", "Cs", "Co"}
# Shown as nothing though their category says letter or mark: fillers, joiners, variation selectors.
_HIDDEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]",
)
_ODD_BLANKS = re.compile(r"[^\S\n ]")

_TOOLS = (
    "biome|black|bandit|c8|codespell|coverage|cspell|cython|deno-lint|distutils|eslint|flake8|fmt|isort|istanbul|jscs"
    "|jshint|jslint|lint|mypy|node:coverage|oxlint|prettier|pragma|pylint|pyre|pyright|pytype|rome|ruff|sonar"
    "|spell-checker|spellchecker|standard|stylelint|swc|terser|tslint|v8|vite|yapf"
)
_VERBS = "allow|basic|disable|dont|enable|env|end|exclude|file|ignore|language|no|off|on|skip|split|start|strict|words"
_ORDERS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"no(qa|sec|pep8|sonar|lint)", re.IGNORECASE), r"no \1"),
    (re.compile(r"type[ ]*:[ ]*(ignore)", re.IGNORECASE), r"type \1"),
    (re.compile(rf"({_TOOLS})[ ]*[:-][ ]*(?={_VERBS})", re.IGNORECASE), r"\1 "),
    (re.compile(r"(istanbul|[cv]8|node:coverage)[ ]+(?=ignore)", re.IGNORECASE), r"\1, "),
    (re.compile(r"#++[ ]*(?=type[ ]*:|!)", re.IGNORECASE), ""),
    (re.compile(r"[#@]++(?=[ ]*+source(?:Mapping)?URL\b)|[#@]++(?=__\w+__)"), ""),
    (
        re.compile(r"@++(?=generated|ts-|no(?:flow|check|lint)|flow|jsx|jest|vitest|licen[cs]e|preserve|cc_on)"),
        "",
    ),
    (re.compile(r"\b(vim?)(?:[<=>]?\d+)?:(?=[ ]*\S)|\b(ex):(?=[ ]*set?\b)", re.IGNORECASE), r"\1\2 "),
    (re.compile(r"-\*-"), "- -"),
    (re.compile(r"(Local Variables):", re.IGNORECASE), r"\1"),
)
_PYTHON_ORDERS: tuple[tuple[re.Pattern[str], str], ...] = (
    # doctest would run it; Sphinx would include files and raw markup.
    (re.compile(r">>>+"), ">>"),
    (re.compile(r"(?<!\S)\.\.[ \t]+(?=[\w:+.-]+::|_|\[|\|)"), ""),
)
_COOKIE = re.compile(r"coding[ ]*[:=]", re.IGNORECASE)
# Tags that only describe. All others may be read by a compiler, a test runner or a bundler.
_TAGS = {
    "category",
    "default",
    "defaultValue",
    "description",
    "example",
    "file",
    "fileoverview",
    "fires",
    "group",
    "listens",
    "packageDocumentation",
    "param",
    "prop",
    "property",
    "remarks",
    "return",
    "returns",
    "see",
    "since",
    "summary",
    "throws",
    "typeParam",
    "version",
    "yields",
}
_INLINE_TAGS = {"link", "linkcode", "linkplain", "inheritDoc"}
_AT = re.compile(r"(?P<line>^[ ]*)?(?P<open>\{)?(?<![\w.@\\])@++(?P<tag>[\w-]+)(?P<scope>/)?", re.MULTILINE)
_TYPED_TAG = re.compile(r"^([ ]*@\w+)[ ]*\{[^{}\n]*\}", re.MULTILINE)
_ITEM = re.compile(r"[ ]*(?:[-*•][ ]|\d+[.)][ ])")
_NAMED_ITEM = re.compile(r"[ ]+\*{0,2}[\w.\[\]]+(?:[ ]\([^)]*\))?:[ ]|[ ]*@\w+")


def clean_lines(text: str, style: Style) -> list[str]:
    """Give the text as harmless lines without trailing blanks; no lines when nothing is left of it."""
    plain = _LINE_ENDS.sub("\n", text).expandtabs(4)
    visible = "".join(char for char in plain if char == "\n" or unicodedata.category(char) not in _HIDDEN_CATEGORIES)
    visible = _ODD_BLANKS.sub(" ", _HIDDEN.sub("", visible))
    lines = [line.rstrip() for line in _without_orders(_without_markers(visible), style).split("\n")]
    return _tidied(lines)


def wrapped(lines: list[str], indent: int) -> list[str]:
    """Wrap what is too long for WIDTH behind `indent` columns; lists and named items hang."""
    width = max(_NARROWEST, WIDTH - indent)
    result: list[str] = []
    for line in lines:
        if len(line) <= width and len(line) - len(line.lstrip()) <= _DEEPEST:
            result.append(line)
            continue
        blanks = min(len(line) - len(line.lstrip()), _DEEPEST, width // 2)
        item = _ITEM.match(line)
        hang = 4 if _NAMED_ITEM.match(line) else len(item[0].lstrip()) if item else 0
        result += textwrap.wrap(
            line.strip(),
            width,
            initial_indent=" " * blanks,
            subsequent_indent=" " * min(blanks + hang, width // 2),
            break_on_hyphens=False,
        )
    return result


def _without_markers(text: str) -> str:
    """Take off quotes or comment marks that a model put around its text although asked not to."""
    stripped = text.strip()
    for mark in ('"""', "'''"):
        if stripped.startswith(mark) and stripped.endswith(mark) and len(stripped) >= 6:
            return stripped[3:-3]
    if stripped.startswith("/**") and stripped.endswith("*/"):
        inner = stripped[3:-2].split("\n")
        return "\n".join(re.sub(r"^[ ]*\*(?!\*)[ ]?", "", line) for line in inner)
    return text


def _without_orders(text: str, style: Style) -> str:
    orders = (*_ORDERS, *_PYTHON_ORDERS) if style == "python" else _ORDERS
    for _ in range(8):  # what one replacement leaves may read as another order; each pass leaves fewer
        before = text
        for pattern, replacement in orders:
            text = pattern.sub(replacement, text)
        text = "\n".join(_without_cookie(line) for line in text.split("\n"))
        if style == "script":
            text = _AT.sub(_checked_tag, text)
            text = _TYPED_TAG.sub(r"\1", text).replace("*/", "*\\/")
        if text == before:
            return text
    return text.replace("@", "").replace("#", "").replace("-*-", "")


def _without_cookie(line: str) -> str:
    """Take the signs that open a comment from before what would name the file's encoding."""
    match = _COOKIE.search(line)
    return line[: match.start()].replace("#", "") + line[match.start() :] if match else line


def _checked_tag(match: re.Match[str]) -> str:
    """Keep `@param` at the beginning of a line and `{@link …}`; escape `@scope/package`; other `@` signs go."""
    before = (match["line"] or "") + (match["open"] or "")
    tags = _INLINE_TAGS if match["open"] else _TAGS if match["line"] is not None else ()
    at = "\\@" if match["scope"] else "@" if match["tag"] in tags else ""
    return before + at + match["tag"] + (match["scope"] or "")


def _tidied(lines: list[str]) -> list[str]:
    """Cut blank lines at both ends, fold several to one, and take off the indentation all later lines share."""
    while lines and not lines[0]:
        lines.pop(0)
    while lines and not lines[-1]:
        lines.pop()
    folded = [line for index, line in enumerate(lines) if line or lines[index - 1]]
    if not folded:
        return []
    later = [len(line) - len(line.lstrip()) for line in folded[1:] if line]
    margin = min(later, default=0)
    # Text that begins indented keeps the shape below its first line.
    return [folded[0].lstrip(), *(line[margin:] if line else "" for line in folded[1:])]
