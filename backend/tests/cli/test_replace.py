"""A replacement at a shell: asked for by pattern, shown as a diff, approved, applied."""

from pathlib import Path

from tests.cli.conftest import Shell
from tests.fixtures.repos import commit, run_git

CHECKOUT = "def pay(items):\n    if items == None:\n        return 0\n    return len(items)\n"


async def test_a_replacement_shows_its_lines_and_changes_nothing(shell: Shell, project: Path) -> None:
    commit(project, {"checkout.py": CHECKOUT}, "Pay")
    await shell.good("sync", "shop")
    asked = ("replace", "$A == None", "$A is None", "--language", "python")
    said = await shell.good(*asked, "--path", "*.py")
    assert "likely   1 line" in said.out
    assert "-    if items == None:\n+    if items is None:" in said.out
    assert "Replace $A == None by $A is None: 1 likely in 1 file." in said.out
    assert run_git(project, "status", "--porcelain") == ""
    job = (await shell.good(*asked, "--project", "shop", "--json")).json
    said = await shell.good("review", job["proposal_id"], "--approve", "--tier", "likely", "--apply")
    assert "--undo if it was wrong" in said.out
    patch = (await shell.good("review", job["proposal_id"], "--patch")).out
    assert "+    if items is None:" in patch


async def test_what_is_wrong_says_why(shell: Shell, project: Path) -> None:
    said = await shell("replace", "f((", "g", "--language", "python")
    assert (said.status, "it does not parse" in said.err) == (1, True)
    assert "not supported" in (await shell("replace", "f", "g", "--language", "cobol")).err
    nothing = (await shell("replace", "f($A)", "g", "--language", "python", "--path", "*.txt")).err
    assert "no code here is written" in nothing
    assert "files read: 0" in nothing


async def test_what_would_no_longer_parse_is_named(shell: Shell, project: Path) -> None:
    commit(project, {"checkout.py": CHECKOUT}, "Pay")
    await shell.good("sync", "shop")
    said = (await shell("replace", "len($A)", "len(($A", "--language", "python", "--project", "shop")).err
    assert "not touched: checkout.py:4, with the replacement this would no longer parse" in said
