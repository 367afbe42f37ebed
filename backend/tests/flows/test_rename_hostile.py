"""A rename in a repository that means harm: done, with what cannot be read named, and nothing outside touched."""

from pathlib import Path
from uuid import UUID

import pytest

from app.adapters.container import Container

from tests.fixtures.jobs import drain
from tests.fixtures.repos import commit, make_repo, run_git
from tests.flows.conftest import Body, Traveller

CODE = "def total(items: list[int]) -> int:\n    return sum(items)\n\n\nprint(total([1]))\n"


async def connected(ann: Traveller, repo: Path) -> None:
    """Make a project of the repository."""
    made = await ann.post("/projects", {"name": "Trap", "repo_url": str(repo)})
    ann.project_id = made["id"]
    await drain(ann.workers)


async def renamed(ann: Traveller, line: int = 1, column: int = 5, new_name: str = "add_up") -> Body:
    """Rename in main.py; the job afterwards."""
    body = {"project_id": ann.project_id, "path": "main.py", "line": line, "column": column, "new_name": new_name}
    accepted = await ann.post("/refactor/rename", body)
    await drain(ann.workers)
    return await ann.get(f"/refactor/jobs/{accepted['job_id']}")


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder of the machine that the repository knows of."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secrets_of_host.py").write_text("total = 1\nkey = total\n")
    return folder


async def test_settings_and_links_lead_nowhere(ann: Traveller, outside: Path, tmp_path: Path) -> None:
    settings = f'[tool.ty.environment]\nextra-paths = ["{outside}"]\nroot = ["{outside}"]\npython = "{outside}"\n'
    repo = make_repo(tmp_path / "trap")
    (repo / "linked.py").symlink_to(outside / "secrets_of_host.py")
    (repo / "folder").symlink_to(outside)
    files = {
        "pyproject.toml": settings,
        "ty.toml": settings.replace("tool.ty.", ""),
        "main.py": "from secrets_of_host import total\n\nprint(total)\n",
    }
    commit(repo, files, "Trap")
    await connected(ann, repo)
    job = await renamed(ann, 1, 29, "mine")
    proposal = await ann.get(f"/proposals/{job['proposal_id']}")
    texts = [hunk["new_text"] for file in proposal["files"] for hunk in file["hunks"]]
    # Had the module been found, the name would have been declined as one from outside, or changed there.
    assert texts == ["from secrets_of_host import total as mine\n", "print(mine)\n"]
    assert {note["path"]: note["reason"] for note in proposal["notes"]} == {"linked.py": "a symlink is not followed"}
    assert (outside / "secrets_of_host.py").read_text() == "total = 1\nkey = total\n"


async def test_what_cannot_be_read_is_named_and_makes_it_uncertain(ann: Traveller, tmp_path: Path) -> None:
    files: dict[str, str | bytes | None] = {
        "main.py": CODE,
        "minified.py": "total=1;" * 400_000,
        "long_line.py": "from main import total\nx = total" + ".a" * 60_000 + "\n",
        "deep.py": "from main import total\nx = " + "[\n" * 5_000 + "total" + "]\n" * 5_000,
        "latin.py": b"# -*- coding: latin-1 -*-\nfrom main import total\nname = '\xe9'\n",
        "binary.py": b"\0\1\2total",
        "/".join(["d"] * 60) + "/low.py": "from main import total\n",
        "lfs.py": "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 12\n",
    }
    await connected(ann, make_repo(tmp_path / "trap", files))
    job = await renamed(ann)
    assert job["status"] == "success", job["why"]
    assert (job["tiers"]["proven"], job["tiers"]["likely"]) == (0, 2)
    proposal = await ann.get(f"/proposals/{job['proposal_id']}")
    told = {note["path"]: note["reason"] for note in proposal["notes"] if note["kind"] == "not_read"}
    assert told == {
        "minified.py": "it is larger than 2 MiB",
        "long_line.py": "a line is longer than 100,000 bytes",
        "deep.py": "brackets are nested more than 1,000 deep",
        "latin.py": "it is not UTF-8",
        "binary.py": "it is not text",
        "/".join(["d"] * 60) + "/low.py": "it lies too deep",
        "lfs.py": "its contents are kept elsewhere (Git LFS)",
    }


async def test_a_name_that_stands_everywhere_is_refused_with_a_code(ann: Traveller, tmp_path: Path) -> None:
    files = {"main.py": CODE, "much.py": "from main import total\n" + "total\n" * 41_000}
    await connected(ann, make_repo(tmp_path / "trap", files))
    job = await renamed(ann)
    assert (job["status"], job["error"]["code"]) == ("failed", "PAYLOAD_TOO_LARGE")
    assert job["error"]["details"]["mentions"] > 40_000


async def test_nothing_is_left_behind(ann: Traveller, container: Container, tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "plain", {"main.py": CODE})
    await connected(ann, repo)
    before = run_git(repo, "rev-parse", "HEAD")
    await renamed(ann)
    temporary = container.settings.data_dir / "tmp"
    assert not [*temporary.iterdir()]
    reader = container.mirrors.reader(UUID(ann.project_id))
    assert [ref.name for ref in await reader.refs()] == ["refs/heads/main"]
    assert run_git(repo, "rev-parse", "HEAD") == before
