"""What is known of one file's names, as plain values, and their stored form. Lines and columns count from 1."""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, NamedTuple

import orjson

# Written with what is stored: a file read by older rules is read again. Raise it when answers would differ.
RULES = 1
NOTHING = -1
# Heads that are no mention: the object whose method this is, and its class's bases.
SELF = -2
SUPER = -3


class ScopeKind(IntEnum):
    """What a scope belongs to."""

    MODULE = 0
    CLASS = 1
    FUNCTION = 2
    BLOCK = 3  # a comprehension, or a block of JavaScript


class Place(IntEnum):
    """In what kind of place a name stands."""

    NAME = 0  # looked up in scopes
    ATTRIBUTE = 1  # behind a dot; `head` is the mention before it
    KEYWORD = 2  # before the = of an argument; `head` is the called function
    IMPORTED = 3  # what is imported from a module; `head` is the import
    MODULE = 4  # part of a module's path; `head` is the import
    EXPORT = 5  # named in __all__, or behind `export`


class Use(IntEnum):
    """What is done with a name there."""

    READ = 0
    CALL = 1
    WRITE = 2
    DEFINE = 3
    IMPORT = 4
    BASE = 5
    EXPORT = 6


# Faster than calling the enumerations, for as many numbers as a file has names.
_PLACES = tuple(Place)
_USES = tuple(Use)


class Definition(NamedTuple):
    """Something with a name. `parent` is the definition around it; `line` and `column` are its name's."""

    name: str
    kind: str
    qualified: str
    parent: int
    line: int
    column: int
    first_line: int
    last_line: int
    scope: int  # the one that it opens, NOTHING for what opens none
    is_exported: bool


class Binding(NamedTuple):
    """A name in a scope. Its `hint` is the mention of a class that its value seems to be of, or NOTHING.

    `self_of`: the definition of the class whose object it is, as `self` is. `is_member`: only behind a dot.
    """

    name: str
    scope: int
    hint: int
    self_of: int
    is_member: bool
    definitions: tuple[int, ...]
    imports: tuple[int, ...]


class Import(NamedTuple):
    """One name from elsewhere. `name`: "" is the module itself, "*" all of it, "default" as JavaScript has it.

    `is_top`: `import a.b` binds only `a`.
    """

    module: str
    name: str
    binding: int
    line: int
    is_top: bool


class Mention(NamedTuple):
    """A name where it stands. `owner` is the definition that it stands in; others as in `Place`."""

    name: str
    line: int
    column: int
    place: Place
    use: Use
    binding: int
    owner: int
    head: int

    @property
    def end_column(self) -> int:
        """The column behind it, in UTF-16 units."""
        return self.column + utf16_length(self.name)


class Export(NamedTuple):
    """What others get under a name: a binding of this file, or what an import leads to."""

    name: str
    binding: int
    import_: int


@dataclass(slots=True)
class FileSymbols:
    """The names of one file. `scopes`: (kind, parent, definition); `bases`: class → mentions, NOTHING for others."""

    language: str
    scopes: list[tuple[int, int, int]] = field(default_factory=list)
    definitions: list[Definition] = field(default_factory=list)
    bindings: list[Binding] = field(default_factory=list)
    imports: list[Import] = field(default_factory=list)
    exports: list[Export] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    bases: dict[int, list[int]] = field(default_factory=dict)
    # Why this is not all, or not certain: "syntax", "deep", "many".
    notes: list[str] = field(default_factory=list)

    def names(self) -> set[str]:
        """Every name that is mentioned."""
        return {mention.name for mention in self.mentions}

    def needles(self) -> set[str]:
        """Name the modules that something is imported from under a name of the importer's choice, to find it by."""
        if self.language == "python":
            return set()
        return {needle_of(each.module) for each in self.imports if each.name in ("", "*", "=", "default")}

    def class_of(self, definition: int) -> int:
        """Find the class around a definition, or NOTHING; functions inside of methods belong to it, too."""
        at = definition
        while at != NOTHING:
            found = self.definitions[at]
            if found.scope != NOTHING and self.scopes[found.scope][0] == ScopeKind.CLASS:
                return at
            at = found.parent
        return NOTHING

    def binding_in(self, scope: int, name: str) -> int:
        """Find a name that a scope itself has, or NOTHING."""
        return next((at for at, each in enumerate(self.bindings) if each.scope == scope and each.name == name), NOTHING)


def needle_of(module: str) -> str:
    """Give what a module is found by among names: its last segment that is no `index`, marked as no name can be."""
    segments = [segment for segment in module.split("/") if segment not in ("", ".", "..")]
    stem = segments[-1].partition(".")[0] if segments else ""
    if stem == "index" and len(segments) > 1:
        stem = segments[-2]
    return f">{stem}"


def utf16_length(text: str) -> int:
    """Count UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def encode(found: FileSymbols) -> bytes:
    """Write the stored form: JSON in columns, in which equal things stand together and compress well."""
    numbers: dict[str, int] = {}
    number = numbers.setdefault

    def column(texts: list[str]) -> list[int]:
        return [number(text, len(numbers)) for text in texts]

    mentions: list[Any] = [list(each) for each in zip(*found.mentions, strict=True)]
    if mentions:
        mentions[0] = column(mentions[0])
    body = {
        "rules": RULES,
        "language": found.language,
        "scopes": found.scopes,
        "definitions": found.definitions,
        "bindings": found.bindings,
        "imports": found.imports,
        "exports": found.exports,
        "mentions": mentions,
        "bases": list(found.bases.items()),
        "notes": found.notes,
        "names": list(numbers),
    }
    return orjson.dumps(body, default=list)


def decode(stored: bytes) -> FileSymbols:
    """Read the stored form back; ValueError when it is not ours."""
    try:
        body = orjson.loads(stored)
        names = body["names"]
        mentions = body["mentions"]
        return FileSymbols(
            language=body["language"],
            scopes=[tuple(each) for each in body["scopes"]],
            definitions=[Definition(*each) for each in body["definitions"]],
            bindings=[_binding(each) for each in body["bindings"]],
            imports=[Import(*each) for each in body["imports"]],
            exports=[Export(*each) for each in body["exports"]],
            mentions=[
                Mention(names[name], line, column, _PLACES[place], _USES[use], binding, owner, head)
                for name, line, column, place, use, binding, owner, head in zip(*mentions, strict=True)
            ],
            bases=dict(body["bases"]),
            notes=body["notes"],
        )
    except (KeyError, IndexError, TypeError) as error:
        raise ValueError("not the names of a file") from error


def _binding(stored: list[Any]) -> Binding:
    name, scope, hint, self_of, is_member, definitions, imports = stored
    return Binding(name, scope, hint, self_of, is_member, tuple(definitions), tuple(imports))
