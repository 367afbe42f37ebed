"""The port for platforms that start and stop workers, and the values that cross it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.core.errors import Conflict, Unavailable

# There is exactly one, always: whoever asks for another number has a bug, or worse.
NEVER_SCALED = "cleanup_worker"


class ScalingFailed(Unavailable):
    """The platform did not start or stop a worker. The autoscaler tries again, later each time."""

    code = "SCALING_FAILED"


class ScalingRefused(Conflict):
    """The cleanup worker is never scaled: there is exactly one."""

    code = "SCALING_REFUSED"


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be done: from so many workers of a role to so many. `silent` are workers to be replaced.

    `id` names this change, so that a platform that is told twice does it once.
    """

    id: str
    role: str
    queue: str
    action: str
    before: int
    after: int
    reason: str
    silent: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what must never be asked of any platform."""
        if self.role == NEVER_SCALED:
            raise ScalingRefused
        if self.after < 0:
            raise ValueError("a platform cannot run fewer than no workers")

    @property
    def service(self) -> str:
        """The role's name as platforms write it: with dashes."""
        return self.role.replace("_", "-")


@dataclass(frozen=True, slots=True)
class Workers:
    """How many workers of a role there are. `fixed` of them are not this driver's to stop."""

    count: int
    fixed: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a change. `done`: the platform took it on. `note`: what was run, or is to be run by hand."""

    done: bool
    note: str = ""


class ScalingDriver(Protocol):
    """Starts and stops workers on one platform."""

    name: str
    # Whether asking it takes longer than a scheduler's tick may.
    is_slow: bool

    async def workers(self, role: str, alive: Sequence[str]) -> Workers | None:
        """Count a role's workers, those that are just starting included; None: only heartbeats tell.

        `alive` are the ids of those that beat. ScalingFailed when the platform does not answer.
        """
        ...

    async def devices(self) -> int | None:
        """Count the GPUs that workers could have; None when that cannot be known."""
        ...

    def cpu(self) -> float | None:
        """Say how busy the machine is that all workers share, in percent; None when they do not share one."""
        ...

    async def apply(self, change: Change) -> Outcome:
        """Do it; ScalingFailed when that did not work. Who goes gets SIGTERM, and hands back what it holds."""
        ...

    async def close(self) -> None:
        """Let go of everything; workers of this driver's own are drained and stopped."""
        ...
