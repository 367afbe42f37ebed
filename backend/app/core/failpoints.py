"""Named places where a test may end the process, as a crash would. Without a name set they do nothing."""

import os
import signal
from pathlib import Path

_armed: dict[str, Path | None] = {}


def arm(name: str | None, *, once_file: Path | None = None) -> None:
    """Choose the failpoint that kills this process; `once_file` makes it strike a single time per file."""
    _armed.clear()
    if name:
        _armed[name] = once_file


def failpoint(name: str) -> None:
    """Die here, without any clean-up, if this failpoint is armed."""
    if name not in _armed:
        return
    once_file = _armed[name]
    if once_file is not None:
        try:
            once_file.touch(exist_ok=False)
        except FileExistsError:
            return
    os.kill(os.getpid(), signal.SIGKILL)
