"""What comes out of `/admin/activity` and `/projects/{id}/activity`."""

from typing import Any
from uuid import UUID

from app.schemas.base import Moment, Out


class EffectOut(Out):
    """One record of the effect ledger. `summary` says it in a sentence; `hash` is what the next record builds on."""

    seq: int
    at: Moment
    summary: str
    actor_kind: str
    actor_id: UUID | None
    actor_name: str | None
    action: str
    subject: str
    subject_id: str
    project_id: UUID | None
    job_id: UUID | None
    approval: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    inverse: dict[str, Any] | None
    chain: str
    position: int
    hash: str
