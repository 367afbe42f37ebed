"""Commits of folders, run by the real runner with real git."""

from tests.fixtures.sent_folders import Folder

FIRST = {"README.md": b"# Sums\n", "sums/app.py": b"def add(a, b):\n    return a + b\n", "empty": b""}


async def test_a_first_folder_makes_the_mirror_and_its_manifest(folder: Folder) -> None:
    assert await folder.sync(FIRST) == ["folder.commit success", "manifest.build success"]
    assert await folder.files() == dict.fromkeys(sorted(FIRST), "100644")
    seen = await folder.history()
    (run,) = seen["items"]
    assert (seen["default_branch"], seen["remote_url"], seen["next_sync_at"]) == ("main", None, None)
    assert (run["trigger"], run["status"], run["head_before"], run["head_after"]) == (
        "folder", "success", None, seen["head"],
    )  # fmt: skip
    assert run["notes"] == ["Folder sync: 3 added, 0 changed, 0 removed."]
