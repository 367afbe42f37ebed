"""A move at a shell: shown as one change, refused in halves, applied and taken back."""

from pathlib import Path

from tests.cli.conftest import Shell
from tests.cli.test_rename import add_checkout
from tests.fixtures.repos import commit, run_git


async def test_a_move_shows_what_goes_and_what_comes(shell: Shell, project: Path) -> None:
    await add_checkout(shell, project)
    said = await shell.good("move", "shop.py:1:5", "prices.py")
    assert "Move price from shop.py to prices.py" in said.out
    assert "-from shop import price\n+from prices import price" in said.out
    assert "+def price(items, discount=0):" in said.out
    assert "-def price(items, discount=0):" in said.out
    assert "every name still means what it meant" in said.out
    assert run_git(project, "status", "--porcelain") == ""


async def test_half_a_move_is_refused(shell: Shell, project: Path) -> None:
    await add_checkout(shell, project)
    job = (await shell.good("move", "checkout.py:6:12", "prices.py", "--project", "shop", "--json")).json
    assert (job["kind"], job["name"], job["to_path"]) == ("refactor.move", "price", "prices.py")
    half = await shell("review", job["proposal_id"], "--approve", "--hunk", "1")
    assert half.status == 1
    assert "only together" in half.err
    whole = await shell.good("review", job["proposal_id"], "--approve", "--tier", "proven", "--apply")
    assert "applied" in whole.out


async def test_what_cannot_be_moved_says_why(shell: Shell, project: Path) -> None:
    assert "another kind" in (await shell("move", "shop.py:1:5", "prices.ts")).err
    assert "already" in (await shell("move", "shop.py:1:5", "shop.py")).err


async def test_a_circle_of_imports_is_named(shell: Shell, project: Path) -> None:
    total = "from sums import up\n\nRATE = 2\n\n\ndef total(x):\n    return up(x) * RATE\n"
    commit(project, {"sums.py": "def up(x):\n    return x\n", "prices.py": total}, "Prices")
    await shell.good("sync", "shop")
    said = (await shell("move", "prices.py:6:5", "sums.py", "--project", "shop")).err
    assert "reason: import_cycle" in said
    assert "circle: prices.py, sums.py, prices.py" in said or "circle: sums.py, prices.py, sums.py" in said
