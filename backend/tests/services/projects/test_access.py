"""The only door to a project."""

from dataclasses import replace
from itertools import pairwise

import pytest
from sqlalchemy import update

from app.adapters.container import Container
from app.core.actor import SYSTEM, Actor
from app.models.project import Project
from app.models.user import User
from app.services.projects.access import (
    PERMISSIONS,
    Permission,
    allowed,
    require_project,
    role_in,
    visible_projects,
)
from app.services.projects.errors import PermissionDenied, ProjectNotFound
from app.services.teams.roles import Role, strongest

from tests.fixtures.people import People


async def permissions_of(container: Container, actor: Actor, project: Project) -> set[Permission]:
    async with container.scope(actor, read_only=True) as scope:
        return {each for each in Permission if await allowed(scope, project.id, each)}


@pytest.mark.parametrize("role", list(Role))
async def test_a_grant_allows_what_the_table_says(container: Container, people: People, role: Role) -> None:
    ann, bob = await people.user("ann"), await people.user("bob")
    project = await people.project(owner=ann, members={role.value: bob} if role is not Role.OWNER else None)
    actor = ann.actor if role is Role.OWNER else bob.actor
    assert await permissions_of(container, actor, project) == PERMISSIONS[role]


def test_a_stronger_role_may_do_all_that_a_weaker_one_may() -> None:
    ranked = sorted(Role, key=lambda role: role.rank)
    assert ranked == [Role.VIEWER, Role.REVIEWER, Role.MAINTAINER, Role.OWNER]
    for weaker, stronger in pairwise(ranked):
        assert PERMISSIONS[weaker] < PERMISSIONS[stronger]
    assert PERMISSIONS[Role.OWNER] == set(Permission)


@pytest.mark.parametrize(
    ("by_grant", "by_team", "counts"),
    [
        ("viewer", "maintainer", Role.MAINTAINER),
        ("maintainer", "viewer", Role.MAINTAINER),
        (None, "viewer", Role.VIEWER),
    ],
)
async def test_the_stronger_of_grant_and_team_counts(
    container: Container, people: People, by_grant: str | None, by_team: str, counts: Role
) -> None:
    ann, bob = await people.user("ann"), await people.user("bob")
    team = await people.team(owner=ann, members={by_team: bob})
    project = await people.project(owner=ann, team=team, members={by_grant: bob} if by_grant else None)
    async with container.scope(bob.actor, read_only=True) as scope:
        assert await role_in(scope, project.id) is counts
    assert await permissions_of(container, bob.actor, project) == PERMISSIONS[counts]


async def test_a_foreign_project_is_not_found_and_a_visible_one_is_forbidden(
    container: Container, people: People
) -> None:
    ann, bob, cat = await people.user("ann"), await people.user("bob"), await people.user("cat")
    project = await people.project(owner=ann, members={"viewer": bob})
    async with container.scope(bob.actor, read_only=True) as scope:
        with pytest.raises(PermissionDenied):
            await require_project(scope, project.id, Permission.APPLY)
    async with container.scope(cat.actor, read_only=True) as scope:
        with pytest.raises(ProjectNotFound):
            await require_project(scope, project.id, Permission.APPLY)


async def test_administrators_and_the_system_may_do_everything(container: Container, people: People) -> None:
    ann, root = await people.user("ann"), await people.admin()
    project = await people.project(owner=ann)
    for actor in (root.actor, SYSTEM):
        assert await permissions_of(container, actor, project) == set(Permission)


async def test_a_job_acts_with_the_rights_its_user_has_now(container: Container, people: People) -> None:
    ann, root = await people.user("ann"), await people.admin()
    project = await people.project(owner=ann)
    # A worker knows only whose job it is.
    actor = Actor(user_id=root.id)
    assert await permissions_of(container, actor, project) == set(Permission)
    async with container.scope() as scope:
        await scope.session.execute(update(User).where(User.id == root.id).values(is_admin=False))
    assert await permissions_of(container, replace(actor, is_admin=True), project) == set()


async def test_a_deactivated_owner_may_do_nothing(container: Container, people: People) -> None:
    ann = await people.user("ann", is_active=False)
    project = await people.project(owner=ann)
    assert await permissions_of(container, ann.actor, project) == set()


async def test_a_deleted_project_is_not_found_by_anybody(container: Container, people: People) -> None:
    ann, root = await people.user("ann"), await people.admin()
    project = await people.project(owner=ann)
    async with container.scope() as scope:
        await scope.session.execute(update(Project).values(deleted_at=scope.clock.now()))
    for actor in (ann.actor, root.actor, SYSTEM):
        assert await permissions_of(container, actor, project) == set()


async def test_visible_are_the_granted_and_the_teams_projects(container: Container, people: People) -> None:
    ann, bob = await people.user("ann"), await people.user("bob")
    team = await people.team(owner=ann, members={"viewer": bob})
    shared = await people.project(owner=ann, team=team)
    granted = await people.project(owner=ann, members={"viewer": bob})
    await people.project(owner=ann)
    async with container.scope(bob.actor, read_only=True) as scope:
        rows = (await scope.session.execute(visible_projects(scope.actor))).scalars().all()
        assert {row.id for row in rows} == {shared.id, granted.id}


def test_the_strongest_of_no_roles_is_none() -> None:
    assert strongest([]) is None
