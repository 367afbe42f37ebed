"""What every request body refuses."""

import json
from typing import Any

import pytest
from httpx import AsyncClient
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.schemas.base import In, check_storable

from tests.fixtures.people import People


class Body(In):
    """A body with one text and one other field."""

    text: str | None = None
    number: int = 0


UNSTORABLE = ["a\0b", "\ud800", "ok \udfff", "\U0001f41f\ud83d"]


@pytest.mark.parametrize("text", UNSTORABLE)
@pytest.mark.parametrize("wrap", [lambda text: text, lambda text: [{"a": [text]}], lambda text: {text: 1}])
def test_nul_and_halves_of_characters_are_found_anywhere(text: str, wrap: Any) -> None:
    with pytest.raises(ValueError, match="cannot be stored"):
        check_storable(wrap(text))


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)


@given(
    st.recursive(
        st.none() | st.booleans() | NUMBERS | TEXT, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner)
    )
)
def test_everything_else_is_let_through(value: Any) -> None:
    check_storable(value)


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", '{"a": -Infinity}', "[" * 500 + "]" * 500])
async def test_json_that_no_database_keeps_is_refused(client: AsyncClient, people: People, text: str) -> None:
    ann = await people.user("ann")
    headers = {**ann.headers, "Content-Type": "application/json"}
    answer = await client.put("/users/me/preferences", content=f'{{"a": {text}}}', headers=headers)
    assert answer.status_code == 422


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 50_000, "1" * 10_000, "\\", ""])
async def test_json_that_is_none_is_refused(client: AsyncClient, people: People, text: str) -> None:
    ann = await people.user("ann")
    headers = {**ann.headers, "Content-Type": "application/json"}
    answer = await client.put("/users/me/preferences", content=text, headers=headers)
    assert answer.status_code in (400, 422)
    assert answer.json()["code"] == "VALIDATION_ERROR"


@pytest.mark.parametrize("text", UNSTORABLE)
async def test_text_that_no_database_keeps_is_refused_everywhere(
    client: AsyncClient, people: People, text: str
) -> None:
    ann = await people.user("ann")
    project = await people.project(owner=ann)
    bodies: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "/auth/login", {"email": text, "password": "x"}),
        ("POST", "/auth/register", {"email": "b@example.com", "password": text * 8, "display_name": "b"}),
        ("POST", "/teams", {"name": text}),
        ("POST", "/projects", {"name": text}),
        ("POST", "/projects", {"name": "a", "repo_url": f"https://git.example.com/{text}.git"}),
        ("POST", "/projects", {"name": "a", "default_branch": text}),
        ("POST", f"/projects/{project.id}/members", {"email": text, "role": "viewer"}),
        ("PATCH", f"/projects/{project.id}", {"default_branch": text}),
        ("PUT", "/users/me/preferences", {"a": {text: 1}}),
    ]
    headers = {**ann.headers, "Content-Type": "application/json"}
    answers = [
        await client.request(method, path, content=json.dumps(body), headers=headers) for method, path, body in bodies
    ]
    assert [answer.status_code for answer in answers] == [422] * len(bodies)


@pytest.mark.parametrize("given", [{"text": "a\0b"}, {"unknown": 1}])
def test_nul_and_unknown_fields_are_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Body.model_validate(given)


def test_surrounding_blanks_are_cut() -> None:
    assert Body.model_validate({"text": " a ", "number": 3}) == Body(text="a", number=3)
