"""A rename in a repository that means harm: done, with what cannot be read named, and nothing outside touched."""

import errno
import json
import os
import resource
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from httpx import AsyncClient

from app.adapters.container import Container

from tests.fixtures.jobs import drain
from tests.fixtures.repos import commit, make_repo, run_git
from tests.fixtures.sandboxes import confined_servers
from tests.flows.conftest import Body, Traveller

CODE = "def total(items: list[int]) -> int:\n    return sum(items)\n\n\nprint(total([1]))\n"


@pytest.fixture
async def ann(container: Container, client: AsyncClient) -> Traveller:
    """Somebody whose workers shut their tools in."""
    servers = confined_servers(container.settings.data_dir / "tmp")
    traveller = Traveller(container, replace(container, languages=servers), client)
    await traveller.register()
    return traveller


async def connected(ann: Traveller, repo: Path) -> None:
    """Make a project of the repository."""
    made = await ann.post("/projects", {"name": "Trap", "repo_url": str(repo)})
    ann.project_id = made["id"]
    await drain(ann.workers)


async def renamed(
    ann: Traveller, line: int = 1, column: int = 5, new_name: str = "add_up", path: str = "main.py"
) -> Body:
    """Rename in a file; the job afterwards."""
    body = {"project_id": ann.project_id, "path": path, "line": line, "column": column, "new_name": new_name}
    accepted = await ann.post("/refactor/rename", body)
    await drain(ann.workers)
    return await ann.get(f"/refactor/jobs/{accepted['job_id']}")


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder of the machine that the repository knows of."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secrets_of_host.py").write_text("total = 1\nkey = total\n")
    (folder / "secrets.ts").write_text("export const total = 1;\n")
    # Whoever opens it waits for somebody who writes, and is seen to wait.
    for name in ("trap.py", "trap.ts", "trap.d.ts", "tsconfig.json", "package.json", "index.d.ts"):
        os.mkfifo(folder / name)
    return folder


def nobody_waits_at(folder: Path) -> bool:
    """Say that no process has a trap open."""
    traps = [each for each in folder.iterdir() if each.is_fifo()]
    for trap in traps:
        with pytest.raises(OSError, match=os.strerror(errno.ENXIO)):
            os.open(trap, os.O_WRONLY | os.O_NONBLOCK)
    return len(traps) > 0


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
    assert nobody_waits_at(outside)


@pytest.mark.parametrize("how", ["absolute", "dots"])
async def test_settings_of_typescript_lead_nowhere(ann: Traveller, outside: Path, tmp_path: Path, how: str) -> None:
    away = str(outside) if how == "absolute" else "../" * 30 + str(outside)[1:]
    options = {
        "baseUrl": away,
        "paths": {"secrets": [f"{away}/secrets"], "@/*": [f"{away}/*"]},
        "rootDirs": [".", away],
        "typeRoots": [away],
        "types": ["trap"],
        "plugins": [{"name": f"{away}/trap"}],
        "outDir": away,
    }
    settings = {"extends": f"{away}/tsconfig.json", "references": [{"path": away}], "compilerOptions": options}
    package = {"name": "trap", "types": f"{away}/trap.d.ts", "exports": {"./secrets": f"{away}/secrets.ts"}}
    repo = make_repo(tmp_path / "trap")
    (repo / "node_modules").symlink_to(outside)
    (repo / "loop").symlink_to("loop")
    files: dict[str, str | bytes | None] = {
        "tsconfig.json": json.dumps(settings | {"files": ["main.ts", f"{away}/trap.ts"], "include": [f"{away}/**/*"]}),
        "package.json": json.dumps(package),
        "main.ts": f'/// <reference path="{away}/trap.d.ts" />\nimport {{ total }} from "secrets";\n'
        f'import {{ total as other }} from "{away}/secrets";\nconst mine = total + other;\n',
    }
    commit(repo, files, "Trap")
    await connected(ann, repo)
    job = await renamed(ann, 4, 7, "ours", "main.ts")
    proposal = await ann.get(f"/proposals/{job['proposal_id']}")
    texts = [hunk["new_text"] for file in proposal["files"] for hunk in file["hunks"]]
    assert texts == ["const ours = total + other;\n"]
    imported = await renamed(ann, 2, 10, "sum", "main.ts")
    # What it comes from was not read: it is unknown here, or gets another name here only.
    assert imported["status"] == "success" or imported["error"]["code"] == "SYMBOL_NOT_FOUND", imported["why"]
    assert (outside / "secrets.ts").read_text() == "export const total = 1;\n"
    assert nobody_waits_at(outside)


async def test_names_that_some_disks_take_for_one_are_kept_apart(ann: Traveller, tmp_path: Path) -> None:
    composed, taken_apart = "caf\u00e9.py", "cafe\u0301.py"
    files: dict[str, str | bytes | None] = {
        "main.py": CODE,
        "Main.py": "def total() -> int:\n    return 0\n",
        composed: "from main import total\n\nprint(total([2]))\n",
        taken_apart: "import main\n\nprint(main.total([3]))\n",
        "bom.py": b"\xef\xbb\xbffrom main import total\nprint(total([4]))\n",
        "dos.py": b"from main import total\r\nprint(total([5]))\r\n",
    }
    await connected(ann, make_repo(tmp_path / "trap", files))
    job = await renamed(ann)
    assert job["status"] == "success", job["why"]
    proposal = await ann.get(f"/proposals/{job['proposal_id']}")
    texts = {file["path"]: [hunk["new_text"] for hunk in file["hunks"]] for file in proposal["files"]}
    noted = {note["path"] for note in proposal["notes"] if note["kind"] == "not_read"}
    assert texts.keys() | noted == files.keys() - {"Main.py"}
    assert texts["dos.py"] == ["from main import add_up\r\n", "print(add_up([5]))\r\n"]
    assert "Main.py" not in texts


@pytest.mark.slow
async def test_a_minified_program_of_50_mb_costs_no_memory(ann: Traveller, tmp_path: Path) -> None:
    files: dict[str, str | bytes | None] = {
        "main.ts": "export const total = 1;\nconsole.log(total);\n",
        "bundle.js": b"var total=1;" * (50 * 1024**2 // 12),
    }
    await connected(ann, make_repo(tmp_path / "trap", files))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    job = await renamed(ann, 1, 14, "sum", "main.ts")
    assert job["status"] == "success", job["why"]
    proposal = await ann.get(f"/proposals/{job['proposal_id']}")
    assert {note["path"]: note["reason"] for note in proposal["notes"]}["bundle.js"] == "it is larger than 2 MiB"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024  # KiB


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


@pytest.mark.slow
async def test_a_hundred_thousand_files_are_refused_with_a_code(ann: Traveller, tmp_path: Path) -> None:
    repo = make_repo(tmp_path / "trap", {"main.py": CODE})
    listed = "".join(f"M 100644 :1 many/{number % 300}/{number}.py\n" for number in range(100_000))
    head = "blob\nmark :1\ndata 10\ntotal = 1\n\ncommit refs/heads/main\ncommitter A <a@b.c> 1 +0000\ndata 4\nMany\n"
    own = f"M 100644 inline main.py\ndata {len(CODE)}\n{CODE}\n"
    run_git(repo, "fast-import", "--force", "--quiet", data=f"{head}{listed}{own}".encode())
    await connected(ann, repo)
    job = await renamed(ann)
    assert (job["status"], job["error"]["code"]) == ("failed", "PAYLOAD_TOO_LARGE"), job["why"]
    assert job["error"]["details"]["files"] == 100_001


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
