"""How a project's previews are built: its maintainers say so, everybody who may preview reads it."""

import json
from uuid import UUID

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.adapters.container import Container
from app.core.clock import FrozenClock
from app.models.effect import EffectRecord
from app.services.preview.project_settings import BuildSettings, settings_of

from tests.fixtures.people import People, Person

_ENVIRONMENT = {"EXPO_PUBLIC_API_URL": " https://api.example.com ", "APP_VARIANT": "staging"}


@pytest.fixture
async def owner(people: People) -> Person:
    return await people.user("owner")


@pytest.fixture
async def crew(people: People) -> dict[str, Person]:
    """Somebody in each role below the owner's."""
    return {role: await people.user(role) for role in ("viewer", "reviewer", "maintainer")}


@pytest.fixture
async def address(people: People, owner: Person, crew: dict[str, Person]) -> str:
    """Where the settings of a project are."""
    project = await people.project(owner=owner, members=crew)
    return f"/projects/{project.id}/preview-settings"


def project_in(address: str) -> UUID:
    return UUID(address.split("/")[2])


async def test_nothing_is_given_to_builds_until_somebody_says_so(
    client: AsyncClient, address: str, owner: Person
) -> None:
    answer = (await client.get(address, headers=owner.headers)).json()
    assert answer == {
        "project_id": str(project_in(address)),
        "environment": {},
        "allow_scripts": False,
        "updated_at": None,
    }


async def test_what_a_maintainer_writes_is_what_builds_get(
    client: AsyncClient, container: Container, address: str, crew: dict[str, Person], clock: FrozenClock
) -> None:
    body = {"environment": _ENVIRONMENT, "allow_scripts": True}
    told = await client.put(address, json=body, headers=crew["maintainer"].headers)
    assert (told.status_code, told.json()["environment"]) == (200, _ENVIRONMENT)
    shown = await client.get(address, headers=crew["reviewer"].headers)
    assert shown.json() == told.json()
    async with container.scope(read_only=True) as scope:
        assert await settings_of(scope, project_in(address)) == BuildSettings(_ENVIRONMENT, True, clock.now())
    again = await client.put(address, json={"environment": {}}, headers=crew["maintainer"].headers)
    assert (again.json()["environment"], again.json()["allow_scripts"]) == ({}, False)


async def test_others_may_read_or_not_even_that(
    client: AsyncClient, address: str, crew: dict[str, Person], people: People
) -> None:
    stranger = await people.user("stranger")
    asked = {
        name: [
            (await client.get(address, headers=person.headers)).status_code,
            (await client.put(address, json={"environment": {}}, headers=person.headers)).status_code,
        ]
        for name, person in {**crew, "stranger": stranger}.items()
    }
    assert asked == {"viewer": [403, 403], "reviewer": [200, 403], "maintainer": [200, 200], "stranger": [404, 404]}


@pytest.mark.parametrize("name", ["NODE_OPTIONS", "npm_config_git", "LD_PRELOAD", "PATH", "A=B"])
async def test_what_steers_the_build_is_refused_by_name(
    client: AsyncClient, address: str, owner: Person, name: str
) -> None:
    answer = await client.put(address, json={"environment": {name: "x"}}, headers=owner.headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "PREVIEW_VARIABLE_REFUSED")
    assert answer.json()["details"]["name"] == name


async def test_the_ledger_is_told_names_and_no_values(
    client: AsyncClient, container: Container, address: str, owner: Person
) -> None:
    await client.put(address, json={"environment": _ENVIRONMENT}, headers=owner.headers)
    changed = {"APP_VARIANT": "secret-looking", "APP_NEW": "1"}
    await client.put(address, json={"environment": changed}, headers=owner.headers)
    async with container.scope(read_only=True) as scope:
        rows = (await scope.session.execute(select(EffectRecord).order_by(EffectRecord.seq))).scalars().all()
    told = [row for row in rows if row.action == "preview.configured"]
    assert told[1].after == {"names": ["APP_NEW", "APP_VARIANT"], "allow_scripts": False, "changed": ["APP_VARIANT"]}
    assert "secret-looking" not in json.dumps([row.after for row in told])
    assert "api.example.com" not in json.dumps([row.after for row in told])
