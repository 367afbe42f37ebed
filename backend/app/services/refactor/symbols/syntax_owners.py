"""Whose a member is, as far as the text around it tells: the type before it, or how what is before it was declared.

Only to leave alone what is surely something else; what is not known stays a candidate. Pure.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_BEFORE = re.compile(rb"(\w+)(?:::)?(?:<[^<>]{0,80}>|[?!])?\s*(\.|::|->|\\|\?\.)\s*$")
_TYPE_WORDS = rb"(?:class|struct|enum|interface|trait|record|type|object|module|union|protocol|typealias|namespace|mod)"
_OWN = frozenset({b"Self", b"self", b"this", b"super", b"crate", b"static", b"parent", b"base"})
_MODULES = frozenset({b"crate", b"super", b"self"})
_REFERENCES = (".java", ".kt", ".kts")  # where `::` makes a value of a method
_LOOKED_BACK = 200
_OVERRIDE = re.compile(rb"(?:@Override\b|\boverride\b)[^;{}]*$")
_PLACE = rb"(?:^|[^\w.])"
_NO_TYPES = frozenset(
    b"auto await case const else final fn fun func in is let mut new not or return static throw val var yield".split()
)


@dataclass(slots=True)
class Owners:
    """What a repository defines, by the texts of its files."""

    files: Mapping[str, bytes]
    _known: dict[bytes, bool] = field(default_factory=dict)

    def defines_type(self, name: bytes) -> bool:
        """Say whether something in the repository may be a type of that name."""
        if name not in self._known:
            pattern = re.compile(_TYPE_WORDS + rb"\s+(?:\w+\s+)?" + re.escape(name) + rb"\b|\}\s*" + name + rb"\s*;")
            holders = (data for data in self.files.values() if name in data)
            self._known[name] = any(pattern.search(data) for data in holders)
        return self._known[name]

    def is_foreign(self, path: str, start: int, owners: Iterable[bytes]) -> str | None:
        """Say why the member at a place is surely something else's; None when it may be one of these types'."""
        data = self.files[path]
        found = _BEFORE.search(data, max(0, start - _LOOKED_BACK), start)
        if found is None:
            return None
        name = found[1]
        if path.endswith(".rs") and found[2] == b"::" and name in _MODULES:
            return "it is a module or in one"
        if name in _OWN:
            return None
        is_path = found[2] == b"::" and not path.endswith(_REFERENCES)
        if name[:1].isupper():
            if is_path and name not in owners and not _is_local_type(data, name):
                return f"it is {name.decode()}'s"
            return None if self.defines_type(name) or name.isupper() else f"{name.decode()} is not from here"
        if is_path:
            return f"it is in the module {name.decode('utf-8', 'replace')}"
        declared = declared_type(data, name, start)
        if declared is None or self.defines_type(declared):
            return None
        return f"{name.decode('utf-8', 'replace')} is a {declared.decode('utf-8', 'replace')}, which is not from here"


def _is_local_type(data: bytes, name: bytes) -> bool:
    """Say whether a name is what a file calls a type by: a parameter of types, or an alias."""
    return len(name) == 1 or re.search(rb"(?:type|using)\s+" + re.escape(name) + rb"\b", data) is not None


def declared_type(data: bytes, name: bytes, before: int) -> bytes | None:
    """Find the type that a name was last declared with: `Type name`, or `name: Type`; None when none is written."""
    word = re.escape(name)
    typed = rb"(?P<first>[A-Za-z_]\w*)(?:<[^<>;{}]{0,80}>|\[\])?[\s*&]+" + word + rb"\s*(?=[,;)=:])"
    named = word + rb"\s*:\s*(?:&\s*(?:'\w+\s*)?)?(?:mut\s+)?(?:dyn\s+)?(?P<second>[A-Z]\w*)"
    last = None
    for match in re.finditer(_PLACE + rb"(?:" + typed + rb"|" + named + rb")", data[:before]):
        last = match
    if last is None:
        return None
    declared: bytes = last["first"] or last["second"]
    return None if declared in _NO_TYPES or declared in _OWN or len(declared) == 1 else declared


def overrides(data: bytes, start: int) -> bool:
    """Say whether the method whose name is at a place is said to override another."""
    return _OVERRIDE.search(data, max(0, start - _LOOKED_BACK), start) is not None
