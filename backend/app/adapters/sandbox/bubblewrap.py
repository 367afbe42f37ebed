"""bubblewrap (`bwrap`), where it is installed: the sandbox of Flatpak."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.adapters.sandbox.libraries import shared_libraries
from app.adapters.sandbox.port import Confinement

_LINKS = ("/lib", "/lib64", "/bin")


@dataclass(frozen=True, slots=True)
class BubblewrapSandbox:
    """A program behind `bwrap`, with namespaces for everything and no rights."""

    program: str
    name: str = "bubblewrap"

    def wrap(self, argv: Sequence[str], within: Confinement) -> tuple[str, ...]:
        """Put `bwrap` with its options before it."""
        return (self.program, *_options(within), "--", *argv)


def _options(within: Confinement) -> Iterator[str]:
    yield from ("--unshare-all", "--die-with-parent", "--cap-drop", "ALL", "--hostname", "sandbox")
    yield from ("--uid", "65534", "--gid", "65534", "--unshare-user", "--disable-userns")
    yield from ("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp")  # noqa: S108 - the sandbox's own
    for link in filter(Path.is_symlink, map(Path, _LINKS)):
        yield from ("--symlink", str(link.readlink()), str(link))
    libraries = shared_libraries() if within.needs_libraries else ()
    for path in (*libraries, *within.reads):
        yield from ("--ro-bind", str(path), str(path))
    for path in within.writes:
        yield from ("--bind", str(path), str(path))
    yield from ("--remount-ro", "/")
