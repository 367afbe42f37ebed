"""The port for sandboxes, and the values that cross it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.core.errors import Unavailable


class SandboxMissing(Unavailable):
    """Foreign code is read and built in a sandbox only (TOOL_SANDBOX, PREVIEW_SANDBOX), and this machine has none."""

    code = "SANDBOX_MISSING"
    # The machine will not have one in a minute either.
    retryable = False


@dataclass(frozen=True, slots=True)
class Mount:
    """A file or folder of the machine, `source`, that is seen at the absolute path `target` inside."""

    source: Path
    target: str
    writable: bool = False


@dataclass(frozen=True, slots=True)
class Confinement:
    """What a program is shown: paths it may read and run, folders it may write below. All must be there; absolute.

    Beside them there are the machine's shared libraries where `needs_libraries`, a few devices and, where the
    sandbox can make them, a /proc and a /tmp of its own (of up to `tmp_bytes`). There is no network.

    The rest is for builds, and for sandboxes that are `fit_for_builds`: `mounts` are made in order, so that a later one
    may lie within an earlier one; with `allows_sockets` there is a loopback interface that nobody else is on;
    `chdir` is where the program starts (else where it was started); `processes` is how many it may have, threads
    counted, as far as the kernel keeps that limit (for root it does not).
    """

    reads: tuple[Path, ...]
    writes: tuple[Path, ...]
    needs_libraries: bool = True
    mounts: tuple[Mount, ...] = ()
    allows_sockets: bool = False
    tmp_bytes: int = 64 * 1024**2
    chdir: str | None = None
    processes: int | None = None


class Sandbox(Protocol):
    """One way to shut a program in."""

    @property
    def name(self) -> str:
        """How operators know it."""
        ...

    @property
    def fit_for_builds(self) -> bool:
        """Say whether it can mount, give a loopback interface, and end whatever was started in it."""
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
    fit_for_builds = False

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
