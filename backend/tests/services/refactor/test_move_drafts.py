"""The draft of a move: one unit of code, texts apart, line ends as each file has them."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from app.adapters.git.port import EntryType, TreeEntry
from app.services.manifest.digest import Core, ManifestRef
from app.services.proposals.drafts import Draft, check_draft
from app.services.refactor.moving.drafting import TOGETHER, draft_of_move

from tests.corpus.cases import Case
from tests.corpus.moving import moved

ID = UUID(int=1)
SHOP = "def total(items: list[int]) -> int:\n    return sum(items)\n\n\ndef ship() -> str:\n    return 'sent'\n"
MAIN = "# See shop.total.\nfrom shop import total\n\nprint(total([1]), 'shop.total')\n"


async def drafted(folder: Path, files: dict[str, str]) -> Draft:
    """Draft the move of `total` from shop.py to prices.py."""
    case = Case("x", "prices.py", "proven", None, "", files, {}, "shop.py", 1, 5)
    plan = await moved(case, folder)
    data = {path: text.encode() for path, text in files.items()}
    entries = {path: TreeEntry(path, path, "100644", EntryType.FILE, "1" * 40, len(data[path])) for path in files}
    core = Core("refs/heads/main", "2" * 40, "3" * 40, "4" * 64, len(files), 0, {}, {})
    manifest = ManifestRef(ID, ID, 1, "5" * 64, datetime(2026, 1, 1, tzinfo=UTC), core)
    draft = draft_of_move(plan, data, entries, manifest, ID)
    check_draft(draft)
    return draft


async def test_code_belongs_together_and_texts_stand_alone(tmp_path: Path) -> None:
    draft = await drafted(tmp_path, {"shop.py": SHOP, "main.py": MAIN})
    hunks = [(file.path, hunk.tier, hunk.details == TOGETHER) for file in draft.files for hunk in file.hunks]
    assert hunks == [
        ("main.py", "text", False),
        ("main.py", "proven", True),
        ("main.py", "text", False),
        ("prices.py", "proven", True),
        ("shop.py", "proven", True),
    ]
    assert draft.summary.startswith("3 changes of code, which belong together, and 2 of texts, in 3 files.")


async def test_line_ends_are_those_of_each_file(tmp_path: Path) -> None:
    files = {"shop.py": SHOP.replace("\n", "\r\n"), "main.py": MAIN, "prices.py": "RATE = 2\n"}
    draft = await drafted(tmp_path, files)
    new = {file.path: file.new or b"" for file in draft.files}
    assert b"\r" not in new["prices.py"] + new["main.py"]
    assert new["shop.py"] == b"def ship() -> str:\r\n    return 'sent'\r\n"
