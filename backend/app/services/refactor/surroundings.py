"""Guesses what an attribute of something unknown is, by what is known near it. Pure."""

from dataclasses import dataclass, field
from pathlib import PurePosixPath


@dataclass(slots=True)
class Surroundings:
    """For every file and folder, whether what is renamed is used there (True), or others of its name (False)."""

    known: dict[str, set[bool]] = field(default_factory=dict)

    def add(self, path: str, *, ours: bool) -> None:
        """Note a use in a file, for it and every folder above it."""
        for place in (path, *map(str, PurePosixPath(path).parents)):
            self.known.setdefault(place, set()).add(ours)

    def favour(self, path: str) -> bool:
        """Say whether the nearest surroundings about which something is known use nothing else of that name."""
        nearest = (self.known[place] for place in (path, *map(str, PurePosixPath(path).parents)) if place in self.known)
        return next(nearest, {True}) == {True}
