"""One suite over every driver, then what is particular to each. `kubectl` here is a fake: a real executable script."""

import asyncio
import contextlib
import hmac
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from app.adapters.process.system import SystemProcesses
from app.adapters.scaling.kubernetes import KubernetesScaling, KubernetesTarget
from app.adapters.scaling.plain import ManualScaling, NoScaling
from app.adapters.scaling.port import Change, ScalingDriver, ScalingFailed, ScalingRefused, Workers
from app.adapters.scaling.process import ProcessHost, ProcessScaling
from app.adapters.scaling.webhook import WebhookScaling, WebhookTarget
from app.core.clock import FrozenClock, SystemClock
from app.core.ids import CountingIds

from tests.adapters.process.test_daemon import has_ended
from tests.waiting import until

SECRET = "sixteen letters!"
OUT = Change("id-1", "ai_worker", "ai_jobs", "out", before=1, after=2, reason="Many jobs wait.")
KUBECTL = """#!{python}
# A fake: it keeps the number of replicas in a file, and does as it is told by another.
import pathlib, sys, time
home = pathlib.Path({home!r})
with (home / "calls").open("a") as calls:
    calls.write(" ".join(sys.argv[1:]) + "\\n")
order = home / "order"
if order.exists():
    if order.read_text() == "hang":
        time.sleep(60)
    sys.exit(order.read_text())
replicas = home / "replicas"
if sys.argv[1:3] == ["get", "nodes"]:
    print("2\\n\\n\\n1\\n")
elif sys.argv[1] == "get":
    print(replicas.read_text() if replicas.exists() else "1", end="")
elif sys.argv[1] == "scale":
    replicas.write_text(sys.argv[3].partition("=")[2])
"""
# Works until SIGTERM, like a worker.
SLEEPER = "import signal, sys; signal.signal(15, lambda *_: sys.exit(0)); print('up', flush=True); signal.pause()"


@dataclass
class Receiver:
    """A real HTTP server on this machine; `statuses` are answered in turn, the last one for ever. 0: never answers."""

    statuses: list[int]
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""
    busy: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.busy += 1
        try:
            await self._answer(reader, writer)
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
            self.busy -= 1

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.requests.append((headers, body))
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if status == 0:
            await reader.read()
        else:
            location = "Location: http://127.0.0.1:1/elsewhere\r\n" if status in (301, 307) else ""
            writer.write(f"HTTP/1.1 {status} X\r\n{location}Content-Length: 0\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()


@asynccontextmanager
async def receiver(*statuses: int) -> AsyncIterator[Receiver]:
    found = Receiver(list(statuses))
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    found.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/scale"
    async with server:
        yield found
        await until(lambda: found.busy == 0)


def webhook(url: str, *, seconds: float = 10) -> WebhookScaling:
    where = WebhookTarget(url, SECRET, timedelta(seconds=seconds), first_pause=timedelta(milliseconds=1))
    return WebhookScaling(where, FrozenClock())


def fake_kubectl(folder: Path) -> Path:
    script = folder / "kubectl"
    script.write_text(KUBECTL.format(python=sys.executable, home=str(folder)))
    script.chmod(0o755)
    return script


def kubernetes(folder: Path, *, seconds: float = 20) -> KubernetesScaling:
    where = KubernetesTarget(
        str(fake_kubectl(folder)), "deployment/hivesync-{service}", "hive", timedelta(seconds=seconds)
    )
    return KubernetesScaling(where, processes=SystemProcesses(SystemClock()), env={"PATH": "/usr/bin", "SECRET": "x"})


def processes(folder: Path, code: str = SLEEPER) -> ProcessScaling:
    ids = CountingIds()
    return ProcessScaling(
        ProcessHost(
            env={},
            log_dir=folder,
            grace=timedelta(seconds=1),
            new_id=lambda: str(ids.new()),
            monotonic=SystemClock().monotonic,
            argv=(sys.executable, "-S", "-c", code, "{role}", "{worker_id}"),
        )
    )


@pytest.fixture(params=["none", "manual", "kubernetes", "webhook", "process"])
async def driver(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ScalingDriver]:
    async with receiver(200) as found:
        drivers: dict[str, Any] = {
            "none": NoScaling,
            "manual": lambda: ManualScaling("scale {service}={workers}"),
            "kubernetes": lambda: kubernetes(tmp_path),
            "webhook": lambda: webhook(found.url),
            "process": lambda: processes(tmp_path),
        }
        chosen: ScalingDriver = drivers[request.param]()
        yield chosen
        await chosen.close()


class TestEveryDriver:
    async def test_says_truly_whether_it_took_a_change_on(self, driver: ScalingDriver) -> None:
        first = (await driver.workers("ai_worker", ("other",))) or Workers(1)
        outcome = await driver.apply(replace(OUT, before=first.count, after=first.count + 1))
        assert outcome.done is (driver.name not in ("none", "manual"))
        counted = await driver.workers("ai_worker", ("other",))
        assert counted is None or counted.count == first.count + 1

    async def test_what_came_can_go(self, driver: ScalingDriver) -> None:
        await driver.apply(OUT)
        back = await driver.apply(replace(OUT, action="in", before=2, after=1))
        counted = await driver.workers("ai_worker", ())
        assert back.done is (driver.name not in ("none", "manual"))
        assert counted is None or counted.count == (1 if driver.name == "kubernetes" else 0)

    async def test_says_what_it_knows_of_the_machine(self, driver: ScalingDriver) -> None:
        devices, cpu = await driver.devices(), driver.cpu()
        assert devices is None or devices >= 0
        assert cpu is None or 0 <= cpu <= 100

    async def test_can_be_closed_twice(self, driver: ScalingDriver) -> None:
        await driver.close()


def test_no_driver_can_be_asked_for_another_cleanup_worker() -> None:
    with pytest.raises(ScalingRefused):
        replace(OUT, role="cleanup_worker")


async def test_manual_tells_people_what_to_run() -> None:
    command = "docker compose up -d --no-recreate --scale {service}={workers}"
    outcome = await ManualScaling(command).apply(OUT)
    assert outcome.note == "Run: docker compose up -d --no-recreate --scale ai-worker=2"


class TestKubernetes:
    async def test_kubectl_is_told_to_scale(self, tmp_path: Path) -> None:
        outcome = await kubernetes(tmp_path).apply(OUT)
        assert outcome.note == "kubectl scale deployment/hivesync-ai-worker --replicas=2"
        assert (tmp_path / "calls").read_text() == "scale deployment/hivesync-ai-worker --replicas=2 --namespace hive\n"

    async def test_devices_are_what_the_nodes_can_allocate(self, tmp_path: Path) -> None:
        assert await kubernetes(tmp_path).devices() == 3

    async def test_a_silent_pod_is_deleted(self, tmp_path: Path) -> None:
        # The last letters of a worker's name are random, dashes among them.
        silent = tuple(f"ai_worker-hivesync-ai-worker-7d5-{pod}" for pod in ("xk2-17-ab_c", "yz9-1--a-b"))
        outcome = await kubernetes(tmp_path).apply(replace(OUT, action="replace", silent=silent))
        assert outcome.done
        told = "delete pod hivesync-ai-worker-7d5-xk2 hivesync-ai-worker-7d5-yz9 --ignore-not-found"
        assert told in (tmp_path / "calls").read_text()

    @pytest.mark.parametrize(
        "worker_id",
        [
            "ai_worker---all-1-abcd",
            "ai_worker-hivesync-cleanup-worker-7d5-xk2-17-abcd",
            "ai_worker-hivesync-ai-worker-7d5 --all-17-abcd",
            "somebody",
            "ai_worker-laptop-17-abcd",
        ],
    )
    async def test_nothing_but_a_pod_of_its_deployment_is_deleted_whatever_a_worker_calls_itself(
        self, tmp_path: Path, worker_id: str
    ) -> None:
        outcome = await kubernetes(tmp_path).apply(replace(OUT, action="replace", silent=(worker_id,)))
        assert (outcome.done, "must restart it" in outcome.note) == (False, True)
        assert not (tmp_path / "calls").exists()

    async def test_what_kubectl_complains_of_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "order").write_text("deployments is forbidden")
        with pytest.raises(ScalingFailed, match="status 1: deployments is forbidden"):
            await kubernetes(tmp_path).apply(OUT)

    async def test_a_kubectl_that_hangs_is_killed(self, tmp_path: Path) -> None:
        (tmp_path / "order").write_text("hang")
        with pytest.raises(ScalingFailed, match="did not end within"):
            await kubernetes(tmp_path, seconds=0.5).apply(OUT)

    async def test_no_kubectl_is_told(self, tmp_path: Path) -> None:
        where = KubernetesTarget(str(tmp_path / "none"), "x/{role}", None, timedelta(seconds=5))
        with pytest.raises(ScalingFailed, match="AUTOSCALER_KUBECTL"):
            await KubernetesScaling(where, processes=SystemProcesses(SystemClock()), env={}).apply(OUT)


class TestWebhook:
    async def test_what_is_sent_is_signed_and_named(self) -> None:
        async with receiver(202) as found:
            await webhook(found.url).apply(OUT)
            ((headers, body),) = found.requests
        signed = hmac.new(SECRET.encode(), headers["x-hivesync-timestamp"].encode() + b"." + body, sha256).hexdigest()
        assert headers["x-hivesync-signature"] == f"sha256={signed}"
        assert headers["idempotency-key"] == "id-1"
        sent = json.loads(body)
        assert (sent["action"], sent["role"], sent["workers_before"], sent["workers"]) == ("out", "ai_worker", 1, 2)

    async def test_a_server_that_stumbles_is_told_again_under_the_same_name(self) -> None:
        async with receiver(500, 503, 200) as found:
            assert (await webhook(found.url).apply(OUT)).done
            assert [headers["idempotency-key"] for headers, _ in found.requests] == ["id-1"] * 3

    @pytest.mark.parametrize("status", [301, 307, 400, 403])
    async def test_a_redirect_or_a_refusal_is_the_end(self, status: int) -> None:
        async with receiver(status) as found:
            with pytest.raises(ScalingFailed, match=f"answered {status}"):
                await webhook(found.url).apply(OUT)
            assert len(found.requests) == 1

    async def test_a_server_that_hangs_costs_the_time_limit_only(self) -> None:
        async with receiver(0) as found:
            with pytest.raises(ScalingFailed, match=r"within 0\.3 s"):
                await webhook(found.url, seconds=0.3).apply(OUT)

    async def test_nobody_there_is_told(self) -> None:
        with pytest.raises(ScalingFailed, match="ConnectError"):
            await webhook("http://127.0.0.1:1/").apply(OUT)


class TestProcess:
    async def test_only_its_own_are_stopped(self, tmp_path: Path) -> None:
        driver = processes(tmp_path)
        with pytest.raises(ScalingFailed, match="none is its to stop"):
            await driver.apply(replace(OUT, action="in", before=1, after=0))
        assert await driver.workers("ai_worker", ("foreign",)) == Workers(1, fixed=1)

    async def test_closing_leaves_nobody_behind(self, tmp_path: Path) -> None:
        driver = processes(tmp_path)
        await driver.apply(replace(OUT, after=3))
        pids = [each.daemon.pid for each in driver._own.values()]
        await driver.close()
        assert len(pids) == 2
        assert all(pid is not None and has_ended(pid) for pid in pids)

    async def test_a_role_that_cannot_start_is_told_once_more_before_each_further_try(self, tmp_path: Path) -> None:
        driver = processes(tmp_path, "raise SystemExit(3)")
        for deaths in range(1, 4):
            await driver.apply(OUT)
            (started,) = driver._own.values()
            await until(lambda own=started: not own.daemon.is_alive())  # type: ignore[misc]
            assert await driver.workers("ai_worker", ()) == Workers(0)
            for _ in range(deaths):
                with pytest.raises(ScalingFailed, match="ended at once with status 3"):
                    await driver.apply(OUT)

    async def test_a_silent_one_is_killed_and_another_comes(self, tmp_path: Path) -> None:
        driver = processes(tmp_path, "import signal; signal.signal(15, signal.SIG_IGN); signal.pause()")
        await driver.apply(OUT)
        (silent,) = driver._own.values()
        outcome = await driver.apply(replace(OUT, action="replace", silent=(silent.worker_id, "foreign")))
        await until(lambda: not silent.daemon.is_alive())
        assert outcome.done
        assert silent.worker_id not in driver._own
        for each in driver._own.values():
            each.daemon.kill()
        await driver.close()

    async def test_whoever_dies_takes_its_workers_along(self, tmp_path: Path) -> None:
        code = f"""
import asyncio, os, pathlib, sys
sys.path.insert(0, {str(Path(__file__).parents[3])!r})
from tests.adapters.scaling.test_contract import OUT, processes
async def main():
    driver = processes(pathlib.Path({str(tmp_path)!r}))
    await driver.apply(OUT)
    (own,) = driver._own.values()
    pathlib.Path({str(tmp_path / "pid")!r}).write_text(str(own.daemon.pid))
    os.kill(os.getpid(), 9)
asyncio.run(main())
"""
        parent = await asyncio.create_subprocess_exec(sys.executable, "-c", code)
        assert await parent.wait() == -9
        pid = int((tmp_path / "pid").read_text())
        await until(lambda: has_ended(pid))
