"""The second flow, end to end: ask for a rename, approve what is proven, apply, run the program, take it back."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.bare import GitRepo
from tests.flows.conftest import Body, Traveller
from tests.flows.renaming import changes_of, connected, ids_of, output_of, rename

SHOP = {
    "shop/__init__.py": 'from shop.prices import total\n\n__all__ = ["total"]\n',
    "shop/prices.py": "def total(items: list[int]) -> int:\n    return sum(items)  # total of all\n",
    "shop/basket.py": (
        "from shop.prices import total as add_up\nfrom shop import total\n\n\n"
        "class Basket:\n    def __init__(self) -> None:\n        self.items = [1, 2]\n\n"
        "    def total(self) -> int:\n        return total(self.items) + add_up([])\n"
    ),
    "main.py": "from shop.basket import Basket\n\nprint(Basket().total())\n",
    "README.md": "# Shop\n\n`total` adds prices. In total there are two.\n",
}


@pytest.fixture
async def shop(ann: Traveller, tmp_path: Path) -> GitRepo:
    """A program of several files, connected and described."""
    return await connected(ann, tmp_path, SHOP)


def lines_of(proposal: Body, tier: str) -> list[tuple[str, int]]:
    """Path and line of every hunk of a tier."""
    return [
        (file["path"], hunk["old_start"])
        for file in proposal["files"]
        for hunk in file["hunks"]
        if hunk["tier"] == tier
    ]


async def test_a_rename_is_proven_applied_and_taken_back(ann: Traveller, shop: GitRepo, tmp_path: Path) -> None:
    job = await rename(ann, "shop/prices.py", 1, 5, "add_prices")
    assert (job["status"], job["old_name"], job["new_name"]) == ("success", "total", "add_prices"), job["why"]
    assert job["commit"] == shop.head()
    proposal = await ann.get(f"/proposals/{job['proposal_id']}")
    assert (proposal["kind"], proposal["status"]) == ("rename", "open")
    assert lines_of(proposal, "proven") == [
        ("shop/__init__.py", 1),
        ("shop/__init__.py", 3),
        ("shop/basket.py", 1),
        ("shop/basket.py", 2),
        ("shop/basket.py", 10),
        ("shop/prices.py", 1),
    ]
    assert lines_of(proposal, "likely") == []
    assert lines_of(proposal, "not_code") == [("README.md", 3)]
    applied = await ann.apply(await ann.approve(proposal, ids_of(proposal, "proven")))
    assert applied["status"] == "applied"
    commit = applied["applied"]["commit"]
    assert output_of(ann.mirror, tmp_path / "after", commit) == output_of(shop, tmp_path / "before", "main") == "3\n"
    undone = await ann.apply(await ann.approve(await ann.post(f"/proposals/{proposal['id']}/revert")))
    assert ann.mirror.tree(undone["applied"]["commit"]) == shop.tree("main")


async def test_a_module_is_renamed_with_its_file(ann: Traveller, shop: GitRepo, tmp_path: Path) -> None:
    job = await rename(ann, "shop/basket.py", 1, 11, "sums")
    assert (job["status"], job["old_name"]) == ("success", "prices"), job["why"]
    proposal = await ann.get(f"/proposals/{job['proposal_id']}")
    assert changes_of(proposal) == [
        ("shop/__init__.py", "modify"),
        ("shop/basket.py", "modify"),
        ("shop/prices.py", "delete"),
        ("shop/sums.py", "create"),
    ]
    assert "shop/prices.py becomes shop/sums.py" in proposal["summary"]
    applied = await ann.apply(await ann.approve(proposal, ids_of(proposal, "proven")))
    commit = applied["applied"]["commit"]
    assert output_of(ann.mirror, tmp_path / "after", commit) == "3\n"
    undone = await ann.apply(await ann.approve(await ann.post(f"/proposals/{proposal['id']}/revert")))
    assert ann.mirror.tree(undone["applied"]["commit"]) == shop.tree("main")


async def test_the_same_job_run_twice_opens_one_proposal(ann: Traveller, shop: GitRepo) -> None:
    job = await rename(ann, "shop/basket.py", 9, 9, "sum_up")
    assert [row["id"] for row in (await ann.get(f"/projects/{ann.project_id}/proposals"))["items"]] == [
        job["proposal_id"]
    ]
    assert job["tiers"] == {"proven": 2, "likely": 0, "text": 0, "not_code": 1}


@pytest.mark.parametrize(
    ("place", "new_name", "code", "details"),
    [
        (("shop/prices.py", 1, 5), "two words", "INVALID_NAME", {"name": "two words"}),
        (("shop/prices.py", 1, 5), "class", "INVALID_NAME", {"reason": "it is a keyword of Python"}),
        (("shop/prices.py", 1, 5), "total", "INVALID_NAME", {"reason": "the thing is called so already"}),
        (("shop/basket.py", 6, 10), "start", "INVALID_NAME", {}),
        (("shop/prices.py", 99, 1), "x", "SYMBOL_NOT_FOUND", {"reason": "no_name_there"}),
        (("shop/prices.py", 1, 4), "x", "SYMBOL_NOT_FOUND", {}),
        (("README.md", 1, 3), "x", "LANGUAGE_UNSUPPORTED", {"path": "README.md"}),
        (("nowhere.py", 1, 1), "x", "PATH_NOT_FOUND", {}),
    ],
)
async def test_what_is_plainly_wrong_is_told_at_once(
    ann: Traveller, shop: GitRepo, place: tuple[str, int, int], new_name: str, code: str, details: Mapping[str, Any]
) -> None:
    path, line, column = place
    body = {"project_id": ann.project_id, "path": path, "line": line, "column": column, "new_name": new_name}
    if code == "SYMBOL_NOT_FOUND" and column == 4:
        body["line"], body["column"] = 2, 20
        body["path"] = "shop/__init__.py"
    answer = await ann.http.post("/refactor/rename", json=body)
    assert answer.json()["code"] == code
    assert answer.json()["details"].items() >= details.items()


@pytest.mark.parametrize(
    ("place", "new_name", "code", "reason"),
    [
        (("shop/basket.py", 5, 7), "total", "NAME_COLLISION", "already_defined"),
        (("shop/basket.py", 9, 9), "items", "NAME_COLLISION", "already_defined"),
        (("shop/prices.py", 1, 5), "sum", "NAME_COLLISION", "captured"),
        (("shop/prices.py", 2, 12), "add", "SYMBOL_NOT_FOUND", "defined_outside"),
    ],
)
async def test_what_cannot_be_renamed_is_declined_with_the_places(
    ann: Traveller, shop: GitRepo, place: tuple[str, int, int], new_name: str, code: str, reason: str
) -> None:
    job = await rename(ann, *place, new_name)
    assert (job["status"], job["error"]["code"]) == ("failed", code)
    assert job["error"]["details"]["reason"] == reason
    assert job["proposal_id"] is None
