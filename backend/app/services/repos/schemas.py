"""What goes in and out over HTTP for syncs."""

from typing import Any, Self
from uuid import UUID

from app.schemas.base import Moment, Out
from app.schemas.paging import PageOut


class RefChangeOut(Out):
    """A ref that a sync moved: `added`, `updated`, `forced` (history was rewritten) or `deleted`."""

    name: str
    action: str
    before: str | None
    after: str | None


class SyncRunOut(Out):
    """One sync: `queued`, `running`, `success`, `failed` or `cancelled`; at most a hundred ref changes are listed."""

    id: UUID
    job_id: UUID | None
    trigger: str
    status: str
    requested_by: UUID | None
    created_at: Moment
    started_at: Moment | None
    finished_at: Moment | None
    head_before: str | None
    head_after: str | None
    bytes_received: int
    healed: bool
    ref_counts: dict[str, int]
    ref_changes: list[RefChangeOut]
    notes: list[str]
    error_code: str | None
    error_message: str | None

    @classmethod
    def of(cls, run: Any) -> Self:
        """Build from a history row."""
        plain = {name: getattr(run, name) for name in cls.model_fields if hasattr(run, name)}
        return cls(
            **plain,
            ref_counts=run.changes.get("counts", {}),
            ref_changes=[RefChangeOut.model_validate(each) for each in run.changes.get("refs", [])],
            notes=run.changes.get("notes", []),
        )


class SyncErrorOut(Out):
    """Why the last attempt failed."""

    code: str
    message: str


class SyncHistoryOut(PageOut[SyncRunOut]):
    """How a mirror stands, and its syncs, newest first. The last attempt and the last success are separate facts.

    `branches` and `tags` count the mirror's refs, `generation` its successful syncs.
    """

    remote_url: str | None
    default_branch: str | None
    head: str | None
    generation: int
    branches: int
    tags: int
    last_attempt: SyncRunOut | None
    last_success: SyncRunOut | None
    last_error: SyncErrorOut | None
    next_sync_at: Moment | None
