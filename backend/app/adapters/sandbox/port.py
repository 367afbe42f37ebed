"""The port for sandboxes, and the values that cross it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.core.errors import Unavailable


class SandboxMissing(Unavailable):
    """Tools that read foreign code may only run in a sandbox (TOOL_SANDBOX=required), and this machine has none."""

    code = "SANDBOX_MISSING"
    # The machine will not have one in a minute either.
    retryable = False


@dataclass(frozen=True, slots=True)
class Confinement:
    """What a program is shown: paths it may read and run, folders it may write below. All must be there; absolute.

    Beside them there are the machine's shared libraries where `needs_libraries`, a few devices and, where the
    sandbox can make them, a /proc and a /tmp of its own. There is no network.
    """

    reads: tuple[Path, ...]
    writes: tuple[Path, ...]
    needs_libraries: bool = True


class Sandbox(Protocol):
    """One way to shut a program in."""

    @property
    def name(self) -> str:
        """How operators know it."""
        ...

    def wrap(self, argv: Sequence[str], within: Confinement) -> tuple[str, ...]:
        """Give the command that runs `argv` shut in; it keeps its working directory, environment and pipes.

        The program ends when whoever started the command does, and with it whatever it started.
        """
        ...


# How a verdict ends where nothing that was tried succeeded.
HOLDS = "holds"


class NoSandbox:
    """Runs programs as they are."""

    name = "none"

    def wrap(self, argv: Sequence[str], _within: Confinement) -> tuple[str, ...]:
        """Change nothing."""
        return tuple(argv)


class SandboxSource(Protocol):
    """Whoever knows in which sandbox tools run here."""

    @property
    def verdict(self) -> str:
        """Say in one line which is in force and what an attack from within could do; empty before that is known."""
        ...

    async def take(self) -> Sandbox:
        """Give the sandbox to run a tool in; SandboxMissing."""
        ...


class Unconfined:
    """Runs every tool as it is: for tests that shut nothing in."""

    verdict = ""

    async def take(self) -> Sandbox:
        """Give none."""
        return NoSandbox()
