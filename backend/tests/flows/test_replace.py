"""Find and replace by pattern, end to end: ask, look, approve one, apply, take it back; and what means harm."""

from pathlib import Path
from typing import Any

import pytest

from app.services.refactor.messages import ProposeReplace

from tests.fixtures.bare import GitRepo
from tests.fixtures.jobs import assert_staged, drain
from tests.fixtures.repos import commit, make_repo
from tests.flows.conftest import Body, Traveller
from tests.flows.renaming import connected

SHOP = {
    "src/a.py": "def f(x, y):\n    if x == None:\n        return y\n    return (x == None) or\\\n        y == None\n",
    "src/b.py": "z = a == (b == None)\n",
    "lib/c.py": "ready = x == None\n",
    "tool.go": "package main\n\nfunc main() { println(1) }\n",
    "README.md": "Never write `x == None`.\n",
}
NONE = {"language": "python", "pattern": "$A == None", "replacement": "$A is None"}


@pytest.fixture
async def shop(ann: Traveller, tmp_path: Path) -> GitRepo:
    """Some files, connected and described."""
    return await connected(ann, tmp_path, SHOP)


async def replaced(ann: Traveller, **asked: Any) -> Body:
    """Ask for a replacement and let the workers work; the job afterwards."""
    accepted = await ann.post("/refactor/replace", {"project_id": ann.project_id, **NONE, **asked})
    await drain(ann.workers)
    return await ann.get(f"/refactor/jobs/{accepted['job_id']}")


def hunks_of(proposal: Body) -> list[tuple[str, int, str]]:
    """Path, line and new text of every hunk."""
    return [(file["path"], hunk["old_start"], hunk["new_text"]) for file in proposal["files"] for hunk in file["hunks"]]


async def test_every_match_is_a_hunk_that_is_approved_and_taken_back_by_itself(ann: Traveller, shop: GitRepo) -> None:
    job = await replaced(ann, paths=["src/**"])
    assert (job["status"], job["kind"], job["pattern"], job["paths"]) == (
        "success", "refactor.replace", "$A == None", ["src/**"],
    )  # fmt: skip
    assert job["tiers"] == {"proven": 0, "likely": 4, "text": 0, "not_code": 0}
    proposal = await ann.get(f"/proposals/{job['proposal_id']}")
    assert (proposal["kind"], proposal["title"]) == ("replace", "Replace $A == None by $A is None")
    assert hunks_of(proposal) == [
        ("src/a.py", 2, "    if x is None:\n"),
        ("src/a.py", 4, "    return (x is None) or\\\n"),
        ("src/a.py", 5, "        y is None\n"),
        ("src/b.py", 1, "z = a == (b is None)\n"),
    ]
    first = proposal["files"][0]["hunks"][0]
    assert (first["tier"], first["label"]) == ("likely", "likely: written as the pattern says")
    applied = await ann.apply(await ann.approve(proposal, [first["id"]]))
    after = ann.mirror.git("show", f"{applied['applied']['commit']}:src/a.py")
    assert after.decode() == SHOP["src/a.py"].replace("if x == None", "if x is None")
    undone = await ann.apply(await ann.approve(await ann.post(f"/proposals/{proposal['id']}/revert")))
    assert ann.mirror.tree(undone["applied"]["commit"]) == shop.tree("main")


async def test_nothing_found_ends_with_a_code_that_says_what_was_read(ann: Traveller, shop: GitRepo) -> None:
    job = await replaced(ann, pattern="$A == Nothing", replacement="$A")
    assert (job["status"], job["error"]["code"], job["proposal_id"]) == ("failed", "PATTERN_NOT_FOUND", None)
    assert job["error"]["details"]["files"] == 3


@pytest.mark.parametrize(
    ("wrong", "code", "details"),
    [
        ({"language": "cobol"}, "LANGUAGE_UNSUPPORTED", {"language": "cobol"}),
        ({"pattern": "f($A, ("}, "PATTERN_INVALID", {"where": "pattern", "reason": "it does not parse"}),
        ({"pattern": "$A"}, "PATTERN_INVALID", {"where": "pattern"}),
        ({"replacement": "$B"}, "PATTERN_INVALID", {"where": "replacement"}),
        ({"pattern": ""}, "VALIDATION_ERROR", {}),
        ({"pattern": "x" * 4_001}, "VALIDATION_ERROR", {}),
        ({"paths": ["x"] * 21}, "VALIDATION_ERROR", {}),
        ({"paths": [""]}, "VALIDATION_ERROR", {}),
    ],
)
async def test_what_is_plainly_wrong_is_told_at_once(
    ann: Traveller, shop: GitRepo, wrong: Body, code: str, details: Body
) -> None:
    answer = await ann.http.post("/refactor/replace", json={"project_id": ann.project_id, **NONE, **wrong})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert (answer.json()["details"] or {}).items() >= details.items() if code != "VALIDATION_ERROR" else True


async def test_files_that_mean_harm_are_left_out_and_named(ann: Traveller, tmp_path: Path) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text("x == None\n")
    repo = make_repo(tmp_path / "trap")
    (repo / "linked.py").symlink_to(outside)
    files: dict[str, str | bytes] = {
        "main.py": "x == None\n",
        "deep.py": "x = " + "(" * 5_000 + "x == None" + ")" * 5_000,
        "large.py": "x == None\n" * 220_000,
        "latin.py": b"x == None  # \xe9\n",
        "nul.py": b"x == None\0\n",
        "sgconfig.yml": "ruleDirs: [/]\nlanguageGlobs: {python: ['*.md']}\n",
        "broken.py": "def f(:\n  x == None\n",
    }
    commit(repo, files, "Trap")
    made = await ann.post("/projects", {"name": "Trap", "repo_url": str(repo)})
    ann.project_id = made["id"]
    await drain(ann.workers)
    job = await replaced(ann)
    proposal = await ann.get(f"/proposals/{job['proposal_id']}")
    assert {path for path, _, _ in hunks_of(proposal)} == {"main.py", "broken.py"}
    assert {note["path"] for note in proposal["notes"]} == {"linked.py", "deep.py", "large.py", "latin.py", "nul.py"}
    assert outside.read_text() == "x == None\n"


async def test_the_same_job_run_twice_opens_one_proposal(ann: Traveller, shop: GitRepo) -> None:
    await replaced(ann)
    staged = await assert_staged(ann.container, ProposeReplace)
    async with ann.container.scope() as scope:
        await scope.stage(ProposeReplace.model_validate(staged.payload), project_id=staged.project_id)
    await drain(ann.workers)
    assert len((await ann.get(f"/projects/{ann.project_id}/proposals"))["items"]) == 1
