"""`/teams`: teams and their members."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from app.adapters.http.limits import limit
from app.adapters.http.paging import page_query
from app.schemas.paging import PageOut, PageQuery
from app.services.auth.deps import ActorScope
from app.services.teams.schemas import MemberIn, MemberOut, RoleIn, TeamIn, TeamOut
from app.services.teams.service import TeamService

router = APIRouter(prefix="/teams", tags=["teams"], dependencies=[limit("api")])


@router.get("")
async def list_teams(scope: ActorScope, query: Annotated[PageQuery, Depends(page_query)]) -> PageOut[TeamOut]:
    """List your teams."""
    return PageOut[TeamOut].model_validate(await TeamService(scope).page(query))


@router.post("", status_code=201)
async def create_team(wanted: TeamIn, scope: ActorScope) -> TeamOut:
    """Found a team; you are its owner."""
    return await TeamService(scope).create(wanted.name)


@router.get("/{team_id}")
async def read_team(team_id: UUID, scope: ActorScope) -> TeamOut:
    """Read a team you are in."""
    return await TeamService(scope).read(team_id)


@router.patch("/{team_id}")
async def rename_team(team_id: UUID, wanted: TeamIn, scope: ActorScope) -> TeamOut:
    """Rename a team you own."""
    return await TeamService(scope).rename(team_id, wanted.name)


@router.delete("/{team_id}", status_code=204)
async def delete_team(team_id: UUID, scope: ActorScope) -> None:
    """Dissolve a team you own; it must have no projects."""
    await TeamService(scope).delete(team_id)


@router.get("/{team_id}/members")
async def list_team_members(
    team_id: UUID, scope: ActorScope, query: Annotated[PageQuery, Depends(page_query)]
) -> PageOut[MemberOut]:
    """List the members of a team you are in, strongest roles first."""
    return PageOut[MemberOut].model_validate(await TeamService(scope).members(team_id, query))


@router.post("/{team_id}/members", status_code=201)
async def add_team_member(team_id: UUID, wanted: MemberIn, scope: ActorScope) -> MemberOut:
    """Take somebody into a team you own."""
    return await TeamService(scope).add_member(team_id, wanted.email, wanted.role)


@router.patch("/{team_id}/members/{user_id}")
async def change_team_member(team_id: UUID, user_id: UUID, wanted: RoleIn, scope: ActorScope) -> MemberOut:
    """Give a member of a team you own another role."""
    return await TeamService(scope).change_member(team_id, user_id, wanted.role)


@router.delete("/{team_id}/members/{user_id}", status_code=204)
async def remove_team_member(team_id: UUID, user_id: UUID, scope: ActorScope) -> None:
    """Let a member of a team you own go, or leave yourself."""
    await TeamService(scope).remove_member(team_id, user_id)
