"""The only door to a project: `require_project`. One table says what a role allows."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Select, and_, false, or_, select, true

from app.adapters.scope import Scope
from app.core.actor import Actor
from app.models.project import Project, ProjectGrant
from app.models.team import Membership
from app.models.user import User
from app.services.projects.errors import PermissionDenied, ProjectNotFound
from app.services.teams.roles import Role, strongest


class Permission(StrEnum):
    """Something that may be done in a project."""

    READ = "read"
    COMMENT = "comment"
    ASK_AI = "ask_ai"
    REVIEW = "review"
    APPROVE = "approve"
    SYNC = "sync"
    WRITE = "write"
    APPLY = "apply"
    PREVIEW = "preview"
    MANAGE = "manage"


_VIEWER = frozenset({Permission.READ})
_REVIEWER = _VIEWER | {
    Permission.COMMENT,
    Permission.ASK_AI,
    Permission.REVIEW,
    Permission.APPROVE,
    Permission.PREVIEW,
}
_MAINTAINER = _REVIEWER | {Permission.SYNC, Permission.WRITE, Permission.APPLY}
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: _VIEWER,
    Role.REVIEWER: _REVIEWER,
    Role.MAINTAINER: _MAINTAINER,
    Role.OWNER: _MAINTAINER | {Permission.MANAGE},
}


async def require_project(scope: Scope, project_id: UUID, permission: Permission) -> Project:
    """Return a project in which the scope's actor may do that.

    ProjectNotFound when it is not there, was deleted, or is none of the actor's business; PermissionDenied
    when he may see it but not do that. Administrators and the system itself may do everything.
    """
    project, role, all_powerful = await _look(scope, project_id)
    if all_powerful:
        return project
    if role is None:
        raise ProjectNotFound
    if permission not in PERMISSIONS[role]:
        raise PermissionDenied(permission=permission.value, role=role.value)
    return project


async def role_in(scope: Scope, project_id: UUID) -> Role | None:
    """Say what the actor is in a project he may see, grants and team combined; None for administrators without one."""
    _, role, all_powerful = await _look(scope, project_id)
    if role is None and not all_powerful:
        raise ProjectNotFound
    return role


async def allowed(scope: Scope, project_id: UUID, permission: Permission) -> bool:
    """Say whether the actor may do that, without raising."""
    try:
        await require_project(scope, project_id, permission)
    except (ProjectNotFound, PermissionDenied):
        return False
    return True


def visible_projects(actor: Actor) -> Select[Project]:
    """Select the projects the actor may see, to be narrowed, ordered or used as a subquery by the caller."""
    return select(Project).where(Project.deleted_at.is_(None), sees(actor))


def sees(actor: Actor) -> ColumnElement[bool]:
    """Build the condition on `projects` that the actor may see the row."""
    if actor.is_admin or actor.is_system:
        return true()
    return false() if actor.user_id is None else shared_with(actor.user_id)


def shared_with(user_id: UUID | BindParameter[UUID]) -> ColumnElement[bool]:
    """Build the condition on `projects` that a person was granted the row or is in its team.

    Give a value or a parameter: a column of another table would join that table in here, for anybody.
    """
    granted = select(ProjectGrant.project_id).where(ProjectGrant.user_id == user_id)
    teams = select(Membership.team_id).where(Membership.user_id == user_id)
    return or_(Project.id.in_(granted), Project.team_id.in_(teams))


async def _look(scope: Scope, project_id: UUID) -> tuple[Project, Role | None, bool]:
    """Find a project that is not deleted, the actor's strongest role, and whether he needs none."""
    user_id = scope.actor.user_id
    row = (
        await scope.session.execute(
            select(Project, ProjectGrant.role, Membership.role, User.is_admin, User.is_active)
            .outerjoin(ProjectGrant, and_(ProjectGrant.project_id == Project.id, ProjectGrant.user_id == user_id))
            .outerjoin(Membership, and_(Membership.team_id == Project.team_id, Membership.user_id == user_id))
            .outerjoin(User, User.id == user_id)
            .where(Project.id == project_id, Project.deleted_at.is_(None))
        )
    ).first()
    if row is None:
        raise ProjectNotFound
    project, granted, by_team, is_admin, is_active = row
    if scope.actor.is_system:
        return project, None, True
    # Read from the row, not from the actor: a job acts for somebody long after he asked for it.
    if not is_active:
        raise ProjectNotFound
    return project, strongest(Role(name) for name in (granted, by_team) if name), bool(is_admin)
