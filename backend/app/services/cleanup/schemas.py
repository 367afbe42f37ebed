"""Wire shapes of tasks, warrants and schedules."""

from typing import Any
from uuid import UUID

from pydantic import Field

from app.schemas.base import In, Moment, Out


class RunTaskIn(In):
    """How to run a task: `dry_run` only plans; `warrant_id` executes a plan and nothing else; neither does both."""

    dry_run: bool = Field(default=False, examples=[True])
    warrant_id: UUID | None = Field(default=None, examples=[None])


class ScheduleIn(In):
    """What to change of a schedule."""

    cron: str | None = Field(default=None, max_length=200, examples=["15 3 * * *"])
    enabled: bool | None = Field(default=None, examples=[True])


class ScheduleOut(Out):
    """One stored schedule. Times are UTC; a disabled one has no next run."""

    name: str
    cron: str
    description: str
    enabled: bool
    next_run_at: Moment | None
    last_run_at: Moment | None
    last_job_id: UUID | None
    last_status: str | None


class NextRunsOut(Out):
    """When a cron line would come due, the first few times from now; `cron` is the line as it would be kept."""

    cron: str
    next_runs: list[Moment]


class WarrantOut(Out):
    """A plan and what became of it: `planned`, `executing`, `executed` or `expired`."""

    warrant_id: UUID
    task: str
    status: str
    digest: str
    note: str | None
    planned_by: UUID | None
    plan_job_id: UUID | None
    execute_job_id: UUID | None
    items: int
    bytes: int
    deleted: int
    spared: int
    failed: int
    freed_bytes: int
    planned_at: Moment
    expires_at: Moment
    executed_at: Moment | None


class WarrantItemOut(Out):
    """One thing of a plan: what proves that it may go, and its outcome (`pending`, `deleted`, `spared`, `failed`)."""

    position: int
    kind: str
    target: str
    proof: dict[str, Any]
    bytes: int
    outcome: str
    reason: str | None
    done_at: Moment | None


class WarrantPageOut(WarrantOut):
    """A warrant with some of its items, in order."""

    page: list[WarrantItemOut]
    next_cursor: str | None


class TaskOut(Out):
    """One task; `last` is its newest warrant, `last_run_at` when one was last executed to its end."""

    name: str
    description: str
    destructive: bool
    last_run_at: Moment | None
    last: WarrantOut | None


class BundleOut(Out):
    """A bundle after it was restored."""

    bundle_id: UUID
    status: str
    expires_at: Moment
