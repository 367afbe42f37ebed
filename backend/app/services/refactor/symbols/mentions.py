"""Where a word stands in a file, and as what. Pure values; offsets are bytes."""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """As what a word stands there."""

    NAME = "name"  # read, bound or deleted in a scope
    ATTRIBUTE = "attribute"  # behind a dot
    KEYWORD = "keyword"  # before the = of an argument
    PATTERN_KEYWORD = "pattern keyword"  # before the = in a class pattern
    IMPORTED = "imported"  # behind `from … import`
    MODULE = "module"  # a segment of a module's path
    STRING = "string"  # inside a string
    COMMENT = "comment"


class StringUse(StrEnum):
    """What a string is used for where it stands."""

    PROSE = "prose"  # a docstring
    EXPORT = "export"  # in __all__
    MEMBER = "member"  # in __slots__ or __match_args__: names of the class it stands in
    DYNAMIC = "dynamic"  # given to getattr and its like
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Mention:
    """One word. `scope` is the index of the scope it is evaluated in.

    `head` is the end of what it belongs to: the object before the dot, the called function, the class of a pattern;
    `module` the module's path of an import, dots included. `alias`: `as` gives it another name; `is_repeated`: the same
    one once more, which makes it a part of the module's interface.
    """

    name: str
    start: int
    end: int
    role: Role
    scope: int
    binds: bool = False
    head: int | None = None
    head_text: str = ""
    module: str = ""
    alias: bool = False
    is_repeated: bool = False
    use: StringUse = StringUse.OTHER
    is_whole: bool = False  # of a string: the word is all that is in it
    is_in_path: bool = False  # of a string: a dotted path is all that is in it, and the word a part of that


@dataclass(slots=True)
class Scope:
    """A stretch of code with names of its own. `at` is the offset of what opens it, -1 for the module."""

    kind: str
    at: int
    parent: int
    name: str = ""
    name_end: int = -1
    bound: set[str] = field(default_factory=set)
    is_global: set[str] = field(default_factory=set)
    is_nonlocal: set[str] = field(default_factory=set)
    # Of a function: its parameters, in order; of a class: its bases, as they are written.
    parameters: list[str] = field(default_factory=list)
    bases: list[str] = field(default_factory=list)
    decorators: list[str] = field(default_factory=list)
