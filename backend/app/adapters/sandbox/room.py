"""What a program of strangers is shown, how much it may use, and how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from app.adapters.sandbox.port import Mount
from app.core.errors import Invalid

Reason = Literal["exited", "timeout", "memory", "processes", "disk", "log"]


class RoomRefused(Invalid):
    """Where something should be mounted for a build there is a link or a file. The details say where."""


@dataclass(frozen=True, slots=True)
class Room:
    """What a program is shown: mounts at constant paths, programs at their own, exactly this environment.

    `chdir` is where it starts, inside. Nested mounts come after what they lie in; where that is a folder of the
    machine, the place is made there. `/usr`, a /tmp in memory, /proc and a small /etc are always there; sockets reach
    nothing but the program's own loopback interface and socket files that are mounted.
    """

    mounts: tuple[Mount, ...]
    env: Mapping[str, str]
    chdir: str
    reads: tuple[Path, ...] = ()
    tmp_bytes: int = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class BuildLimits:
    """What a program and all it starts may use, together; `file_bytes` is for each file.

    Memory counts resident bytes and /tmp; `processes` counts threads; `disk_bytes` is what all writable mounts may
    grow by.
    """

    timeout: timedelta
    memory_bytes: int = 4 * 1024**3
    # Bundlers start a process for every second core, of a dozen threads each.
    processes: int = 1024
    file_bytes: int = 512 * 1024**2
    disk_bytes: int = 4 * 1024**3
    max_log_bytes: int = 8 * 1024**2


@dataclass(frozen=True, slots=True)
class Ended:
    """How it ended. Only with the reason `exited` did it end by itself, with this status (128 + n for signal n).

    `peak_memory` is the largest sum, in bytes, that was seen; `cpu_seconds` are of all its processes
    and may lack those of the last tenth of a second.
    """

    returncode: int
    reason: Reason
    seconds: float
    cpu_seconds: float
    peak_memory: int

    @property
    def ok(self) -> bool:
        """Say whether it ended by itself with status 0."""
        return self.reason == "exited" and self.returncode == 0


def written_in(room: Room) -> tuple[Path, ...]:
    """List the folders that a program in it can write to."""
    return tuple(mount.source for mount in room.mounts if mount.writable and mount.source.is_dir())
