"""Named places where a test may end the process, as a crash would. Unless armed they do nothing."""

import os
import signal
from pathlib import Path

_armed: list[Path] = []


def arm(order: Path | None) -> None:
    """Obey a file that names one failpoint, or nobody. The file is gone once the failpoint has struck."""
    _armed[:] = [order] if order else []


def failpoint(name: str) -> None:
    """Die here, without any clean-up, if the order names this failpoint. Of several processes one dies."""
    if not _armed:
        return
    order = _armed[0]
    try:
        if order.read_text(encoding="utf-8").strip() != name:
            return
        order.unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
