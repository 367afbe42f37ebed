"""What one project's previews may take, and how room is made."""

import hashlib
from collections.abc import AsyncIterator

import pytest

from app.adapters.storage.port import Bucket

from tests.fixtures.people import People
from tests.flows.conftest import Traveller
from tests.flows.previewing import zipped
from tests.flows.previews import APP, code_of, log_in_again, move, opened, send, uploaded

MEBIBYTE = 1024**2


@pytest.fixture
def settings_env() -> dict[str, str]:
    unlimited = {f"RATE_LIMIT_{name}": "100000/1m" for name in ("API", "AUTH", "REPOS", "AI", "PROPOSALS")}
    return unlimited | {
        "PREVIEW_QUOTA_BYTES": str(MEBIBYTE),
        "PREVIEW_QUOTA_JOBS": "2",
        "PREVIEW_QUOTA_SESSIONS": "5",
    }


def large(name: str, size: int) -> dict[str, bytes]:
    """An app with so many bytes that do not compress."""
    noise = b"".join(hashlib.sha256(b"%d" % number).digest() for number in range(size // 32))
    return {**APP, f"assets/{name}.bin": noise}


async def test_what_is_used_is_told(ann: Traveller, project: str) -> None:
    accepted = await uploaded(ann)
    status = await ann.get(f"/preview/status/{accepted['job_id']}")
    used = await ann.get("/preview/usage", project_id=project)
    assert used["bytes"] == {"used": status["bundle"]["size_bytes"], "limit": MEBIBYTE}
    assert (used["jobs"], used["sessions"]) == ({"used": 0, "limit": 2}, {"used": 1, "limit": 5})
    assert [each["job_id"] for each in used["oldest"]] == [accepted["job_id"]]


async def test_a_full_project_takes_nothing_more_until_room_is_made(ann: Traveller, project: str) -> None:
    first = await uploaded(ann, large("one", 700_000))
    session = await opened(ann)
    data = zipped(large("two", 500_000))
    answer = await ann.http.post(f"/preview/sessions/{session['token']}/bundle", content=data)
    assert code_of(answer) == (409, "PREVIEW_SPACE_FULL")
    details = answer.json()["details"]
    assert details["needed"] == len(data)
    assert [each["job_id"] for each in details["oldest"]] == [first["job_id"]]

    gone = await ann.http.delete(f"/preview/bundles/{first['job_id']}", params={"for_good": "true"})
    assert gone.json()["status"] == "soft_deleted"
    still = await ann.http.post(f"/preview/sessions/{session['token']}/bundle", content=data)
    assert code_of(still) == (409, "PREVIEW_SPACE_FULL"), "its bytes are there until it is purged"
    await ann.done(await ann.http.post("/admin/tasks/purge_bundles/run", json={}))
    await send(ann, session["token"], data)


async def test_an_upload_of_unknown_length_is_measured_when_it_is_there_and_not_kept(
    ann: Traveller, project: str
) -> None:
    await uploaded(ann, large("one", 700_000))
    session = await opened(ann)

    async def pieces() -> AsyncIterator[bytes]:
        yield zipped(large("two", 500_000))

    answer = await ann.http.post(f"/preview/sessions/{session['token']}/bundle", content=pieces())
    assert code_of(answer) == (409, "PREVIEW_SPACE_FULL")
    stored = [info.key async for info in ann.container.buckets()[Bucket.PREVIEWS].list("previews")]
    assert not [key for key in stored if "upload-" in key]


async def test_a_bundle_that_was_deleted_comes_back(ann: Traveller, project: str) -> None:
    accepted = await uploaded(ann)
    await ann.http.delete(f"/preview/bundles/{accepted['job_id']}")
    over = await ann.http.get(f"/preview/download/{accepted['job_id']}")
    assert code_of(over) == (409, "BUNDLE_EXPIRED")
    again = await ann.http.delete(f"/preview/bundles/{accepted['job_id']}")
    assert code_of(again) == (409, "CONFLICT")
    await ann.post(f"/preview/sessions/{accepted['session_id']}/restore")
    assert (await ann.http.get(f"/preview/download/{accepted['job_id']}")).status_code == 200


async def test_only_so_many_previews_are_under_way(ann: Traveller, project: str) -> None:
    for number in range(2):
        await send(ann, (await opened(ann))["token"], zipped(APP | {"number.json": b"%d" % number}))
    answer = await ann.http.post(f"/preview/sessions/{(await opened(ann))['token']}/bundle", content=zipped(APP))
    assert code_of(answer) == (429, "PREVIEW_QUEUE_FULL")
    assert (answer.json()["details"]["used"], answer.headers["retry-after"]) == (2, "30")


async def test_only_so_many_sessions_are_opened_in_an_hour(ann: Traveller, project: str) -> None:
    for _ in range(5):
        await opened(ann)
        move(ann, seconds=60)
    body = {"project_id": project, "platform": "ios", "source": "upload"}
    answer = await ann.http.post("/preview/sessions", json=body)
    assert code_of(answer) == (429, "RATE_LIMITED")
    assert answer.headers["retry-after"] == str(3600 - 5 * 60)
    move(ann, seconds=3600 - 5 * 60)
    await log_in_again(ann)
    await opened(ann)


async def test_another_project_is_not_concerned(ann: Traveller, project: str) -> None:
    for _ in range(5):
        await opened(ann)
    other = await ann.post("/projects", {"name": "Other"})
    ann.project_id = other["id"]
    await opened(ann)


async def test_who_may_delete_what(ann: Traveller, project: str, people: People) -> None:
    accepted = await uploaded(ann)
    maintainer, reviewer, stranger = [await people.user(name) for name in ("mia", "rob", "eve")]
    for person, role in ((maintainer, "maintainer"), (reviewer, "reviewer")):
        await ann.post(f"/projects/{project}/members", {"email": person.email, "role": role})
    path = f"/preview/bundles/{accepted['job_id']}"
    asked = [
        (await ann.http.delete(path, headers=stranger.headers)).status_code,
        (await ann.http.delete(path, headers=reviewer.headers)).status_code,
        (await ann.http.delete(path, params={"for_good": "1"}, headers=maintainer.headers)).status_code,
        (await ann.http.delete(path, headers=maintainer.headers)).status_code,
    ]
    assert asked == [404, 403, 403, 200]
