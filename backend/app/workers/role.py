"""`Role`: a kind of worker process — which queues it serves, how many slots it has, what it may touch."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from app.config import Settings
from app.core.jobs import Queue


class WorkerType(StrEnum):
    """What an operator sees in the workers' table."""

    CPU = "cpu"
    GPU = "gpu"
    CLEANUP = "cleanup"


@dataclass(frozen=True, slots=True)
class Role:
    """A worker's job description. `preflight` lists what the machine lacks; empty means fit."""

    name: str
    queues: tuple[Queue, ...]
    type: WorkerType = WorkerType.CPU
    writes_mirrors: bool = False
    slots: int | None = None
    # How many jobs that mostly wait for others (I/O) run at once, instead of `slots`.
    io_slots: int | None = None
    preflight: Callable[[Settings], list[str]] = field(default=lambda _settings: [])
