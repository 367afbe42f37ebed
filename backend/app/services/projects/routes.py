"""`/projects`: projects and their members."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from app.adapters.http.limits import limit
from app.adapters.http.paging import page_query
from app.schemas.paging import PageOut, PageQuery
from app.services.auth.deps import ActorScope
from app.services.projects.members import ProjectMembers
from app.services.projects.schemas import ProjectIn, ProjectOut, ProjectPatchIn
from app.services.projects.service import ProjectService
from app.services.teams.schemas import MemberIn, MemberOut, RoleIn

router = APIRouter(prefix="/projects", tags=["projects"], dependencies=[limit("api")])


@router.get("")
async def list_projects(
    scope: ActorScope, query: Annotated[PageQuery, Depends(page_query)], team_id: UUID | None = None
) -> PageOut[ProjectOut]:
    """List the projects you may see, newest first."""
    return PageOut[ProjectOut].model_validate(await ProjectService(scope).page(query, team_id=team_id))


@router.post("", status_code=201)
async def create_project(wanted: ProjectIn, scope: ActorScope) -> ProjectOut:
    """Make a project; you own it. With a `repo_url` its first sync begins at once."""
    return await ProjectService(scope).create(wanted)


@router.get("/{project_id}")
async def read_project(project_id: UUID, scope: ActorScope) -> ProjectOut:
    """Read a project."""
    return await ProjectService(scope).read(project_id)


@router.patch("/{project_id}")
async def change_project(project_id: UUID, wanted: ProjectPatchIn, scope: ActorScope) -> ProjectOut:
    """Change a project you own. A new address begins a sync; credentials stay with their server."""
    return await ProjectService(scope).change(project_id, wanted)


@router.delete("/{project_id}", status_code=204)
async def delete_project(project_id: UUID, scope: ActorScope) -> None:
    """Delete a project you own, for everybody."""
    await ProjectService(scope).delete(project_id)


@router.get("/{project_id}/members")
async def list_project_members(
    project_id: UUID, scope: ActorScope, query: Annotated[PageQuery, Depends(page_query)]
) -> PageOut[MemberOut]:
    """List who has a role of his own in a project, strongest first; members of its team come on top."""
    return PageOut[MemberOut].model_validate(await ProjectMembers(scope).page(project_id, query))


@router.post("/{project_id}/members", status_code=201)
async def add_project_member(project_id: UUID, wanted: MemberIn, scope: ActorScope) -> MemberOut:
    """Let somebody into a project you own."""
    return await ProjectMembers(scope).add(project_id, wanted.email, wanted.role)


@router.patch("/{project_id}/members/{user_id}")
async def change_project_member(project_id: UUID, user_id: UUID, wanted: RoleIn, scope: ActorScope) -> MemberOut:
    """Give somebody another role in a project you own."""
    return await ProjectMembers(scope).change(project_id, user_id, wanted.role)


@router.delete("/{project_id}/members/{user_id}", status_code=204)
async def remove_project_member(project_id: UUID, user_id: UUID, scope: ActorScope) -> None:
    """Take somebody's role in a project you own away, or leave yourself."""
    await ProjectMembers(scope).remove(project_id, user_id)
