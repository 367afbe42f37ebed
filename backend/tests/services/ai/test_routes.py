"""`/ai` over HTTP: who may, what is refused, visa, lists, replay, idempotency, budget."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import update

from app.adapters.container import Container
from app.adapters.llm.port import AiProviderUnavailable
from app.adapters.llm.scripted import ScriptedModel
from app.core.actor import ClientKind
from app.core.clock import FrozenClock
from app.models.ai import AiJob
from app.models.project import ProjectGrant
from app.schemas.replies import DocumentationReply, SymbolDocumentation
from app.services.ai.prompts import Prompt
from app.services.ai.record import Question
from app.services.ai.service import AiService

from tests.fixtures.client import poller
from tests.fixtures.jobs import drain
from tests.fixtures.people import People
from tests.services.ai.conftest import DOCUMENTS, SECRET, SUMMARY, Ground, with_models


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("file-summary", {}),
        ("file-summary", {"path": "../x"}),
        ("file-summary", {"path": "/etc/passwd"}),
        ("file-summary", {"path": ".git/config"}),
        ("file-summary", {"path": "app.py", "extra": 1}),
        ("file-summary", {"path": "app.py", "ref": "x" * 300}),
        ("inline-comment", {"path": "app.py"}),
        ("inline-comment", {"path": "app.py", "start_line": 0, "end_line": 1}),
        ("inline-comment", {"path": "app.py", "start_line": 5, "end_line": 4}),
        ("documentation", {"paths": []}),
        ("documentation", {"paths": ["a"] * 1001}),
        ("visa", {"path": "app.py"}),
        ("visa", {"kind": "file-summary"}),
        ("visa", {"kind": "file-summary", "path": "app.py", "start_line": 1}),
        ("visa", {"kind": "poem", "path": "app.py"}),
    ],
)
async def test_a_request_of_the_wrong_shape_is_refused(ground: Ground, path: str, fields: dict[str, Any]) -> None:
    answer = await ground.post(path, **fields)
    assert (answer["http"], answer["code"]) == (422, "VALIDATION_ERROR")


async def test_a_question_is_accepted_with_an_address_to_poll(ground: Ground) -> None:
    answer = await ground.client.post(
        "/ai/file-summary", json=ground.body(path="app.py"), headers=dict(ground.owner.headers)
    )
    assert answer.status_code == 202
    assert answer.json()["status_url"] == f"/api/v1/ai/result/{answer.json()['job_id']}" == answer.headers["Location"]
    waiting = await ground.get(f"result/{answer.json()['job_id']}")
    assert (waiting["status"], waiting["result"], waiting["kind"]) == ("queued", None, "file-summary")
    assert waiting["why"]


async def test_lists_and_results_say_who_asked_what_about_which_lines(ground: Ground) -> None:
    accepted = await ground.post("inline-comment", path="app.py", start_line=1, end_line=2, question="Why?")
    for shown in ((await ground.get("jobs"))["items"][0], await ground.get(f"result/{accepted['job_id']}")):
        assert shown["created_by"] == str(ground.owner.id)
        assert (shown["start_line"], shown["end_line"], shown["question"]) == (1, 2, "Why?")
    await ground.post("file-summary", path="app.py")
    newest = (await ground.get("jobs"))["items"][0]
    assert (newest["start_line"], newest["end_line"], newest["question"]) == (None, None, None)


@pytest.mark.parametrize(("path", "code"), [("nowhere.py", "PATH_NOT_FOUND"), ("app.py/x", "PATH_NOT_FOUND")])
async def test_a_path_that_is_not_there_is_refused_at_once(ground: Ground, path: str, code: str) -> None:
    answer = await ground.post("file-summary", path=path)
    assert (answer["http"], answer["code"]) == (404, code)


async def test_a_ref_that_is_not_there_is_refused_at_once(ground: Ground) -> None:
    assert (await ground.post("file-summary", path="app.py", ref="nowhere"))["http"] == 404


async def test_strangers_see_nothing_and_viewers_may_not_ask(ground: Ground, people: People) -> None:
    stranger, viewer = await people.user("stranger"), await people.user("viewer")
    shown = await ground.ask("file-summary", SUMMARY, path="app.py")
    job_id = shown["job_id"]
    assert (await ground.post("file-summary", by=stranger, path="app.py"))["http"] == 404
    assert (await ground.post("visa", by=stranger, kind="file-summary", path="app.py"))["http"] == 404
    for path in (f"result/{job_id}", f"jobs/{job_id}/context"):
        assert (await ground.get(path, by=stranger))["http"] == 404
    await grant(ground, viewer.id, "viewer")
    assert (await ground.post("file-summary", by=viewer, path="app.py"))["http"] == 403
    assert (await ground.get(f"result/{job_id}", by=viewer))["result"]["summary"] == "Adds things."


async def grant(ground: Ground, user_id: Any, role: str) -> None:
    """Give somebody a role in the project."""
    async with ground.container.scope() as scope:
        now = scope.clock.now()
        scope.session.add(ProjectGrant(project_id=ground.project.id, user_id=user_id, role=role, created_at=now))


async def test_a_phone_may_not_ask(ground: Ground, people: People) -> None:
    phone = await people.user("phone", client=ClientKind.PHONE)
    await grant(ground, phone.id, "owner")
    answer = await ground.post("file-summary", by=phone, path="app.py")
    assert (answer["http"], answer["code"]) == (403, "CLIENT_NOT_ALLOWED")


async def test_without_a_login_nothing_is_answered(ground: Ground) -> None:
    assert (await ground.client.post("/ai/file-summary", json=ground.body(path="app.py"))).status_code == 401
    assert (await ground.client.get("/ai/jobs")).status_code == 401


async def test_what_does_not_exist_is_not_found(ground: Ground) -> None:
    for path in (f"result/{uuid4()}", f"jobs/{uuid4()}/context"):
        assert (await ground.get(path))["http"] == 404


async def test_polling_unchanged_questions_costs_no_body(ground: Ground) -> None:
    await ground.post("file-summary", path="app.py")
    ask = await poller(ground.client, "/ai/jobs", ground.owner.headers)
    assert await ask() == 304
    await ground.post("file-summary", path="helper.py")
    assert await ask() == 200


async def test_the_same_key_and_body_give_the_same_job(ground: Ground) -> None:
    headers = {**ground.owner.headers, "Idempotency-Key": "k1"}
    bodies = [ground.body(path="app.py"), ground.body(path="app.py"), ground.body(path="helper.py")]
    answers = [await ground.client.post("/ai/file-summary", json=body, headers=headers) for body in bodies]
    assert answers[0].json()["job_id"] == answers[1].json()["job_id"]
    assert (answers[2].status_code, answers[2].json()["code"]) == (409, "IDEMPOTENCY_CONFLICT")


async def test_the_visa_shows_what_would_be_sent_and_sends_nothing(ground: Ground) -> None:
    visa = await ground.post("visa", kind="documentation", paths=["app.py", ".env", "logo.bin"])
    assert visa["http"] == 200
    assert [file["path"] for file in visa["files"]][:1] == ["app.py"]
    assert visa["files"][0]["redactions"] == [{"kind": "password", "line": 5}]
    assert {one["path"] for one in visa["withheld"]} == {".env", "logo.bin"}
    assert [one["provider"] for one in visa["providers"]] == ["scripted"]
    assert (visa["leaves_machine"], visa["cost_usd"]) == (False, "0")
    assert SECRET not in str(visa)
    assert ground.model.requests == []
    assert (await ground.get("jobs"))["items"] == []


async def test_a_secret_in_a_question_is_listed_in_the_visa_and_written_nowhere(ground: Ground) -> None:
    question = f"Why\nPASSWORD = '{SECRET}'?"
    fields: dict[str, Any] = {"path": "app.py", "start_line": 1, "end_line": 2, "question": question}
    visa = await ground.post("visa", kind="inline-comment", **fields)
    assert visa["question_redactions"] == [{"kind": "password", "line": 2}]
    accepted = await ground.post("inline-comment", **fields)
    stored = (await ground.row(accepted["job_id"])).request
    assert (stored["text"].startswith("Why\nPASSWORD = '«redacted"), SECRET in str(stored)) == (True, False)


async def test_the_visas_hash_is_that_of_the_words_sent_later(ground: Ground) -> None:
    visa = await ground.post("visa", kind="file-summary", path="app.py")
    shown = await ground.ask("file-summary", SUMMARY, path="app.py")
    context = await ground.get(f"jobs/{shown['job_id']}/context")
    prompt = context["record"]["prompt"]
    assert Prompt(**prompt).sha256 == visa["prompt_sha256"]


async def test_a_replay_is_byte_identical_and_asks_nobody(ground: Ground) -> None:
    for kind, reply, fields in (
        ("file-summary", SUMMARY, {"path": "app.py"}),
        ("documentation", DOCUMENTS, {"paths": ["app.py"]}),
    ):
        shown = await ground.ask(kind, reply, **fields)
        asked = len(ground.model.requests)
        replayed = await ground.post(f"jobs/{shown['job_id']}/replay")
        assert (replayed["http"], replayed["identical"]) == (200, True)
        assert replayed["recorded_sha256"] == replayed["replayed_sha256"] == shown["result_sha256"]
        assert replayed["result"] == shown["result"]
        assert len(ground.model.requests) == asked


async def test_a_replay_after_the_repository_moved_on_is_still_identical(ground: Ground) -> None:
    shown = await ground.ask("documentation", DOCUMENTS, paths=["app.py"])
    await ground.change_upstream({"app.py": "gone = True\n"})
    assert (await ground.post(f"jobs/{shown['job_id']}/replay"))["identical"] is True


async def test_a_replay_needs_no_mirror_for_files_that_were_sent_as_they_are(ground: Ground) -> None:
    twice = SymbolDocumentation(path="helper.py", symbol="twice", quote="def twice(x):", documentation="Double it.")
    shown = await ground.ask("documentation", DocumentationReply(documents=[twice]), paths=["helper.py"])
    await ground.build_mirror_anew({"helper.py": "gone = True\n"})
    replayed = await ground.post(f"jobs/{shown['job_id']}/replay")
    assert (replayed["http"], replayed["identical"], replayed["result"]) == (200, True, shown["result"])


async def test_a_replay_says_what_is_missing_when_a_redacted_file_is_gone_everywhere(ground: Ground) -> None:
    shown = await ground.ask("documentation", DOCUMENTS, paths=["app.py", "helper.py"])
    await ground.build_mirror_anew({"app.py": "gone = True\n"})
    replayed = await ground.post(f"jobs/{shown['job_id']}/replay")
    assert (replayed["http"], replayed["details"]["path"]) == (409, "app.py")
    assert "sent redacted or in part" in replayed["message"]
    context = await ground.get(f"jobs/{shown['job_id']}/context")
    assert (context["http"], "Add two values." in context["raw_reply"]) == (200, True)


async def test_a_recorded_answer_that_was_changed_is_found_out(ground: Ground) -> None:
    shown = await ground.ask("file-summary", SUMMARY, path="app.py")
    changed = SUMMARY.model_copy(update={"summary": "Subtracts things."}).model_dump_json()
    async with ground.container.scope() as scope:
        await scope.session.execute(update(AiJob).values(raw_reply=changed))
    assert (await ground.post(f"jobs/{shown['job_id']}/replay"))["identical"] is False


async def test_a_kept_context_that_was_changed_or_removed_is_found_out(ground: Ground) -> None:
    shown = await ground.ask("file-summary", SUMMARY, path="app.py")
    row = await ground.row(shown["job_id"])
    assert row.context_key is not None
    data = await ground.container.storage.get(row.context_key, max_bytes=10**6)
    await ground.container.storage.put(row.context_key, data[:-1])
    assert (await ground.get(f"jobs/{shown['job_id']}/context"))["http"] == 409
    await ground.container.storage.delete(row.context_key)
    answer = await ground.post(f"jobs/{shown['job_id']}/replay")
    assert (answer["http"], "was removed" in answer["message"]) == (409, True)


async def test_before_there_is_a_result_there_is_no_context_and_no_replay(ground: Ground) -> None:
    accepted = await ground.post("file-summary", path="app.py")
    assert (await ground.get(f"jobs/{accepted['job_id']}/context"))["http"] == 409
    assert (await ground.post(f"jobs/{accepted['job_id']}/replay"))["http"] == 409


async def test_lists_show_a_projects_questions_newest_first(ground: Ground, people: People) -> None:
    for path in ("app.py", "helper.py"):
        await ground.ask("file-summary", SUMMARY, path=path)
    await ground.ask("documentation", DOCUMENTS, paths=["app.py"])
    everything = (await ground.get(f"jobs?project_id={ground.project.id}"))["items"]
    assert [item["paths"] for item in everything] == [["app.py"], ["helper.py"], ["app.py"]]
    assert [item["kind"] for item in (await ground.get("jobs?kind=documentation"))["items"]] == ["documentation"]
    first = await ground.get("jobs?limit=2")
    second = await ground.get(f"jobs?limit=2&cursor={first['next_cursor']}")
    assert (len(first["items"]), len(second["items"]), second["next_cursor"]) == (2, 1, None)
    stranger = await people.user("stranger")
    assert (await ground.get("jobs", by=stranger))["items"] == []
    assert (await ground.get(f"jobs?project_id={ground.project.id}", by=stranger))["http"] == 404


async def test_an_unchanged_result_is_not_sent_again(ground: Ground) -> None:
    shown = await ground.ask("file-summary", SUMMARY, path="app.py")
    path, headers = f"/ai/result/{shown['job_id']}", dict(ground.owner.headers)
    tag = (await ground.client.get(path, headers=headers)).headers["ETag"]
    assert (await ground.client.get(path, headers={**headers, "If-None-Match": tag})).status_code == 304


class TestBudget:
    """A project's daily budget, with a provider that costs."""

    @pytest.fixture
    def settings_env(self) -> dict[str, str]:
        return {"AI_DAILY_TOKEN_LIMIT": "10"}

    @pytest.fixture
    def model(self) -> ScriptedModel:
        return ScriptedModel(provider="primary", leaves_machine=True)

    async def test_a_used_up_budget_refuses_until_midnight(self, ground: Ground, clock: FrozenClock) -> None:
        await ground.ask("file-summary", SUMMARY, path="app.py")
        refused = await ground.post("file-summary", path="app.py")
        assert (refused["http"], refused["code"]) == (429, "AI_BUDGET_EXCEEDED")
        assert refused["details"]["retry_after_seconds"] == 12 * 3600
        visa = await ground.post("visa", kind="file-summary", path="app.py")
        assert visa["tokens_left_today"] == 0
        clock.move(seconds=12 * 3600)
        async with ground.container.scope(ground.owner.actor) as scope:
            await AiService(scope).check_budget(ground.project.id, ground.container.models.cards("file-summary"))

    async def test_a_job_that_waited_while_the_budget_ran_out_fails_without_asking(self, ground: Ground) -> None:
        ground.model.then(SUMMARY, SUMMARY)
        for _ in range(2):
            await ground.post("file-summary", path="app.py")
        assert sorted(ran.outcome for ran in await ground.run()) == ["failed", "success"]
        assert len(ground.model.requests) == 1

    async def test_a_used_up_budget_leaves_the_free_providers_and_is_recorded_as_the_reason(
        self, ground: Ground, clock: FrozenClock
    ) -> None:
        paid = ScriptedModel([SUMMARY], provider="primary", leaves_machine=True)
        dear = ScriptedModel(provider="fallback", leaves_machine=True)
        free = ScriptedModel(provider="offline")
        container = with_models(ground.container, paid, dear, free)
        shown = await self._summary(ground, container)
        assert shown["provider"] == "primary"
        free.then(AiProviderUnavailable("It starts."), SUMMARY)
        shown = await self._summary(ground, container)
        assert (shown["status"], shown["error"]["code"]) == ("queued", "AI_PROVIDER_UNAVAILABLE")
        clock.move(seconds=600)
        await drain(container)
        shown = await ground.get(f"result/{shown['job_id']}")
        assert (shown["status"], shown["provider"], len(paid.requests), dear.requests) == ("success", "offline", 1, [])
        assert [(each["provider"], each["outcome"], each["code"]) for each in shown["provider_attempts"][-3:]] == [
            ("primary", "not_allowed", "AI_BUDGET_EXCEEDED"),
            ("fallback", "not_allowed", "AI_BUDGET_EXCEEDED"),
            ("offline", "answered", None),
        ]

    async def _summary(self, ground: Ground, container: Container) -> dict[str, Any]:
        async with container.scope(ground.owner.actor) as scope:
            cards = container.models.cards("file-summary")
            job = await AiService(scope).request(Question("file-summary", ("app.py",)), ground.manifest, cards)
        await drain(container)
        return await ground.get(f"result/{job.id}")


async def test_free_models_have_no_budget(ground: Ground) -> None:
    for _ in range(3):
        assert (await ground.ask("file-summary", SUMMARY, path="app.py"))["status"] == "success"
