"""Guesses what an attribute of something unknown is: by what it is called, and by what is known near it. Pure."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

# The last name of what stands before a dot, called or not.
_LAST_NAME = re.compile(r"([^\W\d]\w*)(?:\([^()]*\))?$")
# They say nothing about what they are.
_NOBODY = frozenset({"self", "cls", "super", "obj", "other", "instance", "value", "item", "x", "result"})
_SHORTEST = 3
# So much more often ours than something else's is good enough to guess.
_MUCH_MORE = 4


@dataclass(slots=True)
class Surroundings:
    """How often what is renamed is used (True), or others of its name (False): in files and folders, by receivers.

    `classes` are the names of the classes that have it, by the same.
    """

    places: dict[str, Counter[bool]] = field(default_factory=dict)
    receivers: dict[str, Counter[bool]] = field(default_factory=dict)
    classes: dict[bool, set[str]] = field(default_factory=lambda: {True: set(), False: set()})

    def add(self, path: str, receiver: str = "", *, ours: bool) -> None:
        """Note a use in a file, for it and every folder above it, and for the name of what has it."""
        for place in (path, *map(str, PurePosixPath(path).parents)):
            self.places.setdefault(place, Counter())[ours] += 1
        if name := _name_of(receiver):
            self.receivers.setdefault(name, Counter())[ours] += 1

    def add_classes(self, names: Iterable[str], *, ours: bool) -> None:
        """Note classes that have what is renamed, or something else of its name."""
        self.classes[ours].update(name.lower() for name in names)

    def favour(self, path: str, receiver: str = "") -> bool:
        """Say whether an attribute of this receiver in this file is more likely ours than anything else."""
        name = _name_of(receiver)
        known = self.receivers.get(name, Counter())
        if bool(known[True]) != bool(known[False]):
            return known[True] > 0
        alike = {ours: _likeness(name, self.classes[ours]) for ours in (True, False)}
        if alike[True] != alike[False]:
            return alike[True] > alike[False]
        nearest = (self.places[at] for at in (path, *map(str, PurePosixPath(path).parents)) if at in self.places)
        found = next(nearest, Counter({True: 1}))
        return found[True] > 0 and found[True] >= _MUCH_MORE * found[False]


def _name_of(receiver: str) -> str:
    last = _LAST_NAME.search(receiver)
    name = last[1].lower() if last else ""
    return "" if name in _NOBODY or len(name) < _SHORTEST else name


def _likeness(name: str, classes: Iterable[str]) -> int:
    """How much a variable is called as one of these classes: queryset as QuerySet, writer a bit as ArchiveWriter."""
    word = name.replace("_", "")
    if not word:
        return 0
    return max((_likeness_of(word, each.replace("_", "")) for each in classes if each), default=0)


def _likeness_of(word: str, class_name: str) -> int:
    if word == class_name:
        return 2
    return int(word.endswith(class_name) or class_name.endswith(word))
