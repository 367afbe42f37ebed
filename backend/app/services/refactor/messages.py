"""What workers are asked to do for refactors: one payload for each kind, all of which end in a proposal."""

from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from app.core.jobs import JobPayload, Queue, RetryPolicy


class RefactorPayload(JobPayload):
    """What all refactors have: the commit they are worked out at, and the proposal that was given its id already."""

    queue: ClassVar[Queue] = Queue.REFACTOR
    retry: ClassVar[RetryPolicy] = RetryPolicy(attempts=3)
    time_limit: ClassVar[timedelta] = timedelta(minutes=10)

    project_id: UUID
    manifest_id: UUID
    # Chosen when the refactor is asked for: the job leads to its proposal without a table of its own.
    proposal_id: UUID

    @property
    def facts(self) -> dict[str, Any]:
        """What was asked for, as JSON: the fields that only this kind has."""
        return self.model_dump(mode="json", exclude={*RefactorPayload.model_fields})


class ProposeRename(RefactorPayload):
    """Work a rename out, and prove it."""

    kind: ClassVar[str] = "refactor.rename"

    path: str
    # Without both the file or folder itself is renamed, in the language of its code.
    line: int | None = None
    column: int | None = None
    language: str = ""
    new_name: str
    old_name: str


class ProposeReplace(RefactorPayload):
    """Find code by a syntax pattern, and work out what would stand in its place."""

    kind: ClassVar[str] = "refactor.replace"

    language: str
    pattern: str
    replacement: str
    paths: tuple[str, ...]


class ProposeMove(RefactorPayload):
    """Work a move out, and prove it."""

    kind: ClassVar[str] = "refactor.move"

    path: str
    line: int
    column: int
    name: str
    to_path: str


REFACTORS = {kind.kind: kind for kind in (ProposeRename, ProposeMove, ProposeReplace)}
