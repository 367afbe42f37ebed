"""The rules of who is granted what in a project: owners decide, everybody may leave, one owner stays."""

from uuid import UUID

from sqlalchemy import func, select

from app.adapters.scope import Scope
from app.core.effects import Effect
from app.core.paging import Page
from app.models.project import Project, ProjectGrant
from app.models.user import User
from app.schemas.paging import PageQuery
from app.services.projects.access import Permission, require_project
from app.services.teams.errors import AlreadyMember, LastOwner, MemberNotFound
from app.services.teams.members import member_out, page_of_members
from app.services.teams.roles import Role
from app.services.teams.schemas import MemberOut
from app.services.teams.service import find_user


class ProjectMembers:
    """Grants of a project, inside one scope. Changes lock the project's row, so that owners leave one by one."""

    def __init__(self, scope: Scope) -> None:
        """Work in the given scope, for its actor."""
        self._scope = scope
        self._session = scope.session

    async def page(self, project_id: UUID, query: PageQuery) -> Page[MemberOut]:
        """List who has a role of his own in the project, strongest first; the team's members are not repeated."""
        await require_project(self._scope, project_id, Permission.READ)
        return await page_of_members(self._scope, ProjectGrant, ProjectGrant.project_id == project_id, query)

    async def add(self, project_id: UUID, email: str, role: Role) -> MemberOut:
        """Let somebody in; owners only. NoSuchUser, AlreadyMember."""
        await self._owned(project_id)
        user = await find_user(self._scope, email)
        if await self._session.get(ProjectGrant, (project_id, user.id)):
            raise AlreadyMember
        now = self._scope.clock.now()
        grant = ProjectGrant(project_id=project_id, user_id=user.id, role=role.value, created_at=now)
        self._session.add(grant)
        self._record("project.member_added", project_id, user.id, after=grant.role, method="DELETE")
        return member_out(user, grant.role, grant.created_at)

    async def change(self, project_id: UUID, user_id: UUID, role: Role) -> MemberOut:
        """Give somebody another role; owners only. MemberNotFound, LastOwner."""
        await self._owned(project_id)
        grant = await self._grant(project_id, user_id)
        if role is not Role.OWNER:
            await self._keep_an_owner(grant)
        before, grant.role = grant.role, role.value
        self._record("project.member_changed", project_id, user_id, before=before, after=grant.role, method="PATCH")
        user = (await self._session.execute(select(User).where(User.id == user_id))).scalar_one()
        return member_out(user, grant.role, grant.created_at)

    async def remove(self, project_id: UUID, user_id: UUID) -> None:
        """Take a grant away: owners any, everybody his own. MemberNotFound, LastOwner."""
        if user_id == self._scope.actor.user_id:
            await require_project(self._scope, project_id, Permission.READ)
            await self._lock(project_id)
        else:
            await self._owned(project_id)
        grant = await self._grant(project_id, user_id)
        await self._keep_an_owner(grant)
        await self._session.delete(grant)
        self._record("project.member_removed", project_id, user_id, before=grant.role)

    def _record(
        self,
        action: str,
        project_id: UUID,
        user_id: UUID,
        *,
        before: str | None = None,
        after: str | None = None,
        method: str | None = None,
    ) -> None:
        """Note who may do what now; `method` is what takes it back at the member's own path."""
        path = f"/projects/{project_id}/members/{user_id}"
        self._scope.record(
            Effect(
                action,
                "project",
                str(project_id),
                project_id=project_id,
                before={"user_id": user_id, "role": before} if before else None,
                after={"user_id": user_id, "role": after} if after else None,
                inverse={"method": method, "path": path, "body": {"role": before} if before else {}}
                if method
                else None,
            )
        )

    async def _owned(self, project_id: UUID) -> None:
        await require_project(self._scope, project_id, Permission.MANAGE)
        await self._lock(project_id)

    async def _lock(self, project_id: UUID) -> None:
        await self._session.execute(select(Project.id).where(Project.id == project_id).with_for_update(key_share=True))

    async def _grant(self, project_id: UUID, user_id: UUID) -> ProjectGrant:
        grant = await self._session.get(ProjectGrant, (project_id, user_id))
        if grant is None:
            raise MemberNotFound
        return grant

    async def _keep_an_owner(self, leaving: ProjectGrant) -> None:
        if leaving.role != Role.OWNER.value:
            return
        owners = select(func.count()).where(
            ProjectGrant.project_id == leaving.project_id, ProjectGrant.role == Role.OWNER.value
        )
        if (await self._session.execute(owners)).scalar_one() <= 1:
            raise LastOwner
