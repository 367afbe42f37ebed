"""What a source file's syntax tree shows, as plain values.

Lines are 1-based and counted as git counts them; every `text` of an Excerpt is copied exactly from the file.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

SymbolKind = Literal["class", "constant", "enum", "function", "interface", "method", "namespace", "type"]
ParameterKind = Literal["plain", "positional-only", "keyword-only", "rest", "keywords"]
EffectKind = Literal[
    "changes-attribute",
    "changes-global",
    "changes-items",
    "environment",
    "exits",
    "logs",
    "network",
    "page",
    "prints",
    "processes",
    "reads-clock",
    "reads-files",
    "random",
    "sleeps",
    "writes-files",
]
Parser = Literal["ast", "tree-sitter"]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Whole lines of the file, without the last line's ending; `text` is empty where they are immense."""

    start_line: int
    end_line: int
    text: str


@dataclass(frozen=True, slots=True)
class ParameterUse:
    """One thing a body does with a parameter, such as `passed to` `json.loads`."""

    verb: str
    object: str


LONGEST_EXPRESSION = 72  # what fits on a line of documentation
_MOST_USES = 6  # of one parameter: more tells a reader nothing new


def chosen_uses(uses: Iterable[ParameterUse]) -> tuple[ParameterUse, ...]:
    """Keep the first few uses; a method that is called need not be told again as an attribute that is read."""
    every = list(uses)
    methods = {use.object for use in every if use.verb == "method"}
    return tuple(use for use in every if use.verb != "attribute" or use.object not in methods)[:_MOST_USES]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter as written; `name` of a destructured one is its whole pattern."""

    name: str
    kind: ParameterKind
    annotation: str | None = None
    default: str | None = None
    uses: tuple[ParameterUse, ...] = ()


@dataclass(frozen=True, slots=True)
class Import:
    """One import: what it comes from and the local names it brings."""

    module: str
    names: tuple[str, ...]
    at: Excerpt


@dataclass(frozen=True, slots=True)
class Guard:
    """What must hold before a line is reached: `if` or `unless` a condition, or `except` an error type."""

    kind: Literal["if", "unless", "except"]
    condition: str
    at: Excerpt


@dataclass(frozen=True, slots=True)
class Raised:
    """One raise or throw: the error's name ("" when it raises again what it caught), and its innermost guard.

    `is_caught` where the same function catches it; `is_variable` where the name is a value's and tells of no type.
    """

    error: str
    guard: Guard | None
    at: Excerpt
    is_caught: bool = False
    is_variable: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """One expression that is returned or yielded; "" is a bare return. A long call is given without its arguments."""

    expression: str
    at: Excerpt


@dataclass(frozen=True, slots=True)
class Effect:
    """Something the code does beyond its answer: `subject` is the callee or the target, as written."""

    kind: EffectKind
    subject: str
    at: Excerpt


# `log`, `accessLog`, `APP_LOGGER`, but neither `dialog` nor `catalog`.
_LOG = re.compile(r"(?<![a-z])log(?![a-z])|Log(?![a-z])|(?<![A-Z])LOG(?![A-Z])|(?i:logg(?:er|ing))")


def names_a_log(name: str) -> bool:
    """Say whether a name reads like that of a log."""
    return _LOG.search(name) is not None


@dataclass(frozen=True, slots=True)
class Call:
    """One call: the callee as written, and its last name."""

    callee: str
    name: str
    at: Excerpt


@dataclass(frozen=True, slots=True)
class Assigned:
    """One assignment to a plain name, as written."""

    target: str
    value: str
    at: Excerpt


@dataclass(frozen=True, slots=True)
class Body:
    """What the statements of one function do, nested definitions left out.

    `falls_off` says that running can come to their end without a `return`, as far as their form tells.
    """

    raises: tuple[Raised, ...] = ()
    returned: tuple[Given, ...] = ()
    yielded: tuple[Given, ...] = ()
    effects: tuple[Effect, ...] = ()
    calls: tuple[Call, ...] = ()
    assigned: tuple[Assigned, ...] = ()
    complexity: int = 1
    is_stub: bool = False
    falls_off: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One attribute that a class declares, or one member of an enumeration."""

    name: str
    annotation: str | None
    default: str | None
    at: Excerpt


@dataclass(frozen=True, slots=True)
class Symbol:
    """One definition. `parent` is the qualified name of what it stands in, "" for the file.

    `is_whole` is false where part of it does not parse.
    `is_alone` is false where it shares its statement with others (`const a = 1, b = 2`).
    `head` is the definition's own line or lines up to its body; `documentation` is None when there is none.
    """

    kind: SymbolKind
    name: str
    qualified_name: str
    parent: str
    start_line: int
    end_line: int
    head: Excerpt
    signature: str
    is_public: bool
    documentation: str | None = None
    documentation_at: Excerpt | None = None
    parameters: tuple[Parameter, ...] = ()
    returns: str | None = None
    decorators: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    is_async: bool = False
    is_overload: bool = False
    is_nested: bool = False
    is_alone: bool = True
    is_whole: bool = True
    body: Body = Body()


@dataclass(frozen=True, slots=True)
class FileStructure:
    """Everything that is shown of one file; `complete` is false where the text does not parse as its language."""

    path: str
    language: str
    parser: Parser
    complete: bool
    line_count: int
    documentation: str | None
    documentation_at: Excerpt | None
    imports: tuple[Import, ...]
    symbols: tuple[Symbol, ...]
    body: Body


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file that was not looked into, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class CallSite:
    """A place that calls something of this name; whether it is the same thing a name cannot prove."""

    path: str
    caller: str
    call: Call
