"""The rules of projects: who makes, changes and deletes them."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.adapters.git.urls import RemoteUrl, parse_remote_url
from app.adapters.scope import Scope
from app.core.effects import Effect
from app.core.errors import Unauthenticated
from app.core.paging import Page, encode_cursor
from app.models.project import Project, ProjectGrant
from app.models.team import Membership
from app.schemas.paging import PageQuery
from app.services.projects.access import Permission, require_project, role_in, visible_projects
from app.services.projects.branches import check_branch
from app.services.projects.credentials import seal
from app.services.projects.errors import CredentialsWithoutUrl
from app.services.projects.messages import ProjectChanged, ProjectCreated, ProjectDeleted, RepoUrlChanged
from app.services.projects.schemas import CredentialsIn, ProjectIn, ProjectOut, ProjectPatchIn
from app.services.teams.errors import TeamNotFound, TeamOwnerOnly
from app.services.teams.roles import Role, strongest

_FACTS = ("name", "default_branch", "team_id", "repo_url")


class ProjectService:
    """Projects, inside one scope."""

    def __init__(self, scope: Scope) -> None:
        """Work in the given scope, for its actor."""
        self._scope = scope
        self._session = scope.session

    async def page(self, query: PageQuery, *, team_id: UUID | None = None) -> Page[ProjectOut]:
        """List the projects the actor may see, newest first."""
        wanted = visible_projects(self._scope.actor).order_by(Project.id.desc()).limit(query.limit + 1)
        if query.after:
            wanted = wanted.where(Project.id < query.after)
        if team_id:
            wanted = wanted.where(Project.team_id == team_id)
        rows = list((await self._session.execute(wanted)).scalars())
        shown = rows[: query.limit]
        roles = await self._roles(shown)
        items = [_shown(project, roles.get(project.id)) for project in shown]
        return Page(items, encode_cursor(shown[-1].id) if len(rows) > query.limit else None)

    async def create(self, wanted: ProjectIn) -> ProjectOut:
        """Make a project; the actor owns it. RepoUrlRefused, BranchNameRefused, CredentialsUnfit, TeamNotFound."""
        scope, user_id = self._scope, self._user_id()
        remote = self._remote(wanted.repo_url) if wanted.repo_url else None
        branch = check_branch(wanted.default_branch) if wanted.default_branch else None
        if wanted.team_id:
            await self._require_team(wanted.team_id)
        project_id, now = scope.ids.new(), scope.clock.now()
        box = self._sealed(project_id, wanted.credentials, remote)
        project = Project(
            id=project_id,
            name=wanted.name,
            repo_url=remote.display if remote else None,
            default_branch=branch,
            team_id=wanted.team_id,
            created_by=user_id,
            created_at=now,
            updated_at=now,
        )
        self._session.add(project)
        await self._session.flush()
        self._session.add(ProjectGrant(project_id=project_id, user_id=user_id, role=Role.OWNER.value, created_at=now))
        await self._session.flush()
        scope.publish(
            ProjectCreated(
                project_id=project_id,
                user_id=user_id,
                repo_url=project.repo_url,
                default_branch=branch,
                credential_box_b64=box,
            )
        )
        facts = {
            "name": project.name,
            "repo_url": project.repo_url,
            "default_branch": branch,
            "team_id": project.team_id,
        }
        self._record("project.created", project_id, after=facts)
        return _shown(project, Role.OWNER)

    async def read(self, project_id: UUID) -> ProjectOut:
        """Read one project."""
        project = await require_project(self._scope, project_id, Permission.READ)
        return _shown(project, await role_in(self._scope, project_id))

    async def change(self, project_id: UUID, wanted: ProjectPatchIn) -> ProjectOut:
        """Change what was sent; owners only."""
        project = await require_project(self._scope, project_id, Permission.MANAGE)
        sent = wanted.model_fields_set
        before = (project.name, project.default_branch, project.team_id)
        if wanted.name is not None:
            project.name = wanted.name
        if "default_branch" in sent:
            project.default_branch = check_branch(wanted.default_branch) if wanted.default_branch else None
        if "team_id" in sent:
            if wanted.team_id and wanted.team_id != project.team_id:
                await self._require_team(wanted.team_id)
            project.team_id = wanted.team_id
        url = project.repo_url
        moved = ("repo_url",) if self._move(project, wanted) else ()
        after = (project.name, project.default_branch, project.team_id)
        changed = [name for name, *two in zip(_FACTS[:3], before, after, strict=True) if two[0] != two[1]]
        if changed or moved:
            project.updated_at = self._scope.clock.now()
            self._publish(ProjectChanged, project_id, fields=(*changed, *moved))
            old, new = (
                {name: each for name, each in zip(_FACTS, facts, strict=True) if name in changed or name in moved}
                for facts in ((*before, url), (*after, project.repo_url))
            )
            if wanted.credentials is not None:
                new["credentials"] = "set"
            inverse = {"method": "PATCH", "path": f"/projects/{project_id}", "body": old} if old else None
            self._record("project.changed", project_id, before=old, after=new, inverse=inverse)
        await self._session.flush()
        return _shown(project, await role_in(self._scope, project_id))

    async def delete(self, project_id: UUID) -> None:
        """Delete a project for everybody; owners only. Its rows stay until they are cleaned up."""
        project = await require_project(self._scope, project_id, Permission.MANAGE)
        project.deleted_at = project.updated_at = self._scope.clock.now()
        await self._session.flush()
        self._publish(ProjectDeleted, project_id)
        self._record("project.deleted", project_id, before={"name": project.name, "repo_url": project.repo_url})

    def _move(self, project: Project, wanted: ProjectPatchIn) -> bool:
        """Point the project at another repository, or log in to it in another way."""
        if wanted.repo_url is None and wanted.credentials is None:
            return False
        if wanted.repo_url is None and project.repo_url is None:
            raise CredentialsWithoutUrl
        before = self._remote(project.repo_url) if project.repo_url else None
        remote = self._remote(wanted.repo_url or project.repo_url or "")
        box = self._sealed(project.id, wanted.credentials, remote)
        # Credentials follow to another path of the same server, never to another server: whoever may
        # change the address must not be able to read them there.
        same_server = before is not None and (before.scheme, before.origin) == (remote.scheme, remote.origin)
        project.repo_url = remote.display
        self._publish(
            RepoUrlChanged,
            project.id,
            repo_url=remote.display,
            default_branch=project.default_branch,
            credential_box_b64=box,
            keep_credentials=wanted.credentials is None and same_server,
        )
        return True

    def _publish(self, kind: Any, project_id: UUID, **facts: Any) -> None:
        self._scope.publish(kind(project_id=project_id, user_id=self._scope.actor.user_id, **facts))

    def _record(self, action: str, project_id: UUID, **facts: Any) -> None:
        self._scope.record(Effect(action, "project", str(project_id), project_id=project_id, **facts))

    def _sealed(self, project_id: UUID, given: CredentialsIn | None, remote: RemoteUrl | None) -> str | None:
        if given is None:
            return None
        if remote is None:
            raise CredentialsWithoutUrl
        return seal(self._scope.container.secret_box, project_id, given, remote)

    def _remote(self, url: str) -> RemoteUrl:
        git = self._scope.settings.git
        return parse_remote_url(
            url, allow_local=git.allow_local_repos, allowed_private_hosts=frozenset(git.allowed_private_hosts)
        )

    def _user_id(self) -> UUID:
        user_id = self._scope.actor.user_id
        if user_id is None:
            raise Unauthenticated
        return user_id

    async def _require_team(self, team_id: UUID) -> None:
        """Give projects only to teams in which the actor is a maintainer or an owner."""
        role = (
            await self._session.execute(
                select(Membership.role).where(
                    Membership.team_id == team_id, Membership.user_id == self._scope.actor.user_id
                )
            )
        ).scalar_one_or_none()
        if role is None:
            raise TeamNotFound
        if Role(role).rank < Role.MAINTAINER.rank:
            raise TeamOwnerOnly("Only owners and maintainers of the team may give it projects.")

    async def _roles(self, projects: list[Project]) -> dict[UUID, Role | None]:
        """Find the actor's strongest role in each of these projects with two queries."""
        user_id = self._scope.actor.user_id
        grants = select(ProjectGrant.project_id, ProjectGrant.role).where(
            ProjectGrant.user_id == user_id, ProjectGrant.project_id.in_([project.id for project in projects])
        )
        teams = select(Membership.team_id, Membership.role).where(Membership.user_id == user_id)
        granted = {row[0]: row[1] for row in await self._session.execute(grants)}
        by_team = {row[0]: row[1] for row in await self._session.execute(teams)}
        found = {
            project.id: (granted.get(project.id), by_team.get(project.team_id) if project.team_id else None)
            for project in projects
        }
        return {key: strongest(Role(name) for name in names if name) for key, names in found.items()}


def _shown(project: Project, role: Role | None) -> ProjectOut:
    return ProjectOut(
        id=project.id,
        name=project.name,
        repo_url=project.repo_url,
        default_branch=project.default_branch,
        team_id=project.team_id,
        role=role,
        created_by=project.created_by,
        created_at=project.created_at,
        updated_at=project.updated_at,
    )
