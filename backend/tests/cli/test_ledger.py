"""An operator verifies the effect ledger and keeps its heads elsewhere; people read what was changed."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.cli.test_operators import hivesync


@pytest.fixture
def installation(tmp_path: Path) -> Path:
    """A folder with an installation that has one account."""
    assert hivesync(tmp_path, "migrate").returncode == 0
    made = hivesync(tmp_path, "admin", "create-user", "ann@example.org", "--password", "a sentence nobody guesses")
    assert made.returncode == 0, made.stderr
    return tmp_path


def test_a_ledger_that_was_not_touched_holds(installation: Path) -> None:
    said = hivesync(installation, "verify-ledger")
    assert (said.returncode, said.stdout.strip()) == (0, "1 record in 1 chain, each as it was written.")


def test_a_changed_record_is_named_and_the_status_says_it(installation: Path) -> None:
    with sqlite3.connect(installation / "hivesync.db") as database:
        database.execute("drop trigger effects_are_kept")
        database.execute("update effects set after = '{\"is_admin\": false}'")
    database.close()
    said = hivesync(installation, "verify-ledger", "--json")
    found = json.loads(said.stdout)["damage"]
    assert (said.returncode, [each["position"] for each in found]) == (1, [1])
    assert "user.created" in found[0]["what"]


def test_heads_that_were_printed_find_what_was_removed_with_its_head(installation: Path) -> None:
    head = hivesync(installation, "verify-ledger", "--print-heads").stdout.splitlines()[0]
    with sqlite3.connect(installation / "hivesync.db") as database:
        for trigger in ("effects_stay", "effect_heads_are_kept"):
            database.execute(f"drop trigger {trigger}")
        database.execute("delete from effects")
        database.execute("delete from effect_heads")
    database.close()
    assert hivesync(installation, "verify-ledger").returncode == 0
    said = hivesync(installation, "verify-ledger", "--head", head)
    assert said.returncode == 1
    assert "noted outside" in said.stdout


def test_a_chain_that_is_not_there_is_no_good_news(installation: Path) -> None:
    said = hivesync(installation, "verify-ledger", "--project", "01890a5d-ac96-774b-bcce-b302099a8057")
    assert said.returncode == 1
    assert "no record" in said.stderr


def test_a_head_that_is_none_is_refused_with_its_form(installation: Path) -> None:
    said = hivesync(installation, "verify-ledger", "--head", "nonsense")
    assert said.returncode == 1
    assert "CHAIN=POSITION:HASH" in said.stderr


async def test_people_read_what_was_changed_in_their_project(shell: Shell, project: Path) -> None:
    said = await shell.good("activity", "shop")
    assert "created the project 'shop'" in said.out
    assert "The mirror moved from nothing to" in said.out
    only = await shell.good("activity", "shop", "--action", "project", "--json")
    assert [row["action"] for row in only.json] == ["project.created"]
