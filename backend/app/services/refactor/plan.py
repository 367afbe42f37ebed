"""What a rename would do: edits in tiers, what is left alone and why, and what keeps it from being certain. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.services.refactor.edits import WordEdit
from app.services.refactor.tiers import Tier


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
    """A rename worked out. With a doubt nothing in it is certain: what would be proven is likely."""

    old: str
    new: str
    kind: str
    edits: list[WordEdit] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    # Files that get another path, by the one they have.
    moves: dict[str, str] = field(default_factory=dict)

    @property
    def doubts(self) -> Sequence[Note]:
        """What keeps it from being certain."""
        return [note for note in self.notes if note.kind == "doubt"]

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
        edits = [
            WordEdit(edit.path, edit.start, edit.end, edit.new, Tier.LIKELY, edit.why)
            if edit.tier is Tier.PROVEN
            else edit
            for edit in self.edits
        ]
        return Plan(self.old, self.new, self.kind, edits, self.notes, self.moves)
