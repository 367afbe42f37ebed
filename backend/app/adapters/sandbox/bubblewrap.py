"""bubblewrap (`bwrap`), where it is installed: the sandbox of Flatpak."""

import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.adapters.sandbox.launched import LAUNCHER
from app.adapters.sandbox.libraries import shared_libraries
from app.adapters.sandbox.port import Confinement

_LINKS = ("/lib", "/lib64", "/bin")


@dataclass(frozen=True, slots=True)
class BubblewrapSandbox:
    """A program behind `bwrap`, with namespaces for everything and no rights."""

    program: str
    name: str = "bubblewrap"
    fit_for_builds: bool = True

    def wrap(self, argv: Sequence[str], within: Confinement) -> tuple[str, ...]:
        """Put `bwrap` with its options before it, and before a build also a filter of system calls."""
        counting = _counting(within.processes)
        command = (self.program, *_options(within, counting), "--", *counting, *argv)
        if not within.allows_sockets:
            return command
        # A network namespace does not hold what is no network to the kernel: sockets of a virtual machine to its host.
        return (sys.executable, "-I", "-S", str(LAUNCHER), json.dumps({"only_filter": True}), *command)


def _counting(processes: int | None) -> tuple[str, ...]:
    """Give what sets the limit of processes from within: set outside it would count those of the worker's user."""
    program = shutil.which("prlimit") if processes else None
    return (str(Path(program).resolve()), f"--nproc={processes}", "--") if program else ()


def _options(within: Confinement, counting: tuple[str, ...]) -> Iterator[str]:
    yield from ("--unshare-all", "--die-with-parent", "--cap-drop", "ALL", "--hostname", "sandbox")
    yield from ("--uid", "65534", "--gid", "65534", "--unshare-user", "--disable-userns")
    yield from ("--proc", "/proc", "--dev", "/dev")
    yield from ("--size", str(within.tmp_bytes), "--tmpfs", "/tmp")  # noqa: S108 - the sandbox's own
    for link in filter(Path.is_symlink, map(Path, _LINKS)):
        yield from ("--symlink", str(link.readlink()), str(link))
    libraries = shared_libraries() if within.needs_libraries else ()
    for path in (*libraries, *within.reads, *map(Path, counting[:1])):
        yield from ("--ro-bind", str(path), str(path))
    for path in within.writes:
        yield from ("--bind", str(path), str(path))
    for mount in within.mounts:
        yield from ("--bind" if mount.writable else "--ro-bind", str(mount.source), mount.target)
    # Below /dev lies a file system in memory without a limit.
    yield from ("--remount-ro", "/dev", "--remount-ro", "/")
    if within.chdir is not None:
        yield from ("--chdir", within.chdir)
