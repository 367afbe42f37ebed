"""A rename at a shell: asked for by place, shown in tiers, approved tier by tier, applied."""

from pathlib import Path

from tests.cli.conftest import Shell
from tests.fixtures.repos import commit, run_git

CHECKOUT = """from shop import price


def pay(items: list[int]) -> float:
    # `price` adds them up
    return price(items, discount=0.5)
"""


async def add_checkout(shell: Shell, project: Path) -> None:
    """A second file that uses the first one."""
    commit(project, {"checkout.py": CHECKOUT}, "Pay")
    await shell.good("sync", "shop")


async def test_a_rename_shows_its_tiers_and_changes_nothing(shell: Shell, project: Path) -> None:
    await add_checkout(shell, project)
    said = await shell.good("rename", "shop.py:1:5", "total_of")
    assert "proven   3 lines" in said.out
    assert "text   1 line" in said.out
    assert "-def price(items, discount=0):\n+def total_of(items, discount=0):" in said.out
    assert "+from shop import total_of" in said.out
    assert "Rename price to total_of: 3 proven, 1 text in 2 files." in said.out
    assert "Nothing was changed." in said.out
    assert run_git(project, "status", "--porcelain") == ""


async def test_one_tier_is_approved_and_applied(shell: Shell, project: Path) -> None:
    await add_checkout(shell, project)
    job = (await shell.good("rename", "checkout.py:6:12", "total_of", "--project", "shop", "--json")).json
    assert (job["old_name"], job["tiers"]["proven"]) == ("price", 3)
    said = await shell.good("review", job["proposal_id"], "--approve", "--tier", "proven", "--apply")
    assert "applied, 3 of 4 hunks approved" in said.out
    patch = (await shell.good("review", job["proposal_id"], "--patch")).out
    assert "+    return total_of(items, discount=0.5)" in patch
    assert "`total_of`" not in patch
    missing = await shell("review", job["proposal_id"], "--approve", "--tier", "likely")
    assert missing.status == 1
    assert "There are: proven, text." in missing.err


async def test_a_file_itself_is_renamed_by_its_path(shell: Shell, project: Path) -> None:
    await add_checkout(shell, project)
    said = await shell.good("rename", "shop.py", "store")
    assert "+from store import price" in said.out
    assert "shop.py becomes store.py" in said.out
    assert "not made of letters" in (await shell("rename", "shop.py", "a-b")).err


async def test_every_line_of_a_file_that_moves_shows_whether_it_goes_or_comes(shell: Shell, project: Path) -> None:
    said = await shell.good("rename", "shop.py", "store")
    gone = [f"-{line}" for line in (project / "shop.py").read_text().splitlines()]
    come = [f"+{line}" for line in (project / "shop.py").read_text().splitlines()]
    assert "\n".join(["@@ 1 @@", *gone]) in said.out
    assert "\n".join(["@@ 1 @@", *come]) in said.out


async def test_a_folder_that_holds_a_link_is_not_said_to_have_moved(shell: Shell, project: Path) -> None:
    commit(project, {"tools/run.py": "x = 1\n"}, "Tools")
    (project / "tools/link").symlink_to("run.py")
    commit(project, {"tools/more.py": "y = 1\n"}, "A link")
    await shell.good("sync", "shop")
    said = (await shell("rename", "tools", "gear")).err
    assert "reason: holds_links" in said
    assert "tools/link" in said
    assert "moved: " not in said


async def test_a_file_that_nothing_imports_moves_alone(shell: Shell, project: Path) -> None:
    commit(project, {"alone.py": "x = 1\n"}, "Alone")
    await shell.good("sync", "shop")
    said = await shell.good("rename", "alone.py", "apart", "--project", "shop")
    assert "Rename alone to apart: nothing else changes in 1 file. alone.py becomes apart.py." in said.out


async def test_what_cannot_be_renamed_says_why_and_where(shell: Shell, project: Path) -> None:
    said = await shell("rename", "shop.py:1:5", "ship")
    assert said.status == 1
    assert "the name ship is taken already" in said.err
    assert "shop.py" in said.err
    assert (await shell("rename", "shop.py:1", "x")).status == 2
    assert "is a keyword" in (await shell("rename", "shop.py:1:5", "class")).err
    unsupported = (await shell("rename", "README.md:1:3", "x")).err
    assert "not supported" in unsupported
    assert ".py" in unsupported
    nowhere = (await shell("rename", "shop.py:9999:1", "x")).err
    assert "shop.py:9999:1" in nowhere
    assert "reason: no_name_there" in nowhere
