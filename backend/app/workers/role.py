"""`Role`: a kind of worker process — which queues it serves, how many slots it has, what it must find."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from app.adapters.machine.port import Machine
from app.config import Settings
from app.core.jobs import Queue


class WorkerType(StrEnum):
    """What an operator sees in the workers' table."""

    CPU = "cpu"
    GPU = "gpu"
    CLEANUP = "cleanup"


@dataclass(frozen=True, slots=True)
class Need:
    """Something a role looks for on its machine. Without a `problem` it is there; one that is not `required` warns."""

    name: str
    problem: str | None = None
    required: bool = True


Needs = Callable[[Settings, Machine], Sequence[Need]]


def program(machine: Machine, name: str, purpose: str, *, required: bool = True) -> Need:
    """Look for a program."""
    found = machine.has_program(name)
    return Need(name, None if found else f"{name} is not installed; it {purpose}. Install it.", required)


@dataclass(frozen=True, slots=True)
class Role:
    """A worker's job description. `slots` bounds how many jobs it runs at once; GPU and cleanup run one, always."""

    name: str
    queues: tuple[Queue, ...]
    does: str = ""
    type: WorkerType = WorkerType.CPU
    writes_mirrors: bool = False
    slots: int | Callable[[Settings], int] = field(default=lambda settings: settings.workers.concurrency)
    # Whether it runs tools on what a repository holds.
    confines_tools: bool = False
    # Whether it builds what a repository holds.
    confines_builds: bool = False
    needs: Needs = field(default=lambda _settings, _machine: ())

    def slots_for(self, settings: Settings) -> int:
        """Count the slots."""
        if self.type is not WorkerType.CPU:
            return 1
        return self.slots if isinstance(self.slots, int) else self.slots(settings)

    def served(self, settings: Settings) -> tuple[Queue, ...]:
        """List the queues it reads: a GPU worker has a lane in `ai_jobs` unless there is a queue of its own."""
        if self.type is WorkerType.GPU and not settings.workers.gpu_queue_enabled:
            return (*self.queues, Queue.AI)
        return self.queues
