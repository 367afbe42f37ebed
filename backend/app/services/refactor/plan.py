"""What a rename would do: edits in tiers, what is left alone and why, and what keeps it from being certain. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from app.services.refactor.edits import WordEdit
from app.services.refactor.tiers import Tier

# The kind of a plan that replaces what a pattern matches; other kinds are those of a renamed symbol.
PATTERN = "pattern"
# How the doubts begin that the proof finds.
AFTER = "after the rename"


@dataclass(frozen=True, slots=True)
class Note:
    """Something to tell about a place. `kind`: not_touched, not_read, doubt, or certain with the reason why."""

    kind: str
    path: str
    line: int  # from 1; 0: the whole file
    reason: str
    text: str = ""

    def to_json(self) -> dict[str, str | int]:
        """Give it as JSON."""
        return {"kind": self.kind, "path": self.path, "line": self.line, "reason": self.reason, "text": self.text}


@dataclass(slots=True)
class Plan:
    """A refactor worked out. With a doubt nothing in it is certain: what would be proven is likely."""

    old: str
    new: str
    kind: str
    edits: list[WordEdit] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    # Files that get another path, by the one they have; and folders, with all that lies in them.
    moves: dict[str, str] = field(default_factory=dict)
    folders: dict[str, str] = field(default_factory=dict)

    @property
    def doubts(self) -> Sequence[Note]:
        """What keeps it from being certain."""
        return [note for note in self.notes if note.kind == "doubt"]

    @property
    def is_disproved(self) -> bool:
        """Say whether the proof found something, and not only an analysis before it."""
        return any(note.reason.startswith(AFTER) for note in self.doubts)

    def of(self, *tiers: Tier) -> list[WordEdit]:
        """List the edits of some tiers."""
        return [edit for edit in self.edits if edit.tier in tiers]

    def counts(self) -> dict[str, int]:
        """Count the edits of every tier."""
        return {tier.value: len(self.of(tier)) for tier in Tier}

    def lowered(self) -> "Plan":
        """Call nothing proven when there is a doubt."""
        if not self.doubts:
            return self
        return replace(
            self,
            edits=[replace(each, tier=Tier.LIKELY) if each.tier is Tier.PROVEN else each for each in self.edits],
        )


def not_proven(doubts: int) -> str:
    """Say in a sentence that something is not certain."""
    return f"Not proven: {doubts} {'place is' if doubts == 1 else 'places are'} not certain. See the notes."
