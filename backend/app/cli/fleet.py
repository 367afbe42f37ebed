"""The processes `hivesync up` looks after: started, watched, restarted with patience, stopped together."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import structlog

from app.adapters.process.daemon import Daemon, DaemonFailed, DaemonSpec

log = structlog.get_logger(__name__)

_STOP_GRACE = timedelta(seconds=25)
# A child that dies at once is not restarted in a tight loop; one that lived a while is restarted at once.
_LONGEST_PAUSE_SECONDS = 5.0
_HEALTHY_AFTER_SECONDS = 5.0
# As long as a process may stand still by its own fault (workers/pulse.py), which cannot strike while it is stopped.
_STOPPED_AT_MOST = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Member:
    """One process: its name and what follows `hivesync` on its command line. `{worker_id}` is filled in."""

    name: str
    arguments: tuple[str, ...]
    is_worker: bool = False


@dataclass(slots=True)
class Fleet:
    """A handful of members and what to do when one dies."""

    env: Mapping[str, str]
    log_dir: Path
    new_id: Callable[[], str]
    on_worker_death: Callable[[str], Awaitable[object]]
    verbose: bool = False
    stopped_at_most: timedelta = _STOPPED_AT_MOST
    daemons: dict[str, Daemon] = field(default_factory=dict)
    restarts: int = 0

    async def keep(self, member: Member, *, monotonic: Callable[[], float]) -> None:
        """Run a member until cancelled, restarting it whenever it ends."""
        pause = 0.0
        while True:
            worker_id = f"{member.name}-{self.new_id()}"
            daemon = Daemon(self._spec(member, worker_id))
            self.daemons[member.name] = daemon
            started = monotonic()
            try:
                daemon.start()
                status = await self._ended(daemon)
            except (DaemonFailed, OSError) as error:
                # No processes, no memory, a full disk: it may pass, and the other members must go on.
                log.error("fleet.member_not_started", member=member.name, error=str(error))  # noqa: TRY400
                pause = min(max(0.2, pause * 2), _LONGEST_PAUSE_SECONDS)
                await asyncio.sleep(pause)
                continue
            except asyncio.CancelledError:
                await daemon.stop(_STOP_GRACE)
                raise
            self.restarts += 1
            log.warning("fleet.member_ended", member=member.name, status=status)
            if member.is_worker:
                await self._bury(worker_id)
            lived = monotonic() - started
            pause = 0.0 if lived > _HEALTHY_AFTER_SECONDS else min(max(0.2, pause * 2), _LONGEST_PAUSE_SECONDS)
            await asyncio.sleep(pause)

    async def _ended(self, daemon: Daemon) -> int:
        """Wait for a member's end; one that stays stopped is ended, for it may hold what all the others wait for.

        On SQLite that is the write lock: a worker stopped within a transaction stops every writer of the product.
        """
        ending = asyncio.ensure_future(daemon.wait())
        was_stopped = False
        try:
            while not (await asyncio.wait({ending}, timeout=self.stopped_at_most.total_seconds()))[0]:
                is_stopped = daemon.is_stopped()
                if is_stopped and was_stopped:
                    log.warning("fleet.member_stands_still", member=daemon.spec.name)
                    daemon.kill()
                was_stopped = is_stopped
            return await ending
        finally:
            ending.cancel()

    async def _bury(self, worker_id: str) -> None:
        try:
            await self.on_worker_death(worker_id)
        except Exception:  # the members must go on; the dead worker's leases run out by themselves
            log.exception("fleet.worker_death_not_noted", worker_id=worker_id)

    def _spec(self, member: Member, worker_id: str) -> DaemonSpec:
        arguments = tuple(part.replace("{worker_id}", worker_id) for part in member.arguments)
        return DaemonSpec(
            name=member.name,
            argv=(sys.executable, "-m", "app", *arguments),
            env=self.env,
            output="inherit" if self.verbose else self.log_dir / f"{member.name}.log",
        )
