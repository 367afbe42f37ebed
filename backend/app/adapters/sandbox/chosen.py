"""Which sandbox tools, and builds, run in on this machine: the first that holds against an attack, found out once."""

import asyncio
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from app.adapters.sandbox.bubblewrap import BubblewrapSandbox
from app.adapters.sandbox.launched import LaunchedSandbox
from app.adapters.sandbox.port import HOLDS, NoSandbox, Sandbox, SandboxMissing
from app.adapters.sandbox.probe import Found, Prober
from app.adapters.telemetry.logging import get_logger

log = get_logger(__name__)

Mode = Literal["auto", "required", "off"]
HOW_TO_GET_ONE = (
    "Install bubblewrap, or run on Linux 5.13 or newer with unprivileged user namespaces or Landlock allowed;"
    " `hivesync health` says what was tried."
)


def candidates() -> tuple[Sandbox, ...]:
    """List what could be used here, best first."""
    if sys.platform != "linux":
        return ()
    program = shutil.which("bwrap")
    ours = (LaunchedSandbox(has_namespaces=True), LaunchedSandbox(has_namespaces=False))
    return (BubblewrapSandbox(program), *ours) if program else ours


def candidates_for_builds() -> tuple[Sandbox, ...]:
    """List what could be used for builds. For root ours is first: only there the kernel bounds root's processes."""
    known = candidates()
    return tuple(sorted(known, key=lambda each: each.name != "namespaces")) if _is_root() else known


def _is_root() -> bool:
    return os.geteuid() == 0


@dataclass(slots=True)
class ToolSandbox:
    """The sandbox of one process. `auto` takes the best there is, `required` refuses work without one that holds."""

    mode: Mode
    prober: Prober
    known: Sequence[Sandbox]
    tried: tuple[Found, ...] = ()
    _chosen: Sandbox | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def take(self) -> Sandbox:
        """Give the sandbox to run a tool in; SandboxMissing."""
        async with self._turn:
            if self._chosen is None:
                self._chosen = await self._choose()
        if self.mode == "required" and not self.holds:
            raise SandboxMissing(
                f"This machine has no sandbox that holds. {HOW_TO_GET_ONE}", tried=[str(found) for found in self.tried]
            )
        return self._chosen

    @property
    def holds(self) -> bool:
        """Say whether the sandbox in force kept out all that was tried."""
        return any(found.holds for found in self.tried)

    @property
    def verdict(self) -> str:
        """Say in one line which sandbox is in force and what an attack could do; empty before it was chosen."""
        if self._chosen is None:
            return ""
        found = next((each for each in self.tried if each.sandbox == self._chosen.name), None)
        return str(found) if found else f"{self._chosen.name}: tools run unconfined"

    async def _choose(self) -> Sandbox:
        if self.mode == "off":
            return NoSandbox()
        best: tuple[int, Sandbox] | None = None
        for sandbox in self.known:
            found = await self.prober.probe(sandbox)
            self.tried = (*self.tried, found)
            if found.holds:
                return sandbox
            if not found.problem and (best is None or len(found.could) < best[0]):
                best = len(found.could), sandbox
        log.warning("sandbox.weak", tried=[str(found) for found in self.tried], advice=HOW_TO_GET_ONE)
        return best[1] if best else NoSandbox()


HOW_TO_BUILD = (
    "Install bubblewrap, or run on Linux 5.13 or newer with Landlock, and allow unprivileged user namespaces;"
    " `hivesync health` says what was tried. On a developer's own machine, with code he trusts, PREVIEW_SANDBOX=off"
    " builds without."
)


@dataclass(slots=True)
class BuildSandbox:
    """The sandbox that builds of one process run in. Code of strangers is run outright: there is no second best."""

    mode: Literal["required", "off"]
    prober: Prober
    known: Sequence[Sandbox]
    tried: tuple[Found, ...] = ()
    _chosen: Sandbox | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def take(self) -> Sandbox:
        """Give the sandbox to run a build in; SandboxMissing."""
        if self.mode == "off":
            self._chosen = NoSandbox()
            return self._chosen
        async with self._turn:
            if not self.tried:
                await self._choose()
        if self._chosen is None:
            raise SandboxMissing(
                f"This machine has no sandbox for builds. {HOW_TO_BUILD}", tried=[str(found) for found in self.tried]
            )
        return self._chosen

    @property
    def verdict(self) -> str:
        """Say in one line which sandbox is in force; empty before it was chosen."""
        if self._chosen is not None:
            return f"{self._chosen.name}: {HOLDS if self.mode == 'required' else 'builds run unconfined'}"
        return f"none: builds are refused ({'; '.join(map(str, self.tried))})" if self.tried else ""

    async def _choose(self) -> None:
        for sandbox in self.known:
            if not sandbox.fit_for_builds:
                found = Found(sandbox.name, problem="not enough for builds")
            else:
                found = await self.prober.probe(sandbox, as_build=True)
            self.tried = (*self.tried, found)
            if found.holds:
                self._chosen = sandbox
                return
        self.tried = self.tried or (Found("none", problem="there is none for this system"),)
        log.warning("sandbox.no_builds", tried=[str(found) for found in self.tried], advice=HOW_TO_BUILD)
