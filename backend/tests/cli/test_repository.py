"""Reading a project's files and manifests at a shell."""

from pathlib import Path

from tests.cli.conftest import SHOP, Shell
from tests.fixtures.repos import commit, run_git


async def test_the_tree_is_shown_at_any_ref(shell: Shell, project: Path) -> None:
    first = run_git(project, "rev-parse", "HEAD")
    commit(project, {"later.py": "x = 1\n"}, "Later")
    await shell.good("sync", "shop")
    assert "later.py" in (await shell.good("files", "shop")).out
    assert "later.py" not in (await shell.good("files", "shop", "--ref", first)).out


async def test_a_folder_is_listed_with_or_without_what_is_below(shell: Shell, project: Path) -> None:
    rows = (await shell.good("files", "shop", "web/", "--json")).json
    assert [row["path"] for row in rows] == ["web/basket.js"]
    rows = (await shell.good("files", "shop", "-r", "--json")).json
    assert [row["path"] for row in rows] == ["README.md", "shop.py", "web/basket.js"]


async def test_a_file_comes_out_byte_for_byte(shell: Shell, project: Path) -> None:
    data = b"\xff\x00caf\xe9\r\n\x1b[31m"
    commit(project, {"odd.bin": data}, "Odd")
    await shell.good("sync", "shop")
    assert (await shell.good("cat", "shop", "odd.bin")).raw == data
    assert (await shell.good("cat", "shop", "shop.py")).out == SHOP


async def test_a_file_as_json_knows_where_it_is_from(shell: Shell, project: Path) -> None:
    told = (await shell.good("cat", "shop", "shop.py", "--json")).json
    assert (told["content"], told["commit"]) == (SHOP, run_git(project, "rev-parse", "HEAD"))


async def test_what_is_not_there_is_named_by_its_code(shell: Shell, project: Path) -> None:
    for code, *arguments in (
        ("PATH_NOT_FOUND", "cat", "shop", "no.py"),
        ("PATH_NOT_FOUND", "files", "shop", "no"),
        ("REF_NOT_FOUND", "manifest", "show", "shop", "--ref", "no"),
    ):
        said = await shell(*arguments)
        assert (said.status, said.out, said.err.split(":")[0]) == (1, "", code), arguments


async def test_manifests_have_numbers_hashes_and_differences(shell: Shell, project: Path) -> None:
    commit(project, {"shop.py": SHOP + "\n\nTAX = 1\n", "new.py": "x = 1\n", "README.md": None}, "Change")
    await shell.good("sync", "shop")
    shown = (await shell.good("manifest", "show", "shop", "--json")).json
    versions = (await shell.good("manifest", "versions", "shop", "--json")).json
    assert [row["version"] for row in versions] == [2, 1]
    assert versions[0]["hash"] == shown["hash"]
    said = await shell.good("manifest", "diff", "shop")
    assert "version 1 → version 2" in said.out
    assert "1 added, 1 modified, 1 removed; +0 files" in said.out


async def test_a_manifest_compared_with_itself_has_no_difference(shell: Shell, project: Path) -> None:
    assert "Nothing changed." in (await shell.good("manifest", "diff", "shop", "1", "1")).out
    told = (await shell.good("manifest", "diff", "shop", "1", "1", "--json")).json
    assert told["items"] == []
