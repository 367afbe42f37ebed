#!/usr/bin/env python3
"""Says whether HiveSync works: PostgreSQL, Redis, queues, heartbeats, scheduler, cleanup, dead jobs, disk.

    tools/hivesync-health.py [-json | --json] [--shallow]

Any Python 3 runs it: it hands over to the one of HiveSync's environment (.venv, or VIRTUAL_ENV), which reads the same
settings as the servers. Colours only at a terminal. Exit status 0 good or degraded, 1 failed, 2 wrong usage.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[1]


def main(arguments: list[str]) -> int:
    """Run `hivesync health` with these arguments; 1 when there is no environment to run it in."""
    python = find_python()
    if python is not None:
        hand_over(python, arguments)
    sys.stderr.write(
        f"HiveSync is not installed here: {ROOT / '.venv'} is missing. Set it up once: make -C {ROOT} setup\n"
    )
    return 1


def hand_over(python: Path, arguments: list[str]) -> NoReturn:
    """Become `hivesync health`."""
    path = os.pathsep.join(filter(None, [str(ROOT / "backend"), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "PYTHONPATH": path}
    os.execve(python, [str(python), "-m", "app", "health", *arguments], environment)  # noqa: S606 - takes our place


def find_python() -> Path | None:
    """Find the Python that has HiveSync's libraries; None without one."""
    folders = [ROOT / ".venv", *(Path(each) for each in [os.environ.get("VIRTUAL_ENV")] if each)]
    candidates = [folder / "bin" / "python" for folder in folders]
    return next((each for each in candidates if os.access(each, os.X_OK)), None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
