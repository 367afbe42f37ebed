"""Nobody reaches what is not his by knowing its id, whichever of an operation's ids it is."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response

from tests.api.journey import Journey, meant_at
from tests.api.samples import Sample, Sampler, filled
from tests.fixtures.people import People

# What a request needs besides, where a schema cannot say so.
_NAME = {"path": "sums/app.py", "line": "1", "column": "5"}
BESIDES = {
    "draw_visa": {"path": "sums/app.py"},
    "read_content": {"path": "sums/app.py"},
    "list_references": _NAME,
    "show_neighbourhood": _NAME,
}
# Operations without any id: about whoever asks, about the installation, or for everybody.
WITHOUT_IDS = {
    *("register", "log_in", "refresh_session", "log_out", "read_me", "change_me"),
    *("read_preferences", "replace_preferences", "list_teams", "create_team"),
    *("list_notifications", "read_all_notifications", "stream_events"),
    *("read_health", "read_deep_health", "list_workers", "list_queues"),
    *("list_tasks", "list_schedules", "build_preview"),
    *("count_job_causes", "retry_jobs", "cancel_jobs", "read_throughput", "list_settings"),
    *("read_autoscaler", "list_autoscaler_samples", "replay_autoscaler", "preview_schedule"),
    # Theirs are called left and right; tests/flows/test_preview_about.py asks with a stranger's.
    *("compare_two_previews", "show_comparison"),
}
# What is answered instead of 404: a list that is narrowed to something foreign is empty; some doors are for others.
Expected = tuple[int, list[object] | None]
EMPTY: Expected = (200, [])
OTHERWISE: dict[tuple[str, str], Expected] = {
    ("list_projects", "team_id"): EMPTY,
    ("list_jobs", "project_id"): EMPTY,
    **{("list_project_activity", each): EMPTY for each in ("subject_id", "job_id")},
    ("retry_job", "job_id"): (403, None),
    **{("list_activity", each): (403, None) for each in ("actor_id", "subject_id", "project_id", "job_id", "all")},
    ("inspect_job", "job_id"): (403, None),
    **{("search_jobs", each): (403, None) for each in ("worker_id", "project_id", "user_id", "correlation_id", "all")},
    **{("run_cleanup", each): (403, None) for each in ("name", "warrant_id", "all")},
    ("list_warrants", "job_id"): (403, None),
    ("read_warrant", "warrant_id"): (403, None),
    ("change_schedule", "name"): (403, None),
    ("restore_bundle", "bundle_id"): (403, None),
    ("pause_queue", "queue_name"): (403, None),
    ("resume_queue", "queue_name"): (403, None),
    # Whoever holds a token is let in by it: that is what it is for. Here he sends nothing.
    ("read_session", "token"): (200, None),
    ("upload_bundle", "token"): (422, None),
    ("open_from_page", "token"): (303, None),
}


@pytest.fixture
def settings_env() -> dict[str, str]:
    return {f"RATE_LIMIT_{group}": "100000/1m" for group in ("API", "AUTH", "REPOS", "AI", "PROPOSALS")}


@dataclass(frozen=True, slots=True)
class Tenants:
    """Two who have nothing in common: what exists of the first, and what the second has himself."""

    client: AsyncClient
    owner: Mapping[str, str]
    foreign: Mapping[str, str]
    stranger: Mapping[str, str]
    own: Mapping[str, str]

    def of_owner(self, request: Sample) -> dict[str, str]:
        """Find the first one's ids for a request."""
        known = {**self.foreign, **{name: self.foreign[meant] for name, meant in meant_at(request.path).items()}}
        known |= {"actor_id": known["user_id"], "subject_id": known["user_id"]}
        return {name: known[name] for name in request.ids}

    async def ask(self, request: Sample, ids: Mapping[str, str], headers: Mapping[str, str]) -> Response:
        """Send a request with these ids, wherever they belong in it."""
        in_path = {name for name in ids if f"{{{name}}}" in request.path}
        rest = {name: value for name, value in ids.items() if name not in in_path}
        rest |= BESIDES.get(request.name, {})
        query, body = request.query, request.body
        if request.method == "get":
            query = {**query, **rest}
        elif body or rest:
            body = {**(body or {}), **rest}
        url = f"http://hivesync.test{filled(request.path, **ids)}"
        return await self.client.request(request.method, url, params=query, json=body, headers=dict(headers))


@pytest.fixture
async def tenants(journey: Journey, people: People) -> Tenants:
    world = await journey.go()
    stranger = await people.user("stranger")
    team, project = await people.team(owner=stranger), await people.project(owner=stranger)
    own = {"team_id": str(team.id), "project_id": str(project.id), "user_id": str(stranger.id)}
    own |= {name: str(stranger.id) for name in ("actor_id", "subject_id", "job_id")}
    own |= {"name": "rotate_logs", "warrant_id": str(stranger.id), "queue_name": "cleanup"}
    own |= {"session_id": str(stranger.id), "token": "hsp_own", "key": "0" * 32}
    own |= {"sync_id": str(stranger.id), "sha256": "0" * 64}
    own |= {"worker_id": "ai_worker-1", "correlation_id": "some"}
    return Tenants(journey.visitor.client, journey.visitor.headers, asdict(world), stranger.headers, own)


def attempts(tenants: Tenants, request: Sample) -> Iterator[tuple[str, dict[str, str]]]:
    """Put a foreign id into each place in turn, among ids of one's own; and into all of them."""
    foreign = tenants.of_owner(request)
    for name in request.ids:
        yield name, {each: foreign[each] if each == name else tenants.own[each] for each in request.ids}
    if len(request.ids) > 1:
        yield "all", foreign


async def test_a_foreign_id_finds_nothing_whichever_place_it_stands_in(app: FastAPI, tenants: Tenants) -> None:
    requests = [request for request in Sampler(app).requests() if request.ids]
    assert len(requests) > 35
    wrong = []
    for request in requests:
        for name, ids in attempts(tenants, request):
            answer = await tenants.ask(request, ids, tenants.stranger)
            status, items = OTHERWISE.get((request.name, name), (404, None))
            if answer.status_code != status or (items is not None and answer.json()["items"] != items):
                wrong.append((request.name, name, answer.status_code, answer.text))
    assert wrong == []
    # The same ids are good in the hands of their owner, or the above would prove nothing.
    there = [request for request in requests if request.method == "get" or request.name == "read_notification"]
    assert {name for request in there for name in request.ids} | {
        "user_id",
        "name",
        "bundle_id",
        "queue_name",
        "session_id",
        "sync_id",
        "sha256",
    } == {name for request in requests for name in request.ids}
    answers = {each.name: await tenants.ask(each, tenants.of_owner(each), tenants.owner) for each in there}
    assert {name: answer.text for name, answer in answers.items() if answer.status_code != 200} == {}


def test_an_operation_without_an_id_is_on_the_list_of_those(app: FastAPI) -> None:
    assert {request.name for request in Sampler(app).requests() if not request.ids} == WITHOUT_IDS
