"""The agent as a process of its own, as the desktop app and editors meet it: over loopback, with its token."""

import asyncio
import json
import os
import signal
import socket
import stat
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.adapters.container import Container
from app.agent.running import find_running
from app.core.clock import FrozenClock

from tests.agent.scripted import make_app
from tests.cli.conftest import SHOP, Shell
from tests.fixtures.people import PASSWORD, Person
from tests.fixtures.repos import make_repo
from tests.waiting import until

# On a busy machine a process needs its time to start.
_STARTS_WITHIN = 60


@dataclass
class Desk:
    """A running agent, and a client of it."""

    shell: Shell
    process: asyncio.subprocess.Process
    http: httpx.AsyncClient

    async def good(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        """Ask for something that must be answered so."""
        answer = await self.http.request(method, f"/v1{path}", json=body)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    async def refused(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        """Ask for something that is refused: status and code."""
        answer = await self.http.request(method, f"/v1{path}", json=body)
        told = answer.json()
        assert told.keys() == {"code", "message", "details", "request_id"}
        return answer.status_code, told["code"]

    async def ended(self, operation: dict[str, Any]) -> dict[str, Any]:
        """Wait for an operation's end."""
        found = operation

        async def has_ended() -> bool:
            found.update(await self.good("GET", f"/operations/{operation['id']}"))
            return bool(found["status"] != "running")

        await until(has_ended, seconds=60)
        return found


@asynccontextmanager
async def serving(shell: Shell, errors: int = asyncio.subprocess.DEVNULL) -> AsyncIterator[Desk]:
    """Run an agent; where its standard error goes."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app", "agent", "serve", env=shell.env, cwd=shell.folder,
        stdout=asyncio.subprocess.PIPE, stderr=errors,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        async with asyncio.timeout(_STARTS_WITHIN):
            assert b"Listening on 127.0.0.1:" in await process.stdout.readline()
        told = json.loads((shell.folder / "agent.json").read_text())
        headers = {"Authorization": f"Bearer {told['token']}"}
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{told['port']}", headers=headers, trust_env=False, timeout=60
        ) as http:
            yield Desk(shell, process, http)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@pytest.fixture
async def desk(shell: Shell) -> AsyncIterator[Desk]:
    async with serving(shell) as running:
        yield running


@pytest.fixture
async def folder(desk: Desk, project: Path, tmp_path: Path) -> dict[str, Any]:
    """A folder that is the base of the project, mapped over loopback."""
    clone = make_repo(tmp_path / "clone", {"shop.py": SHOP})
    (row,) = (await desk.shell.good("project", "list", "--json")).json
    body = {"path": str(clone), "project_id": row["id"]}
    made: dict[str, Any] = await desk.good("POST", "/folders", body, 201)
    return made


async def test_where_it_listens_is_told_to_its_owner_only_and_while_it_runs(desk: Desk) -> None:
    path = desk.shell.folder / "agent.json"
    told = json.loads(path.read_text())
    assert told.keys() == {"port", "token", "pid", "version", "started_at"}
    assert (stat.S_IMODE(path.stat().st_mode), told["pid"]) == (0o600, desk.process.pid)
    status = await desk.good("GET", "/status")
    assert (status["user"]["email"], status["server"], status["folders"]) == (
        "owner@example.com", desk.shell.address, 0,
    )  # fmt: skip
    assert status["tools"].keys() == {"git", "node", "npm"}
    said = (await desk.shell.good("agent", "status", "--json")).json
    assert (said["running"], said["port"]) == (True, told["port"])
    desk.process.send_signal(signal.SIGTERM)
    assert await desk.process.wait() == 0
    assert not path.exists()


async def test_it_is_found_and_stopped_whatever_its_server_does(desk: Desk) -> None:
    # It listens, and nobody ever answers.
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        await desk.good("PUT", "/session", {"server": address, "access_token": "t"})
        said = (await desk.shell.good("agent", "status", "--json")).json
        assert (said["server"], said["user"], said["problem"]["code"]) == (address, None, "UNAVAILABLE")
        assert "Stopped." in (await desk.shell.good("agent", "stop")).out
        assert await desk.process.wait() == 0


async def test_a_damaged_login_is_told_by_an_agent_that_runs(desk: Desk) -> None:
    session = {"server": 1, "access_token": 2, "refresh_token": 3, "email": 4}
    (desk.shell.folder / "session.json").write_text(json.dumps(session))
    said = (await desk.shell.good("agent", "status", "--json")).json
    assert (said["running"], said["server"], said["user"]) == (True, None, None)
    assert "log in again" in said["problem"]["message"]


async def test_browsers_strangers_and_other_names_are_refused(desk: Desk) -> None:
    async def refused(**headers: str) -> tuple[int, str]:
        answer = await desk.http.get("/v1/status", headers=headers)
        return answer.status_code, answer.json()["code"]

    assert await refused(Origin="http://localhost:3000") == (403, "ORIGIN_REFUSED")
    assert await refused(Origin="null") == (403, "ORIGIN_REFUSED")
    assert await refused(**{"Sec-Fetch-Site": "cross-site"}) == (403, "ORIGIN_REFUSED")
    assert await refused(Host="evil.example") == (403, "HOST_REFUSED")
    assert await refused(Host="127.0.0.1.evil.example:80") == (403, "HOST_REFUSED")
    assert await refused(Authorization="") == (401, "TOKEN_INVALID")
    assert await refused(Authorization="Bearer wrong") == (401, "TOKEN_INVALID")
    answer = await desk.http.request("OPTIONS", "/v1/status", headers={"Origin": "http://a"})
    assert (answer.status_code, "access-control-allow-origin" in answer.headers) == (403, False)
    big = await desk.http.post("/v1/folders", content=b"x" * 300_000)
    assert (big.status_code, big.json()["code"]) == (413, "PAYLOAD_TOO_LARGE")


async def test_bad_requests_are_told_what_is_wrong(desk: Desk) -> None:
    assert await desk.refused("GET", "/nothing") == (404, "NOT_FOUND")
    assert await desk.refused("PATCH", "/status") == (405, "VALIDATION_ERROR")
    assert await desk.refused("POST", "/folders", {"path": "/tmp"}) == (422, "VALIDATION_ERROR")
    assert await desk.refused("POST", "/folders", {"path": "/tmp", "project_id": "x"}) == (422, "VALIDATION_ERROR")
    unknown = "01890a5d-ac96-774b-bcce-b302099a8057"
    assert await desk.refused("POST", "/folders", {"path": "/tmp", "project_id": unknown}) == (404, "PROJECT_NOT_FOUND")
    assert await desk.refused("GET", "/folders/x/difference") == (404, "NOT_MAPPED")
    assert await desk.refused("GET", "/operations/x") == (404, "NOT_FOUND")
    assert await desk.refused("GET", "/editor/context?file=relative.py") == (422, "PATH_REFUSED")
    assert await desk.refused("GET", "/editor/context?file=/nowhere/a.py") == (404, "NOT_MAPPED")
    wrong = {"server": "ftp://x", "access_token": "t"}
    assert await desk.refused("PUT", "/session", wrong) == (422, "VALIDATION_ERROR")


async def test_there_is_one_agent_at_a_time(desk: Desk) -> None:
    said = await desk.shell("agent", "serve")
    assert (said.status, "AGENT_RUNNING" in said.err) == (1, True)
    await desk.shell.good("agent", "stop")
    assert await desk.process.wait() == 0
    said = await desk.shell("agent", "status")
    assert (said.status, "AGENT_NOT_RUNNING" in said.err) == (1, True)
    assert (await desk.shell("agent", "stop")).status == 1


async def test_what_a_killed_agent_left_is_seen_as_that(shell: Shell) -> None:
    async with serving(shell) as first:
        first.process.kill()
        await first.process.wait()
    assert (shell.folder / "agent.json").exists()
    assert "AGENT_NOT_RUNNING" in (await shell("agent", "status")).err
    async with serving(shell) as second:
        assert (await second.good("GET", "/status"))["folders"] == 0


async def test_it_says_that_it_runs_while_the_server_keeps_it_waiting(new_shell: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        async with serving(new_shell) as desk:
            handed = {"server": f"http://127.0.0.1:{silent.getsockname()[1]}", "access_token": "t"}
            handing = asyncio.create_task(desk.good("PUT", "/session", handed))
            waiting, _ = await asyncio.to_thread(silent.accept)
            with waiting:
                health = await desk.good("GET", "/health")
                assert (health["status"], handing.done()) == ("ok", False)
                running = await asyncio.to_thread(find_running, new_shell.settings)
                assert running.pid == desk.process.pid
            assert (await handing)["problem"]["code"] == "UNAVAILABLE"


async def test_folders_are_mapped_described_and_forgotten(desk: Desk, folder: dict[str, Any]) -> None:
    assert (folder["exists"], folder["project_name"], folder["branch"]) == (True, "shop", "main")
    assert (await desk.good("GET", "/folders"))["items"] == [folder]
    body = {"path": folder["path"], "project_id": folder["project_id"]}
    assert await desk.refused("POST", "/folders", body) == (409, "ALREADY_MAPPED")
    context = await desk.good("GET", f"/editor/context?file={folder['path']}/shop.py")
    assert (context["path"], context["folder"]["id"]) == ("shop.py", folder["id"])
    difference = await desk.good("GET", f"/folders/{folder['id']}/difference")
    assert (difference["unchanged"], difference["removed"]) == (1, ["README.md", "web/basket.js"])
    assert await desk.refused("POST", f"/folders/{folder['id']}/sync") == (409, "HAS_REMOTE")
    await desk.good("DELETE", f"/folders/{folder['id']}", status=204)
    assert (await desk.good("GET", "/folders"))["items"] == []


async def test_a_proposal_is_shown_applied_and_taken_back(desk: Desk, folder: dict[str, Any]) -> None:
    proposal = (await desk.shell.good("docs", "shop", "shop.py", "--json")).json["proposal_id"]
    at = f"/folders/{folder['id']}/proposals/{proposal}"
    plan = await desk.good("GET", at)
    assert (plan["can_apply"], plan["reason"], plan["files"][0]["state"]) == (False, "NOT_APPROVED", "ready")
    assert await desk.refused("POST", f"{at}/apply", {"digest": plan["digest"]}) == (409, "NOT_APPROVED")
    await desk.shell.good("review", proposal, "--approve")
    assert await desk.refused("POST", f"{at}/apply", {"digest": "0" * 64}) == (409, "DIGEST_CHANGED")
    done = await desk.good("POST", f"{at}/apply", {"digest": plan["digest"]})
    path = Path(folder["path"]) / "shop.py"
    assert '"""' in path.read_text()
    assert await desk.refused("POST", f"{at}/apply", {"digest": plan["digest"]}) == (409, "FOLDER_DIFFERS")
    (row,) = (await desk.good("GET", f"/folders/{folder['id']}/applied"))["items"]
    assert row["applied_id"] == done["applied_id"]
    undo = f"/folders/{folder['id']}/applied/{done['applied_id']}/undo"
    assert (await desk.good("POST", undo))["files"] == [{"path": "shop.py", "state": "undone"}]
    assert path.read_text() == SHOP
    assert await desk.refused("POST", undo) == (409, "ALREADY_UNDONE")
    assert await desk.refused("GET", f"/folders/{folder['id']}/proposals/not-an-id") == (404, "NOT_FOUND")


async def test_an_editor_has_the_app_of_a_file_built(desk: Desk, folder: dict[str, Any]) -> None:
    app = make_app(Path(folder["path"]) / "apps/one")
    body = {"file": str(app / "App.js"), "platform": "android"}
    operation = await desk.ended(await desk.good("POST", "/editor/previews", body, 202))
    assert (operation["status"], operation["progress"]) == ("success", 1.0), operation
    assert operation["result"]["qr_url"].endswith(operation["result"]["token"])
    assert "Starting Metro Bundler" in operation["log_tail"]


async def test_a_build_is_cancelled_and_another_one_waits_for_its_end(desk: Desk, folder: dict[str, Any]) -> None:
    pid = Path(folder["path"]) / "pid"
    script = f"require('fs').writeFileSync('{pid}', String(process.pid)); setInterval(() => {{}}, 1000);"
    make_app(Path(folder["path"]), script)
    at = f"/folders/{folder['id']}/previews"
    operation = await desk.good("POST", at, {"platform": "ios"}, 202)
    await until(lambda: pid.exists() and pid.read_text().isdigit(), seconds=60)
    assert await desk.refused("POST", at, {"platform": "ios"}) == (409, "FOLDER_BUSY")
    ended = await desk.good("POST", f"/operations/{operation['id']}/cancel")
    assert ended["status"] == "cancelled"
    await until(lambda: not Path(f"/proc/{pid.read_text()}").exists())


async def test_an_agent_that_is_stopped_ends_what_it_began(desk: Desk, folder: dict[str, Any]) -> None:
    pid = Path(folder["path"]) / "pid"
    script = f"require('fs').writeFileSync('{pid}', String(process.pid)); setInterval(() => {{}}, 1000);"
    make_app(Path(folder["path"]), script)
    await desk.good("POST", f"/folders/{folder['id']}/previews", {"platform": "ios"}, 202)
    await until(lambda: pid.exists() and pid.read_text().isdigit(), seconds=60)
    desk.process.kill()
    await desk.process.wait()
    await until(lambda: not Path(f"/proc/{pid.read_text()}").exists())


async def test_a_session_that_is_handed_over_counts_and_is_renewed(
    new_shell: Shell, workers: None, owner: Person, container: Container
) -> None:
    async with httpx.AsyncClient(base_url=f"{new_shell.address}/api/v1", trust_env=False) as server:
        answer = await server.post("/auth/login", json={"email": owner.email, "password": PASSWORD})
    tokens = answer.json()
    async with serving(new_shell) as desk:
        status = await desk.good("GET", "/status")
        assert (status["user"], status["problem"]["code"]) == (None, "UNAUTHENTICATED")
        handed = {"server": new_shell.address, "access_token": tokens["access_token"]}
        assert (await desk.good("PUT", "/session", handed))["user"]["email"] == owner.email
        assert isinstance(container.clock, FrozenClock)
        container.clock.move(seconds=tokens["expires_in"] + 60)
        assert (await desk.good("GET", "/status"))["problem"]["code"] == "UNAUTHENTICATED"
        await desk.good("PUT", "/session", handed | {"refresh_token": tokens["refresh_token"]})
        assert (await desk.good("GET", "/status"))["user"]["email"] == owner.email
        assert not (new_shell.folder / "session.json").exists()
        await desk.good("DELETE", "/session", status=204)
        assert (await desk.good("GET", "/status"))["user"] is None


async def test_a_server_that_is_gone_is_told_so(new_shell: Shell) -> None:
    async with serving(new_shell) as desk:
        handed = {"server": "http://127.0.0.1:9", "access_token": "t"}
        assert (await desk.good("PUT", "/session", handed))["problem"]["code"] == "UNAVAILABLE"
        body = {"path": os.fspath(new_shell.folder.parent), "project_id": "01890a5d-ac96-774b-bcce-b302099a8057"}
        assert await desk.refused("POST", "/folders", body) == (503, "UNAVAILABLE")


async def test_what_nobody_expected_is_written_down_with_its_code_and_without_secrets(
    new_shell: Shell, strange_server: str, tmp_path: Path
) -> None:
    noted, folder = tmp_path / "errors.jsonl", tmp_path / "folder"
    folder.mkdir()
    with noted.open("wb") as errors:
        async with serving(new_shell, errors.fileno()) as desk:
            await desk.good("PUT", "/session", {"server": strange_server, "access_token": "the-secret-of-ann"})
            body = {"path": os.fspath(folder), "project_id": "01890a5d-ac96-774b-bcce-b302099a8057"}
            answer = await desk.http.post("/v1/folders", json=body)
            assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL")
            assert await desk.refused("GET", "/folders/x/difference") == (404, "NOT_MAPPED")
    (line,) = noted.read_text().splitlines()
    told = json.loads(line)
    assert (told["event"], told["level"], told["service"]) == ("agent.failed", "error", "agent")
    assert (told["code"], told["request_id"]) == ("INTERNAL", answer.json()["request_id"])
    assert (told["method"], told["path"]) == ("POST", "/v1/folders")
    assert "KeyError" in told["exception"]
    assert "the-secret-of-ann" not in line


@pytest.fixture
def strange_server() -> Iterator[str]:
    """A server that answers everything with an empty object."""

    class Empty(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Empty) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
