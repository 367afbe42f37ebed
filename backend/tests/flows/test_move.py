"""A move, end to end: ask, look, approve, apply, run the program, take it back."""

from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.bare import GitRepo
from tests.fixtures.jobs import drain
from tests.fixtures.repos import commit, make_repo
from tests.flows.conftest import Body, Traveller
from tests.flows.renaming import connected, ids_of, output_of

SHOP = {
    "shop/__init__.py": 'from .prices import total\n\n__all__ = ["total"]\n',
    "shop/prices.py": (
        "import math\n\n\ndef total(items: list[float]) -> int:\n    return math.ceil(sum(items))\n\n\n"
        "def discount() -> float:\n    return 0.5\n"
    ),
    "shop/basket.py": (
        "from . import prices\nfrom .prices import discount, total as add_up\n\n\n"
        "def pay() -> float:\n    return prices.total([1.5]) + add_up([]) + discount()\n"
    ),
    "main.py": "from shop import total\nfrom shop.basket import pay\n\nprint(total([1]), pay())\n",
    "README.md": "# Shop\n\n`shop.prices.total` adds prices. In total there are two.\n",
}
PLACE = {"path": "shop/prices.py", "line": 4, "column": 5, "to_path": "shop/sums.py"}


@pytest.fixture
async def shop(ann: Traveller, tmp_path: Path) -> GitRepo:
    """A program of several files, connected and described."""
    return await connected(ann, tmp_path, SHOP)


async def move(ann: Traveller, **place: Any) -> Body:
    """Ask for a move and let the workers work; the job afterwards."""
    accepted = await ann.post("/refactor/move", {"project_id": ann.project_id, **PLACE, **place})
    await drain(ann.workers)
    return await ann.get(f"/refactor/jobs/{accepted['job_id']}")


async def test_a_move_is_applied_and_taken_back(ann: Traveller, shop: GitRepo, tmp_path: Path) -> None:
    before = output_of(shop, tmp_path / "before", "main")
    job = await move(ann)
    assert (job["kind"], job["status"], job["name"], job["old_name"]) == ("refactor.move", "success", "total", None)
    proposal = await ann.get(f"/proposals/{job['proposal_id']}")
    assert proposal["title"] == "Move total from shop/prices.py to shop/sums.py"
    assert job["tiers"]["not_code"] == 1
    applied = await ann.apply(await ann.approve(proposal, ids_of(proposal, "proven")))
    commit = applied["applied"]["commit"]
    assert output_of(ann.mirror, tmp_path / "after", commit) == before == "1 2.5\n"
    undone = await ann.apply(await ann.approve(await ann.post(f"/proposals/{proposal['id']}/revert")))
    assert ann.mirror.tree(undone["applied"]["commit"]) == shop.tree("main")


async def test_half_of_a_move_is_not_approved(ann: Traveller, shop: GitRepo) -> None:
    job = await move(ann)
    proposal = await ann.get(f"/proposals/{job['proposal_id']}")
    body = {"digest": proposal["digest"], "hunks": ids_of(proposal, "proven")[:1]}
    answer = await ann.http.post(f"/proposals/{proposal['id']}/approve", json=body)
    assert (answer.status_code, answer.json()["details"]["reason"]) == (422, "only_together")


async def test_half_of_a_move_is_not_taken_back(ann: Traveller, shop: GitRepo) -> None:
    job = await move(ann)
    proposal = await ann.get(f"/proposals/{job['proposal_id']}")
    await ann.apply(await ann.approve(proposal))
    undo = await ann.post(f"/proposals/{proposal['id']}/revert")
    code = [hunk["id"] for file in undo["files"] if file["path"] == "shop/prices.py" for hunk in file["hunks"]]
    body = {"digest": undo["digest"], "hunks": code[:1]}
    answer = await ann.http.post(f"/proposals/{undo['id']}/approve", json=body)
    assert (answer.status_code, answer.json()["details"]["reason"]) == (422, "only_together")


@pytest.mark.parametrize(
    ("place", "code", "reason"),
    [
        ({"to_path": "shop/prices/sums.txt.py"}, "INVALID_NAME", "no import can name such a file"),
        ({"to_path": "shop/basket.py"}, "SYMBOL_NOT_FOUND", "imported_under_another_name"),
        ({"line": 5, "column": 20}, "SYMBOL_NOT_FOUND", "defined_outside"),
    ],
)
async def test_what_cannot_be_moved_is_declined(
    ann: Traveller, shop: GitRepo, place: dict[str, Any], code: str, reason: str
) -> None:
    job = await move(ann, **place)
    assert (job["status"], job["error"]["code"], job["error"]["details"]["reason"]) == ("failed", code, reason)
    assert job["proposal_id"] is None


async def test_nothing_goes_where_a_link_stands(ann: Traveller, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    repo = make_repo(tmp_path / "trap", {"main.py": "def total() -> int:\n    return 1\n"})
    (repo / "linked.py").symlink_to(outside / "made.py")
    (repo / "folder").symlink_to(outside)
    commit(repo, {"README.md": "x"}, "Trap")
    ann.project_id = (await ann.post("/projects", {"name": "Trap", "repo_url": str(repo)}))["id"]
    await drain(ann.workers)
    for to_path in ("linked.py", "folder/made.py", "main.py/made.py"):
        body = {"project_id": ann.project_id, "path": "main.py", "line": 1, "column": 5, "to_path": to_path}
        answer = await ann.http.post("/refactor/move", json=body)
        assert (answer.json()["code"], answer.json()["details"]["reason"]) == ("NAME_COLLISION", "file_exists")
    assert not [*outside.iterdir()]
