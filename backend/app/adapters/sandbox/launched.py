"""The sandboxes that `launcher.py` makes: with namespaces, or with Landlock alone where those are forbidden."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.adapters.sandbox.libraries import shared_libraries
from app.adapters.sandbox.port import Confinement

_LAUNCHER = Path(__file__).with_name("launcher.py")


@dataclass(frozen=True, slots=True)
class LaunchedSandbox:
    """A program behind a small launcher, which costs some ten milliseconds more than the program."""

    has_namespaces: bool

    @property
    def name(self) -> str:
        """How operators know it."""
        return "namespaces" if self.has_namespaces else "landlock"

    def wrap(self, argv: Sequence[str], within: Confinement) -> tuple[str, ...]:
        """Put the launcher before it; it ends with status 125 where it cannot do what it is for."""
        libraries = shared_libraries() if within.needs_libraries else ()
        spec = {
            "reads": [str(path) for path in (*libraries, *within.reads)],
            "writes": [str(path) for path in within.writes],
            "namespaces": self.has_namespaces,
        }
        return (sys.executable, "-I", "-S", str(_LAUNCHER), json.dumps(spec), *argv)
