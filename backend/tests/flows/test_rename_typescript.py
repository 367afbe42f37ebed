"""Renames in TypeScript and JavaScript, end to end; and in repositories that mean harm."""

from pathlib import Path

import pytest

from app.adapters.language.tsc import executable

from tests.flows.conftest import Traveller
from tests.flows.renaming import connected, hunks_of, rename

HAS_SERVER = Path(executable()).exists()
pytestmark = pytest.mark.skipif(not HAS_SERVER, reason="TypeScript's server is not installed: make setup")

SHOP = {
    "src/prices.ts": "export interface Item { price: number }\nexport const total = (items: Item[]) => items.length;\n",
    "src/index.ts": "export { total } from './prices';\nexport { total as sum } from './prices';\n",
    "src/page.tsx": "import { total } from '@/index';\n\nexport const shown = { total, page: <b>{total([])}</b> };\n",
    "tsconfig.json": '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }\n',
    "README.md": "# Shop\n\n`total` counts.\n",
}


async def test_a_rename_is_proven_applied_and_taken_back(ann: Traveller, tmp_path: Path) -> None:
    repo = await connected(ann, tmp_path, SHOP)
    job = await rename(ann, "src/prices.ts", 2, 14, "count")
    assert job["status"] == "success", job["why"]
    proposal = await ann.get(f"/proposals/{job['proposal_id']}")
    assert hunks_of(proposal, "proven") == [
        "export { count } from './prices';\n",
        "export { count as sum } from './prices';\n",
        "import { count } from '@/index';\n",
        "export const shown = { total: count, page: <b>{count([])}</b> };\n",
        "export const count = (items: Item[]) => items.length;\n",
    ]
    assert hunks_of(proposal, "likely") == []
    assert hunks_of(proposal, "not_code") == ["`count` counts.\n"]
    applied = await ann.apply(await ann.approve(proposal))
    assert applied["status"] == "applied"
    undone = await ann.apply(await ann.approve(await ann.post(f"/proposals/{proposal['id']}/revert")))
    assert ann.mirror.tree(undone["applied"]["commit"]) == repo.tree("main")


@pytest.mark.parametrize(
    ("place", "new_name", "code", "reason"),
    [
        (("src/index.ts", 1, 10), "sum", "NAME_COLLISION", "already_defined"),
        (("src/prices.ts", 2, 48), "many", "SYMBOL_NOT_FOUND", "defined_outside"),
    ],
)
async def test_what_cannot_be_renamed_is_declined(
    ann: Traveller, tmp_path: Path, place: tuple[str, int, int], new_name: str, code: str, reason: str
) -> None:
    await connected(ann, tmp_path, SHOP)
    job = await rename(ann, *place, new_name)
    assert (job["status"], job["error"]["code"]) == ("failed", code), job
    assert job["error"]["details"]["reason"] == reason


async def test_a_keyword_is_refused_at_once(ann: Traveller, tmp_path: Path) -> None:
    await connected(ann, tmp_path, SHOP)
    body = {"project_id": ann.project_id, "path": "src/prices.ts", "line": 2, "column": 14, "new_name": "await"}
    answer = await ann.http.post("/refactor/rename", json=body)
    assert answer.json()["code"] == "INVALID_NAME"


async def test_settings_links_and_packages_lead_nowhere(ann: Traveller, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.ts").write_text("export const total = 1;\n")
    (outside / "tsconfig.json").write_text('{ "compilerOptions": { "paths": { "leak/*": ["./*"] } } }')
    config = (
        f'{{ "extends": "{outside}/tsconfig.json", "files": ["{outside}/secret.ts"], "include": ["{outside}/**/*"],'
        f' "references": [{{ "path": "{outside}" }}],'
        f' "compilerOptions": {{ "plugins": [{{ "name": "{outside}/plugin" }}], "typeRoots": ["{outside}"],'
        f' "rootDirs": ["{outside}"], "outDir": "{outside}/out", "tsBuildInfoFile": "{outside}/info",'
        f' "incremental": true, "baseUrl": "../..",'
        f' "paths": {{ "leak/*": ["{outside}/*"], "up/*": ["../../outside/*"] }} }} }}'
    )
    await connected(
        ann,
        tmp_path,
        {
            "tsconfig.json": config,
            "deep/tsconfig.json": '{ "extends": "../../outside/tsconfig.json" }',
            "linked.ts": ("120000", str(outside / "secret.ts")),
            "node_modules": ("120000", str(outside)),
            "package.json": f'{{ "name": "../../outside", "types": "{outside}/secret.ts" }}',
            "main.ts": (
                "import { total } from 'up/secret';\nimport { total as two } from './linked';\nexport { total, two };\n"
            ),
        },
    )
    job = await rename(ann, "main.ts", 1, 10, "mine")
    proposal = await ann.get(f"/proposals/{job['proposal_id']}")
    # Had the module been found, the name would be one from outside, or would change there.
    assert hunks_of(proposal, "proven") == ["import { total as mine } from 'up/secret';\n", "export { mine, two };\n"]
    told = {(note["path"], note["reason"]) for note in proposal["notes"]}
    assert ("tsconfig.json", "its settings are based on a file outside of the repository") in told
    assert ("tsconfig.json", "the path leak/* leads outside of the repository") in told
    assert ("linked.ts", "a symlink is not followed") in told
    assert {file.name for file in outside.iterdir()} == {"secret.ts", "tsconfig.json"}
    assert (outside / "secret.ts").read_text() == "export const total = 1;\n"


async def test_what_cannot_be_read_is_named_and_makes_it_uncertain(ann: Traveller, tmp_path: Path) -> None:
    await connected(
        ann,
        tmp_path,
        {
            "main.ts": "export const total = 1;\nconsole.log(total);\n",
            "bundle.min.js": "var a=1;" * (3 * 1024 * 1024 // 8),
            "latin.js": b"const total = '\xe9';\n",
            "deep.js": "export const x = " + "[" * 3_000 + "]" * 3_000 + ";\n",
            "broken.ts": "import { total } from './main';\nexport const y = ((total;\n",
            "tsconfig.json": "{" * 100_000,
        },
    )
    job = await rename(ann, "main.ts", 1, 14, "sum")
    assert job["status"] == "success", job["why"]
    assert job["tiers"]["proven"] == 0
    proposal = await ann.get(f"/proposals/{job['proposal_id']}")
    told = {note["path"] for note in proposal["notes"] if note["kind"] == "not_read"}
    assert {"bundle.min.js", "latin.js"} <= told
