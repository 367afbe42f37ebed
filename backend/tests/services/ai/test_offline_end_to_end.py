"""The whole way with no language model at all: every kind is answered, every claim is supported, replays are equal."""

from typing import Any

import pytest

from app.adapters.container import Container
from app.adapters.llm.chain import ModelChain
from app.adapters.llm.offline import OfflineModel

from tests.fixtures.jobs import drain
from tests.services.ai.conftest import Ground


@pytest.fixture
def files() -> dict[str, str | bytes]:
    """A small project in two languages, one file of which cannot be parsed."""
    return {
        "sums/app.py": 'def add(a, b):\n    if a is None:\n        raise ValueError("a")\n    return a + b\n',
        "sums/broken.py": "def half(:\n",
        "web/index.ts": "export function greet(name: string): string {\n  return `Hello ${name}`;\n}\n",
        "README.md": "# Sums\n",
    }


def offline(container: Container) -> Container:
    """The same container with the offline engine only."""
    values = {name: getattr(container, name) for name in container.__dataclass_fields__}
    return Container(**{**values, "models": ModelChain([OfflineModel()], container.clock)})


async def _ask(ground: Ground, kind: str, **fields: Any) -> dict[str, Any]:
    accepted = await ground.post(kind, **fields)
    assert [ran.outcome for ran in await drain(offline(ground.container))] == ["success"]
    return await ground.get(f"result/{accepted['job_id']}")


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("file-summary", {"path": "sums/app.py"}),
        ("file-summary", {"path": "README.md"}),
        ("inline-comment", {"path": "web/index.ts", "start_line": 1, "end_line": 3}),
        ("rename-suggestions", {"path": "sums/app.py"}),
        ("documentation", {"paths": ["sums"]}),
    ],
)
async def test_every_kind_is_answered_with_supported_claims_only(
    ground: Ground, kind: str, fields: dict[str, Any]
) -> None:
    shown = await _ask(ground, kind, **fields)
    assert (shown["provider"], shown["input_tokens"]) == ("offline", 0)
    assert shown["result"]["unsupported"] == 0
    replayed = await ground.post(f"jobs/{shown['job_id']}/replay")
    assert replayed["identical"] is True


async def test_the_whole_repository_is_documented_in_one_proposal_and_the_rest_is_listed(ground: Ground) -> None:
    shown = await _ask(ground, "documentation")
    (proposal,) = await ground.proposals()
    assert shown["proposal_id"] == str(proposal.id)
    assert [file["path"] for file in shown["result"]["files"]] == ["sums/app.py", "web/index.ts"]
    assert "sums/broken.py" in {one["path"] for one in shown["result"]["skipped"]}
