"""Packages and folders renamed end to end: what lies in them moves, what names them follows, and it all comes back."""

from pathlib import Path

import pytest

from app.adapters.language.tsc import executable

from tests.fixtures.bare import Content
from tests.flows.conftest import Body, Traveller
from tests.flows.renaming import changes_of, connected, hunks_of, output_of, rename

HAS_SERVER = Path(executable()).exists()
PICTURE = b"\x89PNG\0\xff not text \r\n"
SHOP: dict[str, Content] = {
    "shop/__init__.py": "from shop.prices import total\n",
    "shop/prices.py": "from . import tax\n\n\ndef total(items):\n    return sum(items) * tax.rate\n",
    "shop/tax.py": "rate = 2\n",
    "shop/data/logo.png": PICTURE,
    "shop/bin/run.sh": ("100755", "#!/bin/sh\nexec python -m shop.prices\n"),
    "main.py": "import shop\nfrom shop.prices import total\n\nprint(shop.total([1]) + total([2]))\n",
    "README.md": "# A shop\n\nSee `shop.prices` in `shop/prices.py`. A shop sells; my.shop and shop.example do not.\n",
}
STORE: dict[str, Content] = {
    "src/shop/index.ts": "export * from './prices';\n",
    "src/shop/prices.ts": "export const total = 1;\n",
    "src/shop/logo.png": PICTURE,
    "src/main.ts": "import { total } from './shop';\nimport { total as two } from '@/shop/prices';\nexport { two };\n",
    "tsconfig.json": '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }\n',
}


async def applied_and_undone(ann: Traveller, proposal: Body) -> tuple[str, str]:
    """Apply a whole proposal and take it back: the commit between, and the tree in the end."""
    applied = await ann.apply(await ann.approve(proposal))
    assert applied["status"] == "applied"
    undone = await ann.apply(await ann.approve(await ann.post(f"/proposals/{proposal['id']}/revert")))
    return applied["applied"]["commit"], ann.mirror.tree(undone["applied"]["commit"])


async def test_a_package_moves_with_its_folder_and_comes_back(ann: Traveller, tmp_path: Path) -> None:
    repo = await connected(ann, tmp_path, SHOP)
    job = await rename(ann, "main.py", 1, 8, "store")
    assert (job["status"], job["old_name"]) == ("success", "shop"), job["why"]
    proposal = await ann.get(f"/proposals/{job['proposal_id']}")
    assert [path for path, change in changes_of(proposal) if change == "create"] == [
        "store/__init__.py",
        "store/bin/run.sh",
        "store/data/logo.png",
        "store/prices.py",
        "store/tax.py",
    ]
    assert hunks_of(proposal, "not_code") == [
        "See `store.prices` in `store/prices.py`. A shop sells; my.shop and shop.example do not.\n"
    ]
    commit, tree = await applied_and_undone(ann, proposal)
    assert output_of(ann.mirror, tmp_path / "after", commit) == "6\n"
    assert (tmp_path / "after/store/data/logo.png").read_bytes() == PICTURE
    assert (tmp_path / "after/store/bin/run.sh").stat().st_mode & 0o100
    assert tree == repo.tree("main")


@pytest.mark.parametrize("path", ["shop", "shop/__init__.py"])
async def test_a_package_is_pointed_at_by_its_path(ann: Traveller, tmp_path: Path, path: str) -> None:
    await connected(ann, tmp_path, SHOP)
    job = await rename(ann, path, None, None, "store")
    assert (job["status"], job["old_name"], job["line"]) == ("success", "shop", None), job["why"]
    assert job["tiers"]["likely"] + job["tiers"]["proven"] > 0


@pytest.mark.skipif(not HAS_SERVER, reason="TypeScript's server is not installed: make setup")
@pytest.mark.parametrize("place", [("src/shop", None, None), ("src/main.ts", 1, 27), ("src/main.ts", 2, 34)])
async def test_a_folder_of_typescript_moves(
    ann: Traveller, tmp_path: Path, place: tuple[str, int | None, int | None]
) -> None:
    repo = await connected(ann, tmp_path, STORE)
    job = await rename(ann, *place, "store")
    assert (job["status"], job["old_name"]) == ("success", "shop"), job["why"]
    proposal = await ann.get(f"/proposals/{job['proposal_id']}")
    assert ("src/store/logo.png", "create") in changes_of(proposal)
    assert "import { total } from './store';\n" in hunks_of(proposal, "proven")
    assert "import { total as two } from '@/store/prices';\n" in hunks_of(proposal, "proven")
    _, tree = await applied_and_undone(ann, proposal)
    assert tree == repo.tree("main")


@pytest.mark.parametrize(
    ("more", "code", "reason"),
    [
        ({"shop/link": ("120000", "/etc")}, "VALIDATION_ERROR", "holds_links"),
        ({f"shop/data/{number}.txt": "x" for number in range(600)}, "VALIDATION_ERROR", "too_many_files"),
        ({"shop/data/large.bin": b"\1" * (9 * 1024**2)}, "VALIDATION_ERROR", "too_large"),
        ({"store/notes.txt": "not code"}, "NAME_COLLISION", "file_exists"),
    ],
)
async def test_a_folder_that_cannot_move_says_what_keeps_it(
    ann: Traveller, tmp_path: Path, more: dict[str, Content], code: str, reason: str
) -> None:
    await connected(ann, tmp_path, SHOP | more)
    job = await rename(ann, "shop", None, None, "store")
    assert (job["status"], job["error"]["code"]) == ("failed", code), job
    assert job["error"]["details"]["reason"] == reason


@pytest.mark.parametrize(
    ("path", "new_name", "code"),
    [
        ("shop/data", "x", "LANGUAGE_UNSUPPORTED"),
        ("README.md", "x", "LANGUAGE_UNSUPPORTED"),
        ("nowhere", "x", "PATH_NOT_FOUND"),
        ("shop", "shop", "INVALID_NAME"),
        ("shop", "a-b", "INVALID_NAME"),
        ("shop/prices.py", "costs.py", "INVALID_NAME"),
    ],
)
async def test_what_is_plainly_wrong_is_told_at_once(
    ann: Traveller, tmp_path: Path, path: str, new_name: str, code: str
) -> None:
    await connected(ann, tmp_path, SHOP)
    answer = await ann.http.post(
        "/refactor/rename", json={"project_id": ann.project_id, "path": path, "new_name": new_name}
    )
    assert answer.json()["code"] == code


async def test_a_line_without_a_column_is_no_place(ann: Traveller, tmp_path: Path) -> None:
    await connected(ann, tmp_path, SHOP)
    body = {"project_id": ann.project_id, "path": "main.py", "line": 1, "new_name": "x"}
    answer = await ann.http.post("/refactor/rename", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "VALIDATION_ERROR")


async def test_a_file_does_not_go_without_coming_back_under_its_new_name(ann: Traveller, tmp_path: Path) -> None:
    await connected(ann, tmp_path, SHOP)
    job = await rename(ann, "main.py", 1, 8, "store")
    proposal = await ann.get(f"/proposals/{job['proposal_id']}")
    halves = {file["path"]: file["hunks"][0]["id"] for file in proposal["files"] if file["change"] != "modify"}
    approve = f"/proposals/{proposal['id']}/approve"
    for half in ("shop/tax.py", "store/data/logo.png"):
        answer = await ann.http.post(approve, json={"digest": proposal["digest"], "hunks": [halves[half]]})
        assert (answer.status_code, answer.json()["details"]["reason"]) == (422, "only_together")
    pair = [halves["shop/tax.py"], halves["store/tax.py"]]
    assert (await ann.approve(proposal, pair))["status"] == "approved"


async def test_a_string_that_names_a_folder_without_code_follows_and_is_a_doubt(ann: Traveller, tmp_path: Path) -> None:
    loads = 'from importlib.resources import files\n\nimport shop\n\nprint(files("shop.data").name)\n'
    await connected(ann, tmp_path, SHOP | {"main.py": loads})
    job = await rename(ann, "shop", None, None, "store")
    proposal = await ann.get(f"/proposals/{job['proposal_id']}")
    assert 'print(files("store.data").name)\n' in hunks_of(proposal, "likely")
    assert job["tiers"]["proven"] == 0
