"""The `process` driver: workers as children of this process, on this machine. They go when it goes."""

import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import structlog

from app.adapters.machine.gpus import device_count
from app.adapters.process.daemon import Daemon, DaemonSpec
from app.adapters.scaling.port import Change, Outcome, ScalingFailed, Workers

log = structlog.get_logger(__name__)

# A worker that ends sooner than this never worked: its machine lacks something, and another one would end so too.
_STILLBORN_SECONDS = 10.0
# By then whoever asks waits for minutes; a machine that was mended is noticed within half an hour.
_MOST_TOLD = 6
# On top of the grace period in which it finishes its jobs.
_LEAVES_WITHIN = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class ProcessHost:
    """How this machine starts workers: the environment, where logs go, how long running jobs may finish in."""

    env: Mapping[str, str]
    log_dir: Path
    grace: timedelta
    new_id: Callable[[], str]
    monotonic: Callable[[], float]
    argv: tuple[str, ...] = (sys.executable, "-m", "app", "worker", "--role", "{role}", "--worker-id", "{worker_id}")


@dataclass(slots=True)
class _Own:
    worker_id: str
    role: str
    daemon: Daemon
    started: float


@dataclass(slots=True)
class _Stillborn:
    """How many of a role ended at once in a row, and how often that is still told before another one is tried."""

    deaths: int
    untold: int
    why: str


@dataclass(slots=True)
class ProcessScaling:
    """Starts and drains workers of its own; those that somebody else started are counted, never stopped.

    Each child is bound to this process by the kernel (Linux): however it ends, none of them stays behind, and what
    they were doing comes back to its queue. So a new process has nobody to adopt.
    """

    host: ProcessHost
    name: str = "process"
    # Counting GPUs asks their driver, which may hang.
    is_slow: bool = True
    _own: dict[str, _Own] = field(default_factory=dict)
    _leaving: dict[str, "asyncio.Task[None]"] = field(default_factory=dict)
    _stillborn: dict[str, "_Stillborn"] = field(default_factory=dict)
    _cpu_asked: bool = False

    async def workers(self, role: str, alive: Sequence[str]) -> Workers | None:
        """Count ours, and those of others that beat; who is on the way out is not counted."""
        self._bury()
        own = [each.worker_id for each in self._own.values() if each.role == role]
        others = [worker_id for worker_id in alive if worker_id not in self._own and worker_id not in self._leaving]
        return Workers(len(own) + len(others), fixed=len(others))

    async def devices(self) -> int | None:
        """Count this machine's GPUs, as a worker that needs one does before it starts."""
        return await asyncio.to_thread(device_count)

    def cpu(self) -> float | None:
        """Say how busy this machine was since the last question."""
        import psutil  # noqa: PLC0415 - only this driver needs it

        busy = psutil.cpu_percent(interval=None)
        # The first answer stands for no span of time.
        asked, self._cpu_asked = self._cpu_asked, True
        return float(busy) if asked else None

    async def apply(self, change: Change) -> Outcome:
        """Start, drain or replace workers of ours."""
        self._bury()
        if change.action == "replace":
            return self._replace(change)
        if change.after > change.before:
            died = self._stillborn.get(change.role)
            if died is not None and died.untold:
                # Told once more each time, so that whoever asks waits longer and longer.
                died.untold -= 1
                raise ScalingFailed(died.why)
            started = [self._start(change.role) for _ in range(change.after - change.before)]
            return Outcome(done=bool(started), note=f"Started {', '.join(started)}.")
        own = [each for each in self._own.values() if each.role == change.role]
        going = own[::-1][: change.before - change.after]
        if not going:
            raise ScalingFailed(f"No {change.role} was started by the autoscaler, so none is its to stop.")
        for each in going:
            self._drain(each)
        return Outcome(done=True, note=f"Drains {', '.join(each.worker_id for each in going)}.")

    async def close(self) -> None:
        """Drain everybody at once and wait until all are gone."""
        for each in list(self._own.values()):
            self._drain(each)
        await asyncio.gather(*self._leaving.values(), return_exceptions=True)

    def _replace(self, change: Change) -> Outcome:
        ours = [self._own[worker_id] for worker_id in change.silent if worker_id in self._own]
        if not ours:
            return Outcome(done=False, note="Whoever started it must restart it.")
        started = []
        for each in ours:
            # It does not beat, so it would not hear SIGTERM either: its jobs come back when their leases run out.
            each.daemon.kill()
            del self._own[each.worker_id]
            started.append(self._start(each.role))
        return Outcome(
            done=True, note=f"Killed {', '.join(each.worker_id for each in ours)}; {', '.join(started)} came."
        )

    def _start(self, role: str) -> str:
        worker_id = f"{role}-auto-{self.host.new_id()}"
        daemon = Daemon(
            DaemonSpec(
                name=role,
                argv=tuple(part.format(role=role, worker_id=worker_id) for part in self.host.argv),
                env=self.host.env,
                output=self.host.log_dir / f"{role}-auto.log",
            )
        )
        daemon.start()
        self._own[worker_id] = _Own(worker_id, role, daemon, self.host.monotonic())
        return worker_id

    def _drain(self, own: _Own) -> None:
        del self._own[own.worker_id]
        stopping = asyncio.create_task(own.daemon.stop(self.host.grace + _LEAVES_WITHIN))
        self._leaving[own.worker_id] = stopping
        stopping.add_done_callback(lambda _: self._leaving.pop(own.worker_id, None))

    def _bury(self) -> None:
        """Forget those that ended by themselves, and remember why one that never worked did."""
        for each in list(self._own.values()):
            lived = self.host.monotonic() - each.started
            if each.daemon.is_alive():
                if lived >= _STILLBORN_SECONDS:
                    self._stillborn.pop(each.role, None)
                continue
            del self._own[each.worker_id]
            status = each.daemon.returncode
            log.warning("autoscaler.worker_ended", worker_id=each.worker_id, status=status, seconds=round(lived, 1))
            if lived < _STILLBORN_SECONDS and status:
                earlier, where = self._stillborn.get(each.role), self.host.log_dir / f"{each.role}-auto.log"
                deaths = 1 + (earlier.deaths if earlier else 0)
                why = f"A {each.role} ended at once with status {status}. See {where}."
                self._stillborn[each.role] = _Stillborn(deaths, min(deaths, _MOST_TOLD), why)
