"""Polling one job in one read: who asks, whether he may see it, how it stands. The rules are the routes' own."""

from collections.abc import Awaitable, Callable, Mapping
from typing import cast
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, or_, select, true
from sqlalchemy.exc import SQLAlchemyError

from app.adapters.container import Container
from app.adapters.db.engine import DatabaseTime
from app.adapters.security.jwt import AccessClaims
from app.core.errors import Unauthenticated
from app.models.job import Job, QueueState
from app.models.user import User
from app.schemas.jobs import JobState
from app.services.auth.service import judge, standing_of
from app.services.jobs.service import Standing, ahead, concerns, is_paused, pause_of
from app.services.jobs.states import describe

Poll = Callable[[AccessClaims, UUID], Awaitable[JobState | None]]
# An address below the prefix, whose last part is an id, and how to open what answers polls there.
Lanes = Mapping[str, Callable[[Container], Poll]]


class JobPolls:
    """Answers polls for a whole process. What it cannot answer plainly it leaves to the ordinary route."""

    def __init__(self, container: Container) -> None:
        """Build the statement once."""
        self._container = container
        self._statement = poll_statement(container.database.time)

    async def read(self, claims: AccessClaims, job_id: UUID) -> JobState | None:
        """Read a job; None when there is anything to refuse, or the database does not answer."""
        values = {"user_id": claims.user_id, "session_id": claims.session_id, "job_id": job_id}
        try:
            row = await self._container.database.read_row(self._statement, values)
            if row is None:
                return None
            judge(claims, row)
        except (Unauthenticated, SQLAlchemyError, OSError):
            return None
        # The row has the job's columns under the attributes' names.
        return await describe(
            self._container, Standing(cast("Job", row), row.ahead, pause_of(row.paused_at, row.paused_reason))
        )


def poll_statement(time: DatabaseTime) -> "Select[tuple[object, ...]]":
    """Build the query: a job's row and how many wait before it, if this user may see it, and how he stands.

    Parameters: `user_id`, `session_id` (or None), `job_id`.
    """
    user_id, session_id, job_id = (bindparam(name, type_=Uuid()) for name in ("user_id", "session_id", "job_id"))
    # What the job was asked to do may be long, and no poll shows it.
    columns = [column for column in Job.__table__.columns if column.key != "payload"]
    pause = QueueState.changed_at.label("paused_at"), QueueState.reason.label("paused_reason")
    return (
        select(*columns, ahead(time).label("ahead"), *pause, *standing_of(session_id))
        .select_from(User)
        .join(Job, true())
        .outerjoin(QueueState, is_paused())
        .where(User.id == user_id, Job.id == job_id, or_(User.is_admin, concerns(user_id)))
    )
