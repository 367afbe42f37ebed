"""Bad input at every step of the journey: each gets its code, one sentence, and nothing that leaks."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from app.adapters.container import Container

from tests.fixtures.jobs import drain
from tests.fixtures.people import PASSWORD, People
from tests.flows.conftest import Body, Traveller
from tests.flows.repositories import small

NOBODY = "01890a5d-ac96-774b-bcce-b302099a8057"
LONG = "x" * 5000


@dataclass(frozen=True)
class Case:
    """A request and the code it must be answered with. `{project}` and the like stand for what is there."""

    code: str
    method: str
    path: str
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


def post(code: str, path: str, body: Any = None) -> Case:
    return Case(code, "POST", path, body)


def get(code: str, path: str) -> Case:
    return Case(code, "GET", path)


STRANGER = {"Authorization": ""}
ACCOUNTS = [
    post("VALIDATION_ERROR", "/auth/register", {"email": "no", "password": PASSWORD, "display_name": "Bo"}),
    post("VALIDATION_ERROR", "/auth/register", {"email": "bo@example.org", "password": "short", "display_name": "Bo"}),
    post("VALIDATION_ERROR", "/auth/register", {"email": "bo@example.org", "password": PASSWORD, "display_name": ""}),
    post("VALIDATION_ERROR", "/auth/register", {"email": "bo@example.org", "password": PASSWORD, "is_admin": True}),
    post("VALIDATION_ERROR", "/auth/register", {"email": "bo@x.org", "password": PASSWORD, "display_name": "B\0o"}),
    post("CONFLICT", "/auth/register", {"email": "ann@example.org", "password": PASSWORD, "display_name": "Ann"}),
    post("UNAUTHENTICATED", "/auth/login", {"email": "ann@example.org", "password": "wrong"}),
    post("UNAUTHENTICATED", "/auth/login", {"email": "nobody@example.org", "password": PASSWORD}),
    post("TOKEN_INVALID", "/auth/refresh", {"refresh_token": "made up"}),
    Case("UNAUTHENTICATED", "GET", "/projects", headers=STRANGER),
    Case("TOKEN_INVALID", "GET", "/projects", headers={"Authorization": "Bearer made.up.token"}),
    post("VALIDATION_ERROR", "/auth/login", "not an object"),
    get("NOT_FOUND", "/no/such/address"),
]
PROJECTS = [
    *(
        post("REPO_URL_REFUSED", "/projects", {"name": "Bad", "repo_url": url})
        for url in (
            "ext::sh -c id", "fd::17", "--upload-pack=id", "ftp://example.org/a.git", "https://ann:secret@example.org/a.git",
            "https://169.254.169.254/a.git", "https://10.0.0.1/a.git", "https://",
        )
    ),
    post("VALIDATION_ERROR", "/projects", {"name": ""}),
    post("VALIDATION_ERROR", "/projects", {"name": LONG}),
    post("VALIDATION_ERROR", "/projects", {"name": "Bad", "default_branch": "-rf"}),
    post("VALIDATION_ERROR", "/projects", {"name": "Bad", "default_branch": "a..b"}),
    post("VALIDATION_ERROR", "/projects", {"name": "Bad", "owner": "me"}),
    post("VALIDATION_ERROR", "/projects", {"name": "Bad", "credentials": {"password": "x"}}),
    get("NOT_FOUND", f"/projects/{NOBODY}"),
    get("VALIDATION_ERROR", "/projects/7"),
    get("VALIDATION_ERROR", "/projects?limit=0"),
    get("VALIDATION_ERROR", "/projects?cursor=made-up"),
    post("NOT_FOUND", "/projects/{project}/members", {"email": "nobody@example.org", "role": "viewer"}),
    post("VALIDATION_ERROR", "/projects/{project}/members", {"email": "ann@example.org", "role": "king"}),
    post("NOT_FOUND", f"/repos/{NOBODY}/sync"),
    get("MANIFEST_NOT_READY", "/projects/{empty}/manifest"),
]  # fmt: skip
FILES = [
    get("PATH_NOT_FOUND", "/projects/{project}/files?path=nowhere"),
    get("PATH_NOT_FOUND", "/projects/{project}/files/content?path=nowhere.py"),
    get("VALIDATION_ERROR", "/projects/{project}/files/content?path=../../etc/passwd"),
    get("VALIDATION_ERROR", "/projects/{project}/files/content?path=/etc/passwd"),
    get("VALIDATION_ERROR", "/projects/{project}/files/content"),
    get("REF_NOT_FOUND", "/projects/{project}/files?ref=no-such-branch"),
    get("REF_NOT_FOUND", "/projects/{project}/files?ref=--upload-pack%3Did"),
    get("REF_NOT_FOUND", "/projects/{project}/manifest?ref=HEAD~1"),
    get("NOT_FOUND", "/projects/{project}/manifest/diff?from=1&to=99"),
    get("NOT_FOUND", f"/projects/{NOBODY}/files"),
]
QUESTIONS = [
    post("VALIDATION_ERROR", "/ai/file-summary", {"project_id": "{project}"}),
    post("VALIDATION_ERROR", "/ai/file-summary", {"project_id": "{project}", "path": "../secret"}),
    post("VALIDATION_ERROR", "/ai/file-summary", {"project_id": "{project}", "path": "shop/price.py", "lines": 3}),
    post("PATH_NOT_FOUND", "/ai/file-summary", {"project_id": "{project}", "path": "nowhere.py"}),
    post("NOT_FOUND", "/ai/file-summary", {"project_id": NOBODY, "path": "shop/price.py"}),
    post(
        "VALIDATION_ERROR", "/ai/inline-comment",
        {"project_id": "{project}", "path": "shop/price.py", "start_line": 9, "end_line": 2},
    ),
    post("REF_NOT_FOUND", "/ai/documentation", {"project_id": "{project}", "ref": "no-such-branch"}),
    post("PATH_NOT_FOUND", "/ai/documentation", {"project_id": "{project}", "paths": ["nowhere"]}),
    post("VALIDATION_ERROR", "/ai/documentation", {"project_id": "{project}", "paths": []}),
    post("VALIDATION_ERROR", "/ai/visa", {"project_id": "{project}", "kind": "poem"}),
    get("NOT_FOUND", f"/ai/result/{NOBODY}"),
    post("NOT_FOUND", f"/ai/jobs/{NOBODY}/replay"),
    get("NOT_FOUND", f"/jobs/{NOBODY}"),
    post("NOT_FOUND", f"/jobs/{NOBODY}/cancel"),
    post("CONFLICT", "/jobs/{job}/cancel"),
    get("VALIDATION_ERROR", "/jobs?status=asleep"),
]  # fmt: skip
DECISIONS = [
    get("NOT_FOUND", f"/proposals/{NOBODY}"),
    post("VALIDATION_ERROR", "/proposals/{proposal}/approve", {}),
    post("VALIDATION_ERROR", "/proposals/{proposal}/approve", {"digest": "abc"}),
    post("APPROVAL_STALE", "/proposals/{proposal}/approve", {"digest": "0" * 64}),
    post("VALIDATION_ERROR", "/proposals/{proposal}/approve", {"digest": "{digest}", "hunks": []}),
    post("VALIDATION_ERROR", "/proposals/{proposal}/approve", {"digest": "{digest}", "hunks": [NOBODY]}),
    post("NOT_APPROVED", "/proposals/{proposal}/apply"),
    post("VALIDATION_ERROR", "/proposals/{proposal}/apply", {"push_branch": "-f"}),
    post("PROPOSAL_CONFLICT", "/proposals/{proposal}/revert"),
    post("VALIDATION_ERROR", "/proposals/{proposal}/reject", {"reason": LONG}),
    get("VALIDATION_ERROR", f"/proposals/{{proposal}}/patch?hunks={NOBODY}"),
    get("VALIDATION_ERROR", "/projects/{project}/proposals?status=maybe"),
]
STATUS = {
    "VALIDATION_ERROR": 422, "REPO_URL_REFUSED": 422, "UNAUTHENTICATED": 401, "TOKEN_INVALID": 401, "NOT_FOUND": 404,
    "PATH_NOT_FOUND": 404, "REF_NOT_FOUND": 404, "CONFLICT": 409, "APPROVAL_STALE": 409, "NOT_APPROVED": 409,
    "PROPOSAL_CONFLICT": 409, "MANIFEST_NOT_READY": 409, "FORBIDDEN": 403,
}  # fmt: skip


@pytest.fixture
async def there(ann: Traveller, container: Container, tmp_path: Path) -> Body:
    """What exists: a described project, one without a repository, an open proposal and a finished job."""
    empty = await ann.post("/projects", {"name": "Empty"})
    await ann.connect(small().create(tmp_path / "upstream.git"))
    answer = await ann.ask("documentation", paths=["shop/price.py"])
    proposal = await ann.get(f"/proposals/{answer['proposal_id']}")
    await drain(container)
    return {
        "project": ann.project_id,
        "empty": empty["id"],
        "proposal": proposal["id"],
        "digest": proposal["digest"],
        "job": answer["job_id"],
    }


def filled(value: Any, there: Body) -> Any:
    """Put what exists in the place of its name."""
    if isinstance(value, str):
        for name, found in there.items():
            value = value.replace(f"{{{name}}}", found)
        return value
    if isinstance(value, dict):
        return {key: filled(each, there) for key, each in value.items()}
    return [filled(each, there) for each in value] if isinstance(value, list) else value


async def answered(ann: Traveller, case: Case, there: Body) -> str:
    """Send a case; the code it was answered with, after checking that the answer is whole and clean."""
    answer = await ann.http.request(
        case.method, filled(case.path, there), json=filled(case.body, there), headers=case.headers
    )
    told = answer.json()
    if answer.is_success:
        return f"{answer.status_code}"
    assert set(told) == {"code", "message", "details", "request_id"}, told
    assert told["request_id"] == answer.headers["x-request-id"]
    assert told["message"].endswith((".", "!", "?")) or told["code"] == "VALIDATION_ERROR", told
    assert "Traceback" not in answer.text
    assert "secret@" not in answer.text
    assert answer.status_code == STATUS[told["code"]], told
    return str(told["code"])


@pytest.mark.parametrize(
    "cases",
    [ACCOUNTS, PROJECTS, FILES, QUESTIONS, DECISIONS],
    ids=["accounts", "projects", "files", "questions", "decisions"],
)
async def test_bad_input_is_answered_with_its_code(ann: Traveller, there: Body, cases: list[Case]) -> None:
    wanted = {f"{case.method} {case.path} {case.body}": case.code for case in cases}
    found = {f"{case.method} {case.path} {case.body}": await answered(ann, case, there) for case in cases}
    assert found == wanted


async def test_an_idempotency_key_stands_for_one_request(ann: Traveller, there: Body) -> None:
    key = {"Idempotency-Key": "once"}
    body = {"project_id": there["project"], "path": "shop/price.py"}
    first, second = [await ann.http.post("/ai/file-summary", json=body, headers=key) for _ in range(2)]
    assert first.json()["job_id"] == second.json()["job_id"]
    other = await ann.http.post("/ai/file-summary", json=body | {"path": "shop/ship.py"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "IDEMPOTENCY_CONFLICT")


async def test_a_body_that_is_too_large_is_refused(ann: Traveller) -> None:
    answer = await ann.http.post(
        "/projects", content=b"x" * (3 * 1024**2), headers={"Content-Type": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "PAYLOAD_TOO_LARGE")


async def test_an_expired_token_says_so(ann: Traveller) -> None:
    ann.container.clock.move(seconds=3600)  # type: ignore[attr-defined]
    answer = await ann.http.get("/projects")
    assert (answer.status_code, answer.json()["code"]) == (401, "TOKEN_EXPIRED")


async def test_a_viewer_may_look_and_not_decide(ann: Traveller, there: Body, people: People) -> None:
    bo = await people.user("bo")
    await ann.post(f"/projects/{there['project']}/members", {"email": bo.email, "role": "viewer"})
    body = {"digest": there["digest"]}
    looked = await ann.http.get(f"/proposals/{there['proposal']}", headers=bo.headers)
    decided = await ann.http.post(f"/proposals/{there['proposal']}/approve", json=body, headers=bo.headers)
    assert (looked.status_code, decided.status_code, decided.json()["code"]) == (200, 403, "FORBIDDEN")


async def test_a_stranger_finds_nothing(ann: Traveller, there: Body, people: People) -> None:
    eve = await people.user("eve")
    for path in ("/projects/{project}", "/projects/{project}/manifest", "/proposals/{proposal}", "/jobs/{job}"):
        answer = await ann.http.get(filled(path, there), headers=eve.headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND"), path
