"""The rules of teams: members see, owners change, and an owner always stays."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, update

from app.adapters.scope import Scope
from app.core.effects import Effect
from app.core.paging import Page, encode_cursor
from app.models.project import Project
from app.models.team import Membership, Team
from app.models.user import User
from app.schemas.paging import PageQuery
from app.services.teams.errors import (
    AlreadyMember,
    LastOwner,
    MemberNotFound,
    NoSuchUser,
    TeamInUse,
    TeamNotFound,
    TeamOwnerOnly,
)
from app.services.teams.members import member_out, page_of_members
from app.services.teams.roles import Role
from app.services.teams.schemas import MemberOut, TeamOut


class TeamService:
    """Teams and memberships, inside one scope."""

    def __init__(self, scope: Scope) -> None:
        """Work in the given scope, for its actor."""
        self._scope = scope
        self._session = scope.session

    async def page(self, query: PageQuery) -> Page[TeamOut]:
        """List the actor's teams, newest first; an administrator's are all."""
        wanted = (
            select(Team, Membership.role)
            .outerjoin(Membership, self._mine())
            .order_by(Team.id.desc())
            .limit(query.limit + 1)
        )
        if not self._scope.actor.is_admin:
            wanted = wanted.where(Membership.role.is_not(None))
        if query.after:
            wanted = wanted.where(Team.id < query.after)
        teams = [_shown(team, role) for team, role in (await self._session.execute(wanted)).all()]
        more = len(teams) > query.limit
        return Page(teams[: query.limit], encode_cursor(teams[query.limit - 1].id) if more else None)

    async def create(self, name: str) -> TeamOut:
        """Found a team; the actor is its owner."""
        scope, user_id = self._scope, self._user_id
        now = scope.clock.now()
        team = Team(id=scope.ids.new(), name=name, created_by=user_id, created_at=now)
        self._session.add(team)
        await self._session.flush()
        self._session.add(Membership(team_id=team.id, user_id=user_id, role=Role.OWNER.value, created_at=now))
        self._record("team.created", team.id, after={"name": name})
        return _shown(team, Role.OWNER.value)

    async def read(self, team_id: UUID) -> TeamOut:
        """Read one team; TeamNotFound when the actor is not in it."""
        team, role = await self._visible(team_id)
        return _shown(team, role)

    async def rename(self, team_id: UUID, name: str) -> TeamOut:
        """Change the name; owners only."""
        team, role = await self._owned(team_id)
        self._record("team.renamed", team_id, before={"name": team.name}, after={"name": name}, by=("PATCH", ""))
        team.name = name
        return _shown(team, role)

    async def delete(self, team_id: UUID) -> None:
        """Dissolve a team; owners only, TeamInUse while it has projects."""
        await self._owned(team_id)
        in_use = select(func.count()).where(Project.team_id == team_id, Project.deleted_at.is_(None))
        if (await self._session.execute(in_use)).scalar_one():
            raise TeamInUse
        # Deleted projects are kept for a while and must not keep the team with them.
        await self._session.execute(update(Project).where(Project.team_id == team_id).values(team_id=None))
        await self._session.execute(delete(Team).where(Team.id == team_id))
        self._record("team.deleted", team_id)

    async def members(self, team_id: UUID, query: PageQuery) -> Page[MemberOut]:
        """List a team's members, strongest roles first."""
        await self._visible(team_id)
        return await page_of_members(self._scope, Membership, Membership.team_id == team_id, query)

    async def add_member(self, team_id: UUID, email: str, role: Role) -> MemberOut:
        """Take somebody in; owners only."""
        await self._owned(team_id)
        user = await find_user(self._scope, email)
        if await self._session.get(Membership, (team_id, user.id)):
            raise AlreadyMember
        row = Membership(team_id=team_id, user_id=user.id, role=role.value, created_at=self._scope.clock.now())
        self._session.add(row)
        after = {"user_id": user.id, "role": row.role}
        self._record("team.member_added", team_id, after=after, by=("DELETE", f"/members/{user.id}"))
        return member_out(user, row.role, row.created_at)

    async def change_member(self, team_id: UUID, user_id: UUID, role: Role) -> MemberOut:
        """Give a member another role; owners only, and the last owner stays one."""
        await self._owned(team_id)
        row = await self._member(team_id, user_id)
        if role is not Role.OWNER:
            await self._keep_an_owner(team_id, row)
        before, after = ({"user_id": user_id, "role": each} for each in (row.role, role.value))
        self._record("team.member_changed", team_id, before=before, after=after, by=("PATCH", f"/members/{user_id}"))
        row.role = role.value
        user = (await self._session.execute(select(User).where(User.id == user_id))).scalar_one()
        return member_out(user, row.role, row.created_at)

    async def remove_member(self, team_id: UUID, user_id: UUID) -> None:
        """Let a member go: owners any, everybody himself, the last owner never."""
        if user_id == self._scope.actor.user_id:
            await self._visible(team_id, lock=True)
        else:
            await self._owned(team_id)
        row = await self._member(team_id, user_id)
        await self._keep_an_owner(team_id, row)
        await self._session.delete(row)
        self._record("team.member_removed", team_id, before={"user_id": user_id, "role": row.role})

    def _record(
        self,
        action: str,
        team_id: UUID,
        *,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        by: tuple[str, str] | None = None,
    ) -> None:
        """Note a change; `by` is the method and the rest of the path that take it back, with what was before."""
        body = {key: value for key, value in (before or {}).items() if key != "user_id"}
        inverse = {"method": by[0], "path": f"/teams/{team_id}{by[1]}", "body": body} if by else None
        self._scope.record(Effect(action, "team", str(team_id), before=before, after=after, inverse=inverse))

    @property
    def _user_id(self) -> UUID:
        user_id = self._scope.actor.user_id
        if user_id is None:
            raise TeamNotFound
        return user_id

    def _mine(self) -> ColumnElement[bool]:
        return (Membership.team_id == Team.id) & (Membership.user_id == self._scope.actor.user_id)

    async def _visible(self, team_id: UUID, *, lock: bool = False) -> tuple[Team, str | None]:
        """Find a team and the actor's role. Locks, when asked: the team's row, so that owners leave one by one."""
        wanted = select(Team, Membership.role).outerjoin(Membership, self._mine()).where(Team.id == team_id)
        if lock:
            wanted = wanted.with_for_update(of=Team)
        row = (await self._session.execute(wanted)).first()
        if row is None:
            raise TeamNotFound
        team, role = row[0], cast("str | None", row[1])
        if role is None and not self._scope.actor.is_admin:
            raise TeamNotFound
        return team, role

    async def _owned(self, team_id: UUID) -> tuple[Team, str | None]:
        team, role = await self._visible(team_id, lock=True)
        if role != Role.OWNER.value and not self._scope.actor.is_admin:
            raise TeamOwnerOnly
        return team, role

    async def _member(self, team_id: UUID, user_id: UUID) -> Membership:
        row = await self._session.get(Membership, (team_id, user_id))
        if row is None:
            raise MemberNotFound
        return row

    async def _keep_an_owner(self, team_id: UUID, leaving: Membership) -> None:
        if leaving.role != Role.OWNER.value:
            return
        owners = select(func.count()).where(Membership.team_id == team_id, Membership.role == Role.OWNER.value)
        if (await self._session.execute(owners)).scalar_one() <= 1:
            raise LastOwner


async def find_user(scope: Scope, email: str) -> User:
    """Find an active user by normalised e-mail; NoSuchUser."""
    found = await scope.session.execute(select(User).where(User.email == email, User.is_active))
    user = found.scalar_one_or_none()
    if user is None:
        raise NoSuchUser
    return user


def _shown(team: Team, role: str | None) -> TeamOut:
    return TeamOut(id=team.id, name=team.name, role=Role(role) if role else None, created_at=team.created_at)
