"""A rename in a language without a server, end to end: never more than likely, applied as approved, taken back."""

from pathlib import Path

import pytest

from tests.fixtures.bare import GitRepo
from tests.fixtures.jobs import drain
from tests.flows.conftest import Body, Traveller

SHOP = {
    "go.mod": "module shop\n",
    "prices/prices.go": "package prices\n\n// Total adds. See `Total`.\nfunc Total(items []int) int { return 0 }\n",
    "main.go": 'package main\n\nimport "shop/prices"\n\nfunc main() { println(prices.Total(nil), "Total") }\n',
    "vendor.go": 'package main\n\nvar bin = "\\xff"\n',
    "README.md": "# Shop\n\n`Total` adds.\n",
}


@pytest.fixture
async def shop(ann: Traveller, tmp_path: Path) -> GitRepo:
    """A program in Go, connected and described."""
    repo = GitRepo.create(tmp_path / "upstream.git")
    repo.commit({**SHOP, "latin.go": b"package main // Total \xe9\n"})
    await ann.connect(repo)
    return repo


async def rename(ann: Traveller, path: str, line: int, column: int, new_name: str) -> Body:
    """Ask for a rename and let the workers work; the job afterwards."""
    body = {"project_id": ann.project_id, "path": path, "line": line, "column": column, "new_name": new_name}
    accepted = await ann.post("/refactor/rename", body)
    await drain(ann.workers)
    return await ann.get(f"/refactor/jobs/{accepted['job_id']}")


async def test_nothing_is_more_than_likely_and_all_can_be_taken_back(ann: Traveller, shop: GitRepo) -> None:
    job = await rename(ann, "main.go", 5, 30, "Sum")
    assert job["status"] == "success", job["why"]
    assert job["tiers"] == {"proven": 0, "likely": 2, "text": 1, "not_code": 1}
    proposal = await ann.get(f"/proposals/{job['proposal_id']}")
    notes = {note["reason"] for note in proposal["notes"]}
    assert "no server is asked for this language: names are told apart by syntax alone" in notes
    assert "it is not UTF-8" in notes
    likely = [hunk["id"] for file in proposal["files"] for hunk in file["hunks"] if hunk["tier"] == "likely"]
    applied = await ann.apply(await ann.approve(proposal, likely))
    after = ann.mirror.git("show", f"{applied['applied']['commit']}:main.go").decode()
    assert 'println(prices.Sum(nil), "Total")' in after
    undone = await ann.apply(await ann.approve(await ann.post(f"/proposals/{proposal['id']}/revert")))
    assert ann.mirror.tree(undone["applied"]["commit"]) == shop.tree("main")


@pytest.mark.parametrize(
    ("place", "new_name", "code"),
    [
        (("main.go", 5, 6), "x", "INVALID_NAME"),
        (("prices/prices.go", 4, 6), "func", "INVALID_NAME"),
        (("go.mod", 1, 1), "x", "LANGUAGE_UNSUPPORTED"),
    ],
)
async def test_what_is_plainly_wrong_is_told_at_once(
    ann: Traveller, shop: GitRepo, place: tuple[str, int, int], new_name: str, code: str
) -> None:
    path, line, column = place
    body = {"project_id": ann.project_id, "path": path, "line": line, "column": column, "new_name": new_name}
    answer = await ann.http.post("/refactor/rename", json=body)
    assert answer.json()["code"] == code
    if code == "LANGUAGE_UNSUPPORTED":
        assert {".go", ".rs", ".py"} <= set(answer.json()["details"]["supported"])


async def test_what_comes_from_elsewhere_is_declined(ann: Traveller, shop: GitRepo) -> None:
    job = await rename(ann, "main.go", 5, 16, "show")
    assert (job["status"], job["error"]["code"]) == ("failed", "SYMBOL_NOT_FOUND")
    assert job["error"]["details"]["reason"] == "defined_outside"
