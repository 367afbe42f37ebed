"""A move in TypeScript, end to end."""

from pathlib import Path

import pytest

from app.adapters.language.tsc import executable

from tests.fixtures.jobs import drain
from tests.flows.conftest import Traveller
from tests.flows.renaming import connected, ids_of
from tests.flows.test_rename_typescript import SHOP

pytestmark = pytest.mark.skipif(
    not Path(executable()).exists(), reason="TypeScript's server is not installed: make setup"
)


async def test_a_move_is_applied_and_taken_back(ann: Traveller, tmp_path: Path) -> None:
    repo = await connected(ann, tmp_path, dict(SHOP))
    place = {"path": "src/page.tsx", "line": 1, "column": 10, "to_path": "src/sums/total.ts"}
    accepted = await ann.post("/refactor/move", {"project_id": ann.project_id, **place})
    await drain(ann.workers)
    job = await ann.get(f"/refactor/jobs/{accepted['job_id']}")
    assert (job["status"], job["name"]) == ("success", "total"), job["why"]
    proposal = await ann.get(f"/proposals/{job['proposal_id']}")
    assert {file["path"]: file["change"] for file in proposal["files"]} == {
        "src/index.ts": "modify",
        "src/prices.ts": "modify",
        "src/sums/total.ts": "create",
    }
    made = proposal["files"][-1]["hunks"][0]["new_text"]
    assert made.startswith("import type { Item } from '../prices';\n\nexport const total = ")
    applied = await ann.apply(await ann.approve(proposal, ids_of(proposal, "proven")))
    assert applied["status"] == "applied"
    undone = await ann.apply(await ann.approve(await ann.post(f"/proposals/{proposal['id']}/revert")))
    assert ann.mirror.tree(undone["applied"]["commit"]) == repo.tree("main")
