"""Runs npm in the build sandbox, in a folder that holds what a project depends on and nothing else of it."""

import asyncio
import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from app.adapters.node.tools import NodeTools
from app.adapters.registry.port import FORWARDER_PLACE, SOCKET_FOLDER, Registry, forwarded, forwarder
from app.adapters.registry.proxy import RegistryProxy
from app.adapters.sandbox.port import Mount
from app.adapters.sandbox.room import BuildLimits, Ended, Room
from app.adapters.sandbox.running import BuildShell
from app.services.preview.builder.npm_errors import failure_of
from app.services.preview.builder.package_files import MOST_LOCK_BYTES
from app.services.preview.errors import MissingDependencies, RegistryUnavailable

_PROJECT, _CACHE, _BASE, _CERTIFICATES = "/build/project", "/build/npm-cache", "/build/base", "/build/certificates.pem"
_QUIET = ("--no-audit", "--no-fund", "--no-update-notifier", "--no-progress", "--legacy-peer-deps", "--loglevel=warn")
# npm's own waits between attempts (10 s, then 60 s) would use up a build's time.
_RETRIES = ("--fetch-retries=2", "--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=3000")
_FETCH = Path(__file__).with_name("node") / "fetch-packages.cjs"
_LAST_LINES = 200
_BECAUSE = {
    "memory": "took more memory than allowed",
    "processes": "started more processes than allowed",
    "disk": "wrote more than allowed",
    "log": "wrote more output than allowed",
}


@dataclass(frozen=True, slots=True)
class Site:
    """Where one install happens: `folder` holds `project`; `cache` is the tenant's own of npm; `deadline` monotonic."""

    folder: Path
    cache: Path
    allow_scripts: bool
    log: Callable[[str], None]
    deadline: float

    @property
    def project(self) -> Path:
        """The folder that npm works in."""
        return self.folder / "project"


@dataclass(frozen=True, slots=True)
class Installer:
    """Runs npm for strangers."""

    shell: BuildShell
    tools: NodeTools
    registry: Registry
    _tail: deque[str] = field(default_factory=lambda: deque(maxlen=_LAST_LINES))

    async def clean(self, site: Site, *, has_lock: bool) -> None:
        """Install from nothing: exactly what the lock file says where it fits, else what npm finds."""
        if has_lock:
            done, proxy = await self._npm(site, "ci", "--prefer-offline")
            if done.ok:
                return
            if not any("can only install packages when your package.json and" in line for line in self._tail):
                raise self._failure(done, proxy)
            site.log("The lock file does not fit package.json: npm chooses versions. Run npm install, and commit it.")
        done, proxy = await self._npm(site, "install")
        if not done.ok:
            raise self._failure(done, proxy)

    async def from_base(self, site: Site, base: Path) -> bool:
        """Copy an older install and let npm change what differs; False where that does not work out."""
        script = f"cp -a --reflink=auto {_BASE}/node_modules {_PROJECT}/"
        copied = await self._run(site, ("/bin/sh", "-c", script), (Mount(base, _BASE),))
        if not copied.ok:
            return False
        done, _ = await self._npm(site, "install", "--prefer-offline")
        return done.ok

    async def fetched(self, site: Site, packages: Sequence[Mapping[str, str]]) -> bool:
        """Fetch these packages alone (`place`, `spec`, `integrity`); False where that does not work out."""
        listing = site.folder / "packages.json"
        listing.write_text(json.dumps(packages))
        mounts = [Mount(_FETCH, "/build/fetch.cjs"), Mount(listing, "/build/packages.json")]
        npm = self.tools.npm_script.parent.parent
        argv = (str(self.tools.node), "/build/fetch.cjs", str(npm), "/build/packages.json")
        done, _ = await self._with_registry(site, argv, mounts)
        return done.ok

    async def _npm(self, site: Site, *command: str) -> tuple[Ended, RegistryProxy]:
        # In the foreground their output is limited like any other; else npm would keep it in memory.
        scripts = "--foreground-scripts" if site.allow_scripts else "--ignore-scripts"
        return await self._with_registry(site, self.tools.npm(*command, scripts, *_QUIET, *_RETRIES), ())

    async def _with_registry(
        self, site: Site, argv: Sequence[str], more: Sequence[Mount]
    ) -> tuple[Ended, RegistryProxy]:
        socket = site.folder / "registry"
        socket.mkdir(exist_ok=True)
        mounts = [Mount(socket, SOCKET_FOLDER), Mount(forwarder(), FORWARDER_PLACE), *more]
        if self.registry.certificates is not None:
            mounts.append(Mount(self.registry.certificates, _CERTIFICATES))
        async with RegistryProxy(self.registry, socket, site.log) as proxy:
            running = asyncio.ensure_future(self._run(site, forwarded(str(self.tools.node), *argv), mounts))
            giving_up = asyncio.ensure_future(proxy.away.wait())
            try:
                await asyncio.wait((running, giving_up), return_when=asyncio.FIRST_COMPLETED)
                if running.done():
                    return await running, proxy
                # npm would ask again for every package.
                raise RegistryUnavailable(f"The registry of packages does not answer ({proxy.unreachable}).")
            finally:
                running.cancel()
                giving_up.cancel()
                await asyncio.gather(running, giving_up, return_exceptions=True)

    async def _run(self, site: Site, argv: Sequence[str], mounts: Sequence[Mount]) -> Ended:
        left = site.deadline - self.shell.clock.monotonic()
        if left <= 0:
            raise TimeoutError
        self._tail.clear()

        def tell(line: str) -> None:
            self._tail.append(line)
            site.log(line)

        every = (Mount(site.project, _PROJECT, writable=True), Mount(site.cache, _CACHE, writable=True), *mounts)
        room = Room(every, self._environment(), _PROJECT, self.tools.reads)
        done = await self.shell.run(argv, room=room, limits=BuildLimits(timedelta(seconds=left)), on_line=tell)
        site.log(f"installing: {done.reason}, {done.seconds:.1f} s, {done.cpu_seconds:.1f} s of CPU")
        if done.reason == "timeout":
            raise TimeoutError
        return done

    def _environment(self) -> dict[str, str]:
        trusted = {"NODE_EXTRA_CA_CERTS": _CERTIFICATES} if self.registry.certificates is not None else {}
        return {
            "PATH": f"{self.tools.node.parent}:/usr/local/bin:/usr/bin:/bin",
            "HOME": "/tmp/home",  # noqa: S108 - the sandbox's own
            "CI": "1",
            "npm_config_cache": _CACHE,
            "npm_config_registry": self.registry.url,
            "npm_config_userconfig": "/nowhere/user",
            "npm_config_globalconfig": "/nowhere/global",
            "npm_config_logs_max": "0",
            **trusted,
        }

    def _failure(self, done: Ended, proxy: RegistryProxy) -> Exception:
        if done.reason in _BECAUSE:
            return MissingDependencies(f"Installing {_BECAUSE[done.reason]}.", reason=done.reason)
        return failure_of(self._tail, refused=proxy.refused, unreachable=proxy.unreachable)


async def installed_packages(node_modules: Path) -> Mapping[str, Mapping[str, Any]]:
    """Read npm's own list of what it installed, by place; empty where there is none."""

    def read() -> Mapping[str, Mapping[str, Any]]:
        path = node_modules / ".package-lock.json"
        try:
            if path.is_symlink() or path.stat().st_size > MOST_LOCK_BYTES:
                return {}
            found = json.loads(path.read_bytes()).get("packages")
        except (OSError, ValueError, AttributeError, RecursionError):
            return {}
        return {place: about for place, about in found.items() if isinstance(about, dict)} if found else {}

    return await asyncio.to_thread(read)


def is_what_was_locked(locked: Mapping[str, Mapping[str, Any]], installed: Mapping[str, Mapping[str, Any]]) -> bool:
    """Say whether an install is exactly what a lock file lists; packages for other systems may lack."""
    for place, about in locked.items():
        if "node_modules" not in place.split("/") or place in installed:
            continue
        if not (about.get("optional") or about.get("devOptional") or about.get("peer")):
            return False
    return all(place in locked and is_same_package(locked[place], about) for place, about in installed.items())


def differences(one: Mapping[str, Mapping[str, Any]], other: Mapping[str, Mapping[str, Any]]) -> int:
    """Count the places where two lists of packages differ."""
    return sum(
        place not in one or place not in other or not is_same_package(one[place], other[place])
        for place in one.keys() | other
    )


def is_same_package(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Say whether two entries of such lists are of the same bytes, which came in the same way."""
    return all(one.get(name) == other.get(name) for name in ("version", "integrity", "link", "inBundle"))
