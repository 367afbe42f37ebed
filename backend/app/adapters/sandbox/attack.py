"""What a program that means harm would try first: run as a script inside a sandbox, it says what it could do.

Its argument is JSON: what to try it on (`probe.py` knows). It writes a list of names in JSON; an empty one is what is
hoped for. Nothing it does harms anybody.
"""

import contextlib
import fcntl
import json
import os
import socket
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any


def _tried(attempt: Callable[[], object]) -> bool:
    try:
        return bool(attempt())
    except OSError:
        return False


def _connect(kind: int, address: Any) -> bool:
    with socket.socket(kind, socket.SOCK_STREAM) as link:
        link.settimeout(2)
        link.connect(address)
    return True


def _send_datagram(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.sendto(b"!", ("127.0.0.1", port))
    return False  # whoever listens says whether it came


def _others_know_more() -> bool:
    """Say whether some process has variables that were not given to this one."""
    known = {name.encode() for name in os.environ}
    for environ in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            found = {pair.partition(b"=")[0] for pair in environ.read_bytes().split(b"\0") if pair}
            if found - known:
                return True
    return False


def _signal(pid: int) -> bool:
    os.kill(pid, 0)
    return True


def _connect_nearby(path: Path) -> bool:
    """Connect to a socket from the folder it lies in: the address of one is short, whatever its folder is called."""
    os.chdir(path.parent)
    return _connect(socket.AF_UNIX, path.name)


def _can_work() -> bool:
    """Say whether it can do what a tool must be able to."""
    file = Path("probe")
    return bool(file.write_text("1")) and file.read_text() == "1"


def _read(path: str) -> bool:
    """Read a file that is not the one that builds get in its place."""
    text = Path(path).read_bytes()
    return path != "/etc/passwd" or b"root:" in text


def _leave_daemon(lock: str) -> bool:
    """Start a process that leaves family and group, and holds a lock until it is killed or its time is over."""
    ready, told = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            file = os.open(lock, os.O_RDWR | os.O_CREAT)
            fcntl.flock(file, fcntl.LOCK_EX)
            os.dup2(os.open("/dev/null", os.O_RDWR), 1)
            os.dup2(1, 2)
            os.write(told, b"!")
            threading.Event().wait(5)
        os._exit(0)
    os.read(ready, 1)
    return False  # whoever looks afterwards says whether it lives


def _talk_to_itself() -> bool:
    """Listen and connect on loopback, as bundlers do."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return _connect(socket.AF_INET, server.getsockname())


def _talk_to_the_host() -> bool:
    """Make a socket that leads from a virtual machine to its host, whatever the network."""
    socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM).close()
    return True


def _only_a_build(told: dict[str, Any]) -> dict[str, Callable[[], object]]:
    return {
        "write what is only shown": lambda: (Path(told["shown"]) / "written").write_text("x"),
        "fill memory below /dev": lambda: Path("/dev/shm/written").write_text("x"),
        "talk to the host": _talk_to_the_host,
        "leave a daemon": lambda: _leave_daemon(told["lock"]),
    }


def main(said: str) -> None:
    """Try it all."""
    told = json.loads(said)
    attempts: dict[str, Callable[[], object]] = {
        **{f"read {name}": partial(_read, path) for name, path in told["files"].items()},
        "list the folder beside": lambda: os.listdir(told["folder"]),
        "write beside": lambda: (Path(told["folder"]) / "written").write_text("x"),
        "read the worker's environment": Path(f"/proc/{told['pid']}/environ").read_bytes,
        "read others' environment": _others_know_more,
        "signal the worker": lambda: _signal(told["pid"]),
        "connect to a port": lambda: _connect(socket.AF_INET, ("127.0.0.1", told["port"])),
        "send a datagram": lambda: _send_datagram(told["mailbox"]),
        "connect to an abstract socket": lambda: _connect(socket.AF_UNIX, "\0" + told["abstract"]),
        "connect to a socket": lambda: _connect_nearby(Path(told["socket"])),
    }
    if told["as_build"]:
        attempts |= _only_a_build(told)
    works = _tried(_can_work) and (not told["as_build"] or _tried(_talk_to_itself))
    done = [] if works else ["(nothing works in it)"]
    print(json.dumps(done + [name for name, attempt in attempts.items() if _tried(attempt)]))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
