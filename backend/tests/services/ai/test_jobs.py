"""Answering questions: what is recorded, what is redacted, what fails how, and that nothing is paid for twice."""

import asyncio
import json
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from app.adapters.llm.permits import CallPermits, CappedModel
from app.adapters.llm.port import AiProviderUnavailable
from app.adapters.llm.scripted import ScriptedModel
from app.core.actor import Actor
from app.core.clock import FrozenClock
from app.models.ai import AiSuggestion
from app.models.project import ProjectGrant
from app.schemas.replies import (
    DocumentationReply,
    FileSummaryReply,
    InlineCommentReply,
    RenameIdea,
    RenameSuggestionsReply,
    SymbolDocumentation,
)
from app.services.ai.messages import RunAiJob
from app.services.ai.record import Question
from app.services.ai.service import AiService
from app.services.jobs.service import JobService
from app.workers.rescue import rescue

from tests.fixtures.jobs import assert_staged, drain, read_job
from tests.services.ai.conftest import ADD, CODE, DOCUMENTS, SECRET, SUMMARY, Ground, with_models
from tests.waiting import until

DOWN = AiProviderUnavailable("It is down.", retry_after_seconds=7)


async def test_a_summary_is_answered_with_receipts(ground: Ground) -> None:
    shown = await ground.ask("file-summary", SUMMARY, path="app.py")
    assert (shown["status"], shown["provider"], shown["model"]) == ("success", "scripted", "script-1")
    assert (shown["commit"], shown["manifest_hash"]) == (ground.manifest.commit, ground.manifest.hash)
    result = shown["result"]
    assert result["summary"] == "Adds things."
    assert [receipt["status"] for receipt in result["receipts"]] == ["supported", "unsupported"]
    first = result["receipts"][0]
    assert (first["path"], first["start_line"], first["end_line"], first["quote"]) == (
        "app.py",
        9,
        9,
        "    return a + b",
    )
    assert (result["supported"], result["unsupported"]) == (1, 1)
    assert shown["proposal_id"] is None


async def test_the_model_sees_the_file_its_import_and_the_read_me_and_no_secret(ground: Ground) -> None:
    await ground.ask("file-summary", SUMMARY, path="app.py")
    (request,) = ground.model.requests
    assert [file.path for file in request.files] == ["app.py", "helper.py", "README.md"]
    assert SECRET not in request.prompt + request.instructions + "".join(file.text for file in request.files)
    assert 'PASSWORD = "«redacted:password»"' in request.prompt


async def test_the_exact_context_is_kept_and_shown(ground: Ground) -> None:
    shown = await ground.ask("file-summary", SUMMARY, path="app.py")
    context = await ground.get(f"jobs/{shown['job_id']}/context")
    (request,) = ground.model.requests
    record = context["record"]
    assert record["prompt"]["text"] == request.prompt
    assert record["prompt"]["instructions"] == request.instructions
    assert record["context"]["redactions"] == [{"path": "app.py", "kind": "password", "line": 5}]
    assert json.loads(context["raw_reply"]) == SUMMARY.model_dump()
    assert context["context_sha256"] == (await ground.row(shown["job_id"])).context_sha256


async def test_a_comment_is_about_the_lines_asked_for(ground: Ground) -> None:
    reply = InlineCommentReply(comment="Adds.", claims=[ADD])
    shown = await ground.ask("inline-comment", reply, path="app.py", start_line=8, end_line=9, question="Why?")
    suggestion = shown["result"]["suggestions"][0]
    assert (suggestion["start_line"], suggestion["end_line"], suggestion["text"]) == (8, 9, "Adds.")
    (request,) = ground.model.requests
    assert request.focus is not None
    assert (request.focus.start_line, request.focus.end_line, request.question) == (8, 9, "Why?")


async def test_names_are_suggested_with_the_line_that_defines_them(ground: Ground) -> None:
    idea = RenameIdea(symbol="add", suggestion="total", reason="Says what comes out.", quote="def add(a, b):")
    shown = await ground.ask("rename-suggestions", RenameSuggestionsReply(ideas=[idea]), path="app.py")
    assert shown["result"]["ideas"] == [
        {"symbol": "add", "suggestion": "total", "reason": "Says what comes out.", "line": 8}
    ]


async def test_documentation_ends_in_one_proposal_with_a_hunk_for_every_symbol(ground: Ground) -> None:
    shown = await ground.ask("documentation", DOCUMENTS, paths=["app.py"])
    (proposal,) = await ground.proposals()
    assert shown["proposal_id"] == str(proposal.id)
    assert (proposal.base_commit, proposal.manifest_hash) == (ground.manifest.commit, ground.manifest.hash)
    answer = await ground.client.get(f"/ai/result/{shown['job_id']}", headers=dict(ground.owner.headers))
    (edited,) = answer.json()["result"]["files"]
    assert (edited["path"], edited["documented"]) == ("app.py", 2)
    assert proposal.title == "Document app.py"
    hunks = await ground.hunks(proposal.id)
    assert [[receipt["status"] for receipt in hunk["receipts"]] for hunk in hunks] == [["supported"], ["unsupported"]]
    assert (await ground.events()).count("ai.job.finished") == 1


async def test_documentation_of_files_that_cannot_be_handled_is_skipped_with_the_reason(ground: Ground) -> None:
    documents = [
        *DOCUMENTS.documents,
        SymbolDocumentation(path="app.py", symbol="nowhere", quote="def nowhere():", documentation="Nothing."),
        SymbolDocumentation(path="helper.py", symbol="twice", quote="def twice(x):", documentation="Not asked."),
        SymbolDocumentation(path="app.py", symbol="", quote="", documentation="«redacted:password» is used."),
    ]
    shown = await ground.ask("documentation", DocumentationReply(documents=documents), paths=["app.py"])
    skipped = {(one["path"], one["symbol"]): one["reason"] for one in shown["result"]["skipped"]}
    assert set(skipped) == {("app.py", "nowhere"), ("helper.py", "twice"), ("app.py", None)}
    assert "not about that file" in skipped["helper.py", "twice"]
    assert "redacted secret" in skipped["app.py", None]


async def test_files_that_were_never_shown_are_listed_with_the_reason(ground: Ground) -> None:
    shown = await ground.ask("documentation", DOCUMENTS, paths=["app.py", ".env", "logo.bin"])
    (proposal,) = await ground.proposals()
    expected = [(".env", "it holds environment secrets"), ("logo.bin", "it is not a text file")]
    assert [(one["path"], one["reason"]) for one in shown["result"]["skipped"]] == expected
    assert [(note["path"], note["reason"]) for note in proposal.notes] == expected


async def test_an_answer_that_documents_nothing_opens_no_proposal(ground: Ground) -> None:
    shown = await ground.ask("documentation", DocumentationReply(), paths=["app.py"])
    assert (shown["status"], shown["proposal_id"], await ground.proposals()) == ("success", None, [])


async def test_a_folder_or_the_whole_repository_is_searched_for_what_can_be_documented(ground: Ground) -> None:
    await ground.ask("documentation", DOCUMENTS)
    assert [file.path for file in ground.model.requests[0].files] == ["app.py", "helper.py"]
    shown = await ground.ask("documentation", DocumentationReply(), paths=["docs"])
    assert shown["error"]["code"] == "VALIDATION_ERROR"


async def test_an_answer_that_is_not_json_fails_with_its_code_and_is_kept(ground: Ground) -> None:
    shown = await ground.ask("file-summary", "I'd rather sing.", path="app.py")
    assert (shown["status"], shown["error"]["code"]) == ("failed", "AI_OUTPUT_INVALID")
    assert "not JSON" in shown["error"]["message"]
    assert shown["why"].startswith("Failed with AI_OUTPUT_INVALID")
    assert (await ground.row(shown["job_id"])).raw_reply == "I'd rather sing."


async def test_a_refused_question_has_an_end(ground: Ground, clock: FrozenClock) -> None:
    shown = await ground.ask("file-summary", SUMMARY, path=".env")
    assert (shown["status"], (await ground.row(shown["job_id"])).finished_at) == ("failed", clock.now())


async def test_a_question_that_was_tried_to_exhaustion_has_an_end(ground: Ground, clock: FrozenClock) -> None:
    ground.model.then(*[DOWN] * RunAiJob.retry.attempts)
    accepted = await ground.post("file-summary", path="app.py")
    for _ in range(RunAiJob.retry.attempts):
        assert (await ground.row(accepted["job_id"])).finished_at is None
        await ground.run()
        clock.move(seconds=3600)
    assert (await read_job(ground.container, UUID(accepted["job_id"]))).exhausted
    assert (await ground.row(accepted["job_id"])).finished_at is not None


async def test_a_cancelled_question_has_an_end(ground: Ground, clock: FrozenClock) -> None:
    accepted = await ground.post("file-summary", path="app.py")
    async with ground.container.scope(ground.owner.actor) as scope:
        await JobService(scope).cancel(UUID(accepted["job_id"]))
    assert (await ground.row(accepted["job_id"])).finished_at == clock.now()


async def test_a_question_whose_every_worker_died_has_an_end(ground: Ground) -> None:
    accepted = await ground.post("file-summary", path="app.py")
    job_id = UUID(accepted["job_id"])
    for _ in range(RunAiJob.retry.attempts):
        async with ground.container.scope() as scope:
            assert await scope.ledger.claim(job_id, worker_id="mortal")
        await rescue(ground.container, worker_id="mortal")
    assert (await ground.row(job_id)).finished_at is not None


async def test_an_unreachable_provider_is_tried_again_when_it_said_so(ground: Ground, clock: FrozenClock) -> None:
    ground.model.then(DOWN, SUMMARY)
    accepted = await ground.post("file-summary", path="app.py")
    assert [ran.outcome for ran in await ground.run()] == ["retry"]
    job = await read_job(ground.container, UUID(accepted["job_id"]))
    assert (job.run_at - clock.now()).total_seconds() >= 7
    clock.move(seconds=300)
    assert [ran.outcome for ran in await ground.run()] == ["success"]
    shown = await ground.get(f"result/{accepted['job_id']}")
    assert [attempt["outcome"] for attempt in shown["provider_attempts"]] == ["unavailable", "answered"]


async def test_a_question_says_that_it_waits_for_a_call_and_is_answered_when_one_is_free(ground: Ground) -> None:
    others, ours = (CallPermits(ground.container.database, "scripted", 1, holder) for holder in ("others", "ours"))
    capped = with_models(ground.container, CappedModel(ground.model, ours))
    ground.model.then(SUMMARY)
    async with others.one():
        job_id = (await ground.post("file-summary", path="app.py"))["job_id"]
        running = asyncio.create_task(drain(capped))

        async def says_so() -> bool:
            return bool((await ground.get(f"result/{job_id}"))["cause"] == "external_call_cap")

        await until(says_so)
    await others.close()
    assert [ran.outcome for ran in await running] == ["success"]
    await ours.close()


async def test_a_retry_sends_the_very_same_words(ground: Ground, clock: FrozenClock) -> None:
    ground.model.then(DOWN, SUMMARY)
    await ground.post("file-summary", path="app.py")
    await ground.run()
    await ground.change_upstream({"app.py": "other = 1\n", "README.md": "# Other\n"})
    clock.move(seconds=300)
    await ground.run()
    first, second = ground.model.requests
    assert first.prompt == second.prompt


async def test_a_job_delivered_twice_asks_once(ground: Ground) -> None:
    shown = await ground.ask("documentation", DOCUMENTS, paths=["app.py"])
    row = await ground.row(shown["job_id"])
    async with ground.container.scope(Actor(user_id=ground.owner.id)) as scope:
        await scope.stage(RunAiJob(ai_job_id=row.id), project_id=ground.project.id)
    assert [ran.outcome for ran in await ground.run()] == ["success"]
    assert len(ground.model.requests) == 1
    assert len(await ground.proposals()) == 1
    assert (await ground.events()).count("ai.job.finished") == 1


async def test_a_recorded_reply_is_used_and_nobody_is_asked_again(ground: Ground) -> None:
    accepted = await ground.post("file-summary", path="app.py")
    row = await ground.row(accepted["job_id"])
    async with ground.container.scope() as scope:
        kept = await scope.session.get_one(type(row), row.id)
        kept.raw_reply, kept.provider, kept.model = SUMMARY.model_dump_json(), "paid", "m"
    await ground.run()
    shown = await ground.get(f"result/{accepted['job_id']}")
    assert (shown["status"], shown["provider"], ground.model.requests) == ("success", "paid", [])


async def test_somebody_who_was_shut_out_meanwhile_gets_no_answer(ground: Ground) -> None:
    accepted = await ground.post("file-summary", path="app.py")
    async with ground.container.scope() as scope:
        grant = await scope.session.get_one(ProjectGrant, (ground.project.id, ground.owner.id))
        await scope.session.delete(grant)
    assert [ran.outcome for ran in await ground.run()] == ["failed"]
    job = await read_job(ground.container, UUID(accepted["job_id"]))
    assert (job.error_code, ground.model.requests) == ("NOT_FOUND", [])


async def test_a_file_that_is_withheld_cannot_be_asked_about(ground: Ground) -> None:
    shown = await ground.ask("file-summary", SUMMARY, path=".env")
    assert shown["error"]["code"] == "VALIDATION_ERROR"
    assert shown["error"]["details"]["left_out"] == [{"path": ".env", "reason": "it holds environment secrets"}]
    assert ground.model.requests == []


@pytest.mark.parametrize("path", ["logo.bin"])
async def test_a_binary_file_cannot_be_asked_about(ground: Ground, path: str) -> None:
    shown = await ground.ask("file-summary", SUMMARY, path=path)
    assert "not a text file" in shown["error"]["details"]["left_out"][0]["reason"]


async def test_lines_that_the_file_does_not_have_are_refused(ground: Ground) -> None:
    shown = await ground.ask("inline-comment", path="app.py", start_line=1, end_line=500)
    assert shown["error"]["message"] == f"app.py has {CODE.count(chr(10))} lines at that commit."


async def test_suggestions_are_rows_of_their_own(ground: Ground) -> None:
    await ground.ask("documentation", DOCUMENTS, paths=["app.py"])
    async with ground.container.scope(read_only=True) as scope:
        rows = (await scope.session.execute(select(AiSuggestion).order_by(AiSuggestion.position))).scalars().all()
    assert [(row.symbol, row.start_line, len(row.receipts)) for row in rows] == [("add", 8, 1), ("Counter.step", 13, 1)]


async def test_cost_and_tokens_of_unusable_answers_are_counted_too(ground: Ground) -> None:
    bad = ScriptedModel(["nonsense"], provider="primary", leaves_machine=True, cost_usd=Decimal("0.25"))
    good = ScriptedModel([SUMMARY], provider="fallback", leaves_machine=True, cost_usd=Decimal("0.5"))
    container = with_models(ground.container, bad, good)
    accepted = await ground.post("file-summary", path="app.py")
    await drain(container)
    shown = await ground.get(f"result/{accepted['job_id']}")
    assert (shown["provider"], Decimal(shown["cost_usd"])) == ("fallback", Decimal("0.75"))
    assert [attempt["outcome"] for attempt in shown["provider_attempts"]] == ["unusable", "answered"]


async def test_cost_and_tokens_of_an_empty_answer_are_kept_when_it_is_tried_again(
    ground: Ground, clock: FrozenClock
) -> None:
    empty = AiProviderUnavailable("It was empty.", input_tokens=70, output_tokens=3, cost_usd="0.25")
    paid = ScriptedModel([empty, SUMMARY], provider="primary", leaves_machine=True, cost_usd=Decimal("0.5"))
    container = with_models(ground.container, paid)
    accepted = await ground.post("file-summary", path="app.py")
    await drain(container)
    row = await ground.row(accepted["job_id"])
    assert (row.input_tokens, row.output_tokens, row.cost_usd) == (70, 3, Decimal("0.25"))
    clock.move(seconds=300)
    await drain(container)
    row = await ground.row(accepted["job_id"])
    assert (row.input_tokens > 70, row.cost_usd) == (True, Decimal("0.75"))


@pytest.mark.parametrize("free_answers", [["nonsense"], [SUMMARY], []])
async def test_a_paid_answer_that_was_not_used_counts_against_the_budget(
    ground: Ground, free_answers: list[str | FileSummaryReply]
) -> None:
    paid = ScriptedModel(["nonsense"], provider="primary", leaves_machine=True, cost_usd=Decimal("0.25"))
    container = with_models(ground.container, paid, ScriptedModel(free_answers, provider="local"))
    await ground.post("file-summary", path="app.py")
    await drain(container)
    asked = len(paid.requests[0].prompt.split()) + 1
    async with container.scope(ground.owner.actor, read_only=True) as scope:
        usage = await AiService(scope).usage(ground.project.id, container.models.cards("file-summary"))
    assert (usage.tokens, usage.cost_usd) == (asked, Decimal("0.25"))


async def test_a_result_is_written_once_even_if_completed_twice(ground: Ground) -> None:
    shown = await ground.ask("file-summary", SUMMARY, path="app.py")
    row = await ground.row(shown["job_id"])
    async with ground.container.scope() as scope:
        assert await AiService(scope).begin(row.id) is None


async def test_a_job_is_pinned_to_the_manifest_it_was_asked_about(ground: Ground) -> None:
    async with ground.container.scope(ground.owner.actor) as scope:
        job = await AiService(scope).request(Question("file-summary", ("app.py",)), ground.manifest, [])
    await ground.change_upstream({"app.py": None})
    ground.model.then(SUMMARY)
    assert [ran.outcome for ran in await ground.run()] == ["success"]
    assert (await ground.row(job.id)).commit == ground.manifest.commit


async def test_the_payload_names_the_row(ground: Ground) -> None:
    accepted = await ground.post("file-summary", path="app.py")
    row = await ground.row(accepted["job_id"])
    job = await assert_staged(ground.container, RunAiJob, ai_job_id=row.id)
    assert (str(job.id), job.queue, job.kind) == (accepted["job_id"], "ai_jobs", "ai.run")
