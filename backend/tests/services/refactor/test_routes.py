"""`/refactor` over HTTP: who may ask, what is refused, and asking twice."""

from typing import Any
from uuid import uuid4

import pytest

from app.core.actor import ClientKind
from app.services.refactor.messages import ProposeRename

from tests.fixtures.client import poller
from tests.fixtures.jobs import assert_staged, drain, staged
from tests.services.refactor.conftest import Ground


@pytest.mark.parametrize(
    "wrong",
    [
        {"line": 0},
        {"column": 0},
        {"line": 1.5},
        {"path": "../lib.py"},
        {"path": "/etc/passwd.py"},
        {"path": ".git/x.py"},
        {"new_name": ""},
        {"new_name": "x" * 201},
        {"ref": "x" * 256},
        {"surprise": True},
    ],
)
async def test_a_request_of_the_wrong_shape_is_refused(ground: Ground, wrong: dict[str, Any]) -> None:
    answer = await ground.ask(**wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "VALIDATION_ERROR")


async def test_a_rename_is_accepted_with_an_address_to_poll(ground: Ground) -> None:
    answer = await ground.ask()
    job_id = answer.json()["job_id"]
    assert answer.status_code == 202
    assert answer.json()["status_url"] == f"/api/v1/refactor/jobs/{job_id}" == answer.headers["Location"]
    waiting = (await ground.read(job_id)).json()
    assert (waiting["status"], waiting["queue"], waiting["proposal_id"]) == ("queued", "refactor", None)
    assert (waiting["old_name"], waiting["new_name"], waiting["tiers"]) == ("total", "add_up", None)
    payload = await assert_staged(ground.container, ProposeRename, path="lib.py", old_name="total")
    assert str(payload.project_id) == ground.project_id


async def test_strangers_see_nothing_and_viewers_may_not_ask(ground: Ground) -> None:
    job_id = (await ground.ask()).json()["job_id"]
    stranger, viewer, reviewer = [await ground.somebody(role) for role in (None, "viewer", "reviewer")]
    assert (await ground.ask(by=stranger)).status_code == 404
    assert (await ground.read(job_id, by=stranger)).status_code == 404
    assert (await ground.ask(by=viewer)).status_code == 403
    assert (await ground.read(job_id, by=viewer)).status_code == 200
    assert (await ground.ask(by=reviewer)).status_code == 202


async def test_a_phone_may_not_ask(ground: Ground) -> None:
    phone = await ground.somebody("owner", client=ClientKind.PHONE)
    answer = await ground.ask(by=phone)
    assert (answer.status_code, answer.json()["code"]) == (403, "CLIENT_NOT_ALLOWED")


async def test_without_a_login_nothing_is_answered(ground: Ground) -> None:
    body = {"project_id": ground.project_id, "path": "lib.py", "line": 1, "column": 5, "new_name": "x"}
    assert (await ground.client.post("/refactor/rename", json=body)).status_code == 401
    assert (await ground.client.get(f"/refactor/jobs/{uuid4()}")).status_code == 401


async def test_what_does_not_exist_is_not_found(ground: Ground) -> None:
    assert (await ground.read(str(uuid4()))).status_code == 404
    assert (await ground.ask(ref="nowhere")).status_code == 404
    sync = await ground.client.post(f"/repos/{ground.project_id}/sync", headers=dict(ground.owner.headers))
    # Another kind of job is no rename.
    assert (await ground.read(sync.json()["job_id"])).status_code == 404


async def test_the_same_key_and_body_give_the_same_job(ground: Ground) -> None:
    first, again, other = [await ground.ask(key="k", new_name=name) for name in ("one", "one", "two")]
    assert first.json() == again.json()
    assert (other.status_code, other.json()["code"]) == (409, "IDEMPOTENCY_CONFLICT")
    assert len(await staged(ground.container, ProposeRename)) == 1


async def test_polling_what_has_not_changed_costs_no_body(ground: Ground) -> None:
    job_id = (await ground.ask()).json()["job_id"]
    ask = await poller(ground.client, f"/refactor/jobs/{job_id}", ground.owner.headers)
    assert await ask() == 304
    await drain(ground.container)
    assert await ask() == 200
