"""What this process uses of its machine."""

import functools
import os
import socket
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Any


@dataclass(frozen=True, slots=True)
class Figures:
    """Resident memory in bytes, and the share of one processor used since the last question (1.0 is all of it)."""

    host: str
    pid: int
    memory_bytes: int
    cpu: float


@dataclass(slots=True)
class Own:
    """This process's figures."""

    _process: Any = None
    _host: str = field(default_factory=socket.gethostname)

    def figures(self) -> Figures:
        """Read them; the first time the processor's share is zero."""
        if self._process is None:
            # Only workers pay for its import.
            import psutil  # noqa: PLC0415

            self._process = psutil.Process()
        with self._process.oneshot():
            return Figures(
                self._host,
                os.getpid(),
                int(self._process.memory_info().rss),
                round(self._process.cpu_percent() / 100, 3),
            )


@functools.cache
def running_version() -> str:
    """Name the version that runs; empty where it was never installed."""
    try:
        return version("hivesync-backend")
    except PackageNotFoundError:
        return ""
