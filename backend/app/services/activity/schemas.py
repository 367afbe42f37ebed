"""What goes into and comes out of `/admin/activity` and `/projects/{id}/activity`."""

from typing import Any
from uuid import UUID

from pydantic import Field

from app.schemas.base import Moment, MomentIn, Out
from app.schemas.paging import PageQueryIn


class ProjectActivityQueryIn(PageQueryIn):
    """Which records of one project; None asks for all. `action` also finds all that begins with it and a dot."""

    action: str | None = Field(default=None, max_length=80, description="`proposal.applied`, or all of `proposal`.")
    subject: str | None = Field(default=None, max_length=120, description="What was changed: `proposal`, `job` …")
    subject_id: str | None = Field(default=None, max_length=120, description="Which one: all that became of it.")
    job_id: UUID | None = Field(default=None, description="What this job changed.")


class ActivityQueryIn(ProjectActivityQueryIn):
    """Which records of the whole installation; all that every given field is true of."""

    actor_id: UUID | None = None
    project_id: UUID | None = None
    since: MomentIn | None = Field(default=None, alias="from", description="Not before this moment.")
    until: MomentIn | None = Field(default=None, alias="to", description="Before this moment.")


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
