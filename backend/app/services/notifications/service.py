"""The rules of notifications: one for one person, told once, read by him alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import func, select, union, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app.adapters.scope import Scope
from app.core.paging import encode_cursor
from app.models.notification import Notification
from app.models.project import Project, ProjectGrant
from app.models.proposal import Proposal
from app.models.team import Membership
from app.schemas.paging import PageQuery
from app.services.notifications.errors import NotificationNotFound
from app.services.notifications.messages import NotificationAdded
from app.services.notifications.schemas import NotificationOut, NotificationsOut
from app.services.teams.roles import Role

_CARING = (Role.OWNER.value, Role.MAINTAINER.value)
_LONGEST_TITLE = 300


@dataclass(frozen=True, slots=True)
class Told:
    """A message. `topic` names its occasion: each person is told of one occasion once."""

    kind: str
    topic: str
    title: str
    body: str
    project_id: UUID | None = None
    link: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProposalFacts:
    """What a message about a proposal needs; `created_by` is None for one the system made."""

    created_by: UUID | None
    title: str
    project_id: UUID
    project_name: str


class NotificationService:
    """Notifications, inside one scope."""

    def __init__(self, scope: Scope) -> None:
        """Work in the given scope, for its actor."""
        self._scope = scope
        self._session = scope.session

    async def page(self, query: PageQuery, *, unread_only: bool) -> NotificationsOut:
        """List the actor's notifications, newest first."""
        wanted = select(Notification).where(Notification.user_id == self._scope.actor.user_id)
        if unread_only:
            wanted = wanted.where(Notification.read_at.is_(None))
        if query.after:
            wanted = wanted.where(Notification.id < query.after)
        found = await self._session.execute(wanted.order_by(Notification.id.desc()).limit(query.limit + 1))
        rows = list(found.scalars())
        shown = rows[: query.limit]
        return NotificationsOut(
            items=[NotificationOut.model_validate(row) for row in shown],
            next_cursor=encode_cursor(shown[-1].id) if len(rows) > query.limit else None,
            unread=await self.unread(),
        )

    async def unread(self) -> int:
        """Count the actor's unread notifications."""
        counted = select(func.count()).where(
            Notification.user_id == self._scope.actor.user_id, Notification.read_at.is_(None)
        )
        return (await self._session.execute(counted)).scalar_one()

    async def mark_read(self, notification_id: UUID) -> int:
        """Mark one as read, which twice is once; return how many are unread then. NotificationNotFound."""
        marked = await self._session.execute(
            update(Notification)
            .where(Notification.id == notification_id, Notification.user_id == self._scope.actor.user_id)
            .values(read_at=func.coalesce(Notification.read_at, self._scope.clock.now()))
            .returning(Notification.id)
        )
        if marked.first() is None:
            raise NotificationNotFound
        return await self.unread()

    async def mark_all_read(self) -> int:
        """Mark all of the actor's as read; return how many are unread then."""
        await self._session.execute(
            update(Notification)
            .where(Notification.user_id == self._scope.actor.user_id, Notification.read_at.is_(None))
            .values(read_at=self._scope.clock.now())
        )
        return await self.unread()

    async def tell(self, user_id: UUID, told: Told) -> None:
        """Write a notification unless this person was told of this occasion before."""
        insert = postgres_insert if self._scope.container.database.is_postgres else sqlite_insert
        added = await self._session.execute(
            insert(Notification)
            .values(
                id=self._scope.ids.new(),
                user_id=user_id,
                project_id=told.project_id,
                kind=told.kind,
                title=told.title[:_LONGEST_TITLE],
                body=told.body,
                link=dict(told.link),
                dedupe_key=f"{told.topic}:{user_id}",
                created_at=self._scope.clock.now(),
            )
            .on_conflict_do_nothing()
            .returning(Notification.id)
        )
        notification_id = added.scalar_one_or_none()
        if notification_id is not None:
            self._scope.publish(NotificationAdded(user_id=user_id, notification_id=notification_id, about=told.kind))

    async def tell_those_who_care(self, project_id: UUID, told: Told) -> None:
        """Tell the owners and maintainers of a project, those of its team included."""
        granted = select(ProjectGrant.user_id).where(
            ProjectGrant.project_id == project_id, ProjectGrant.role.in_(_CARING)
        )
        by_team = (
            select(Membership.user_id)
            .join(Project, Project.team_id == Membership.team_id)
            .where(Project.id == project_id, Membership.role.in_(_CARING))
        )
        for user_id in sorted((await self._session.execute(union(granted, by_team))).scalars()):
            await self.tell(user_id, told)

    async def proposal(self, proposal_id: UUID) -> ProposalFacts | None:
        """Look up who asked for a proposal and what it is called, unless its project was deleted."""
        row = (
            await self._session.execute(
                select(Proposal.created_by, Proposal.title, Project.id, Project.name)
                .join(Project, Project.id == Proposal.project_id)
                .where(Proposal.id == proposal_id, Project.deleted_at.is_(None))
            )
        ).first()
        return ProposalFacts(*row) if row else None

    async def project_name(self, project_id: UUID | None) -> str | None:
        """Look up what a project is called, unless it was deleted."""
        if project_id is None:
            return None
        found = select(Project.name).where(Project.id == project_id, Project.deleted_at.is_(None))
        return (await self._session.execute(found)).scalar_one_or_none()
