"""Logging in, staying logged in, and logging out at a shell."""

import asyncio
import json
import stat

from app.core.clock import FrozenClock

from tests.cli.conftest import Shell
from tests.fixtures.people import PASSWORD, People, Person


async def test_login_keeps_a_session_that_only_its_owner_may_read(new_shell: Shell, owner: Person) -> None:
    await new_shell.login(owner)
    assert stat.S_IMODE(new_shell.settings.session_file.stat().st_mode) == 0o600
    said = await new_shell.good("whoami")
    assert owner.email in said.out
    assert new_shell.address in said.out


async def test_a_fresh_machine_is_told_how_to_log_in(new_shell: Shell) -> None:
    said = await new_shell("project", "list", "--server", new_shell.address)
    assert (said.status, said.out) == (1, "")
    assert "hivesync login" in said.err


async def test_no_password_is_asked_for_when_no_server_answers(new_shell: Shell) -> None:
    said = await new_shell("login", "--server", "http://127.0.0.1:1", "--email", "ann@example.org")
    assert said.status == 1
    assert "does not answer" in said.err
    assert "make run" in said.err


async def test_a_server_that_is_no_address_is_called_that(new_shell: Shell) -> None:
    said = await new_shell("login", "--server", "hivesync.example", "--email", "ann@example.org", stdin="x\n")
    assert said.status == 1
    assert "not a server's address" in said.err


async def test_a_wrong_password_leaves_no_session(new_shell: Shell, owner: Person) -> None:
    said = await new_shell("login", "--server", new_shell.address, "--email", owner.email, stdin="wrong\n")
    assert said.status == 1
    assert said.err.startswith("UNAUTHENTICATED: ")
    assert not new_shell.settings.session_file.exists()


async def test_nobody_to_ask_is_wrong_usage(new_shell: Shell) -> None:
    said = await new_shell("login", "--server", new_shell.address)
    assert said.status == 2
    assert "nobody to ask" in said.err


async def test_registering_logs_in(new_shell: Shell) -> None:
    arguments = ("register", "--server", new_shell.address, "--email", "bo@example.org", "--name", "Bo", "--json")
    said = await new_shell.good(*arguments, stdin=f"{PASSWORD}\n")
    assert said.json["user"]["email"] == "bo@example.org"
    assert "Bo" in (await new_shell.good("whoami")).out


async def test_an_expired_session_renews_itself(new_shell: Shell, owner: Person, clock: FrozenClock) -> None:
    await new_shell.login(owner)
    before = json.loads(new_shell.settings.session_file.read_text())
    clock.move(seconds=3600)
    await new_shell.good("whoami")
    after = json.loads(new_shell.settings.session_file.read_text())
    assert before["access_token"] != after["access_token"]
    assert before["refresh_token"] != after["refresh_token"]


async def test_commands_at_the_same_moment_renew_the_session_once(
    new_shell: Shell, owner: Person, clock: FrozenClock
) -> None:
    await new_shell.login(owner)
    clock.move(seconds=3600)
    said = await asyncio.gather(*(new_shell("whoami") for _ in range(4)))
    assert [each.status for each in said] == [0, 0, 0, 0]


async def test_a_session_that_is_over_says_so(new_shell: Shell, owner: Person, clock: FrozenClock) -> None:
    await new_shell.login(owner)
    clock.move(seconds=400 * 24 * 3600)
    said = await new_shell("whoami")
    assert said.status == 1
    assert "Your session has ended. Run: hivesync login" in said.err


async def test_logging_out_ends_the_session_on_the_server_too(new_shell: Shell, owner: Person) -> None:
    await new_shell.login(owner)
    kept = new_shell.settings.session_file.read_bytes()
    await new_shell.good("logout")
    assert not new_shell.settings.session_file.exists()
    new_shell.settings.session_file.write_bytes(kept)
    assert (await new_shell("whoami")).status == 1
    assert "You were not logged in" in (await new_shell.good("logout", "--server", "http://127.0.0.1:1")).out


async def test_a_damaged_session_file_is_no_session(new_shell: Shell) -> None:
    new_shell.settings.session_file.write_text('{"server": 1}')
    said = await new_shell("whoami", "--server", new_shell.address)
    assert (said.status, "hivesync login" in said.err) == (1, True)


async def test_what_happened_is_told(shell: Shell, people: People) -> None:
    assert "Nothing yet" in (await shell.good("notifications")).out
    assert (await shell.good("notifications", "--json")).json == []
