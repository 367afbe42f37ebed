"""The sandboxes that `launcher.py` makes: with namespaces, or with Landlock alone where those are forbidden."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.adapters.sandbox.libraries import shared_libraries
from app.adapters.sandbox.port import Confinement, SandboxMissing

LAUNCHER = Path(__file__).with_name("launcher.py")
# json.dumps writes ASCII: characters are bytes.
_PIECE = 100_000


@dataclass(frozen=True, slots=True)
class LaunchedSandbox:
    """A program behind a small launcher, which costs some ten milliseconds more than the program."""

    has_namespaces: bool

    @property
    def name(self) -> str:
        """How operators know it."""
        return "namespaces" if self.has_namespaces else "landlock"

    @property
    def fit_for_builds(self) -> bool:
        """Say whether it has namespaces: Landlock alone mounts nothing and lets daemons live."""
        return self.has_namespaces

    def wrap(self, argv: Sequence[str], within: Confinement) -> tuple[str, ...]:
        """Put the launcher before it, which ends with status 125 where it cannot do what it is for."""
        if not self.has_namespaces and (within.mounts or within.allows_sockets):
            raise SandboxMissing("Landlock alone cannot shut a build in: it mounts nothing.")
        libraries = shared_libraries() if within.needs_libraries else ()
        spec = {
            "reads": [str(path) for path in (*libraries, *within.reads)],
            "writes": [str(path) for path in within.writes],
            "mounts": [(str(mount.source), mount.target, mount.writable) for mount in within.mounts],
            "namespaces": self.has_namespaces,
            "sockets": within.allows_sockets,
            "tmp_bytes": within.tmp_bytes,
            "chdir": within.chdir,
            "processes": within.processes,
        }
        return (sys.executable, "-I", "-S", str(LAUNCHER), *_in_pieces(json.dumps(spec)), *argv)


def _in_pieces(text: str) -> Iterator[str]:
    """Cut what is too long for one argument: Linux takes 128 KiB (MAX_ARG_STRLEN), and all of them may have more."""
    pieces = [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]
    if len(pieces) > 1:
        yield f"@{len(pieces)}"
    yield from pieces
