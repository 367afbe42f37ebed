"""What leaves the machine: fifty planted secrets and none on the wire; a hostile provider changes nothing.

The provider is the stub of tests/adapters/llm on loopback.
"""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.adapters.llm.chain import ModelChain
from app.adapters.llm.openai import OpenAiModel
from app.adapters.llm.openai_settings import OpenAiSettings

from tests.adapters.llm.stub_endpoint import StubEndpoint, completion, error
from tests.fixtures.jobs import drain
from tests.services.ai.conftest import CODE, SUMMARY, Ground, with_models
from tests.services.ai.test_redaction import PEM, PEM_BODY, PLANTED


@pytest.fixture
async def stub() -> AsyncIterator[StubEndpoint]:
    """An endpoint that answers with a good summary."""
    usage = {"prompt_tokens": 1000, "completion_tokens": 100}
    async with StubEndpoint(completion(SUMMARY.model_dump_json(), usage=usage)) as opened:
        yield opened


async def _ask(ground: Ground, stub: StubEndpoint, kind: str, **fields: Any) -> dict[str, Any]:
    """Ask a question that the stub answers."""
    accepted = await ground.post(kind, **fields)
    settings = OpenAiSettings(base_url=stub.base_url, model="m", api_key="k", label="primary")
    container = with_models(ground.container)
    chain = ModelChain([OpenAiModel(settings, ground.container.clock)], ground.container.clock)
    values = {name: getattr(container, name) for name in container.__dataclass_fields__}
    await drain(type(container)(**{**values, "models": chain}))
    return await ground.get(f"result/{accepted['job_id']}")


@pytest.fixture
def files() -> dict[str, str]:
    """The repository of `ground`, with a secret of every known kind in what would be sent."""
    lines = [frame.replace("{}", secret) for _, secret, frame in PLANTED]
    half = len(lines) // 2
    return {
        "app.py": CODE + "\n".join(f"# {line}" for line in lines[:half]) + f"\nKEY = '''{PEM[0]}'''\n",
        "helper.py": "def twice(x):\n    return 2 * x\n\n\n" + "\n".join(f"# {line}" for line in lines[half:]) + "\n",
        "README.md": "# Sums\n" + "\n".join(lines) + "\n",
        ".env": "\n".join(lines),
    }


async def test_none_of_fifty_planted_secrets_reaches_the_provider(ground: Ground, stub: StubEndpoint) -> None:
    shown = await _ask(ground, stub, "file-summary", path="app.py")
    assert (shown["status"], shown["provider"]) == ("success", "primary")
    sent = json.dumps(stub.received[0].body, ensure_ascii=False)
    assert "helper.py" in sent
    assert "README.md" in sent
    assert [secret for _, secret, _ in PLANTED if secret in sent] == []
    assert PEM_BODY not in sent
    context = json.dumps(await ground.get(f"jobs/{shown['job_id']}/context"), ensure_ascii=False)
    assert [secret for _, secret, _ in PLANTED if secret in context] == []


async def test_a_secret_in_a_question_does_not_reach_the_provider(ground: Ground, stub: StubEndpoint) -> None:
    _, secret, frame = PLANTED[0]
    question = f"Why does {frame.replace('{}', secret)} not work?"
    shown = await _ask(ground, stub, "inline-comment", path="app.py", start_line=1, end_line=2, question=question)
    sent = json.dumps(stub.received[0].body, ensure_ascii=False)
    assert "not work?" in sent
    assert secret not in sent
    context = json.dumps(await ground.get(f"jobs/{shown['job_id']}/context"), ensure_ascii=False)
    assert secret not in context


@pytest.mark.parametrize("status", [401, 429, 500])
async def test_a_provider_that_refuses_leaves_the_job_waiting_with_its_reason(ground: Ground, status: int) -> None:
    async with StubEndpoint(error(status, "no")) as stub:
        shown = await _ask(ground, stub, "file-summary", path="app.py")
    assert (shown["status"], shown["error"]["code"]) == ("queued", "AI_PROVIDER_UNAVAILABLE")
    assert "primary" in shown["why"]


async def test_a_hostile_answer_changes_no_file_and_reveals_nothing(ground: Ground) -> None:
    hostile: dict[str, Any] = {
        "documents": [
            {"path": path, "symbol": "x", "quote": "x", "documentation": '"""\nimport os\n"""', "claims": []}
            for path in ("../../etc/passwd", ".git/hooks/post-checkout", ".env", "app.py")
        ]
    }
    async with StubEndpoint(completion(json.dumps(hostile))) as stub:
        shown = await _ask(ground, stub, "documentation", paths=["app.py"])
    assert (shown["status"], shown["proposal_id"], await ground.proposals()) == ("success", None, [])
    assert len(shown["result"]["skipped"]) == 4
