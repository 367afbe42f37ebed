"""Installed dependencies, kept read-only by all that they follow from, and lent to builds of the same tenant only.

An install is made once, however many builds want it; one that differs little from an older one starts from a copy of
that. Nothing here trusts what was installed: links that lead out are removed, and no script runs unless allowed.
"""

import asyncio
import platform
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.adapters.container import Container
from app.adapters.files.links import remove_what_leads_out
from app.adapters.files.trees import Kept, TreeStore
from app.adapters.node.tools import NodeTools, find_node_tools
from app.adapters.process.port import ProcessRunner
from app.adapters.process.system import SystemProcesses
from app.adapters.registry.port import Registry
from app.adapters.sandbox.running import BuildShell
from app.adapters.telemetry.logging import get_logger
from app.core.hashing import canonical_json, sha256_hex
from app.services.preview.builder.brought import FOLDER, problem_with_brought
from app.services.preview.builder.installing import (
    Installer,
    Site,
    differences,
    installed_packages,
    is_what_was_locked,
)
from app.services.preview.builder.layering import layer_over, packages_over, what_lacks
from app.services.preview.builder.package_files import Wanted, read_wanted
from app.services.preview.builder.packages import Packages

log = get_logger(__name__)

# More than this share of packages that differ, and copying is in vain.
_SHARE_THAT_DIFFERS = 0.5
# Older installs that are compared with what is wanted.
_CANDIDATES = 12
# Part of every key: another way of installing gives other keys.
_WAY = 1
_LISTED = 20
# What this process has counted the files of, by store: forty thousand of them take longer than a small build.
_LOOKED_THROUGH: dict[Path, set[str]] = {}
# Whose installs everybody may start from: made by operators, of packages that an operator chose.
SEED = "seed"


@dataclass(frozen=True, slots=True)
class DependencyAsk:
    """Whose dependencies are wanted: `project` is the checked out folder with package.json in it.

    Only builds with the same `tenant` share installs. `deadline` is a moment on the monotonic clock.
    """

    project: Path
    tenant: str
    allow_scripts: bool
    log: Callable[[str], None]
    deadline: float


@dataclass(frozen=True, slots=True)
class Installed:
    """What there is while it is lent. `packages` is None where the project depends on nothing.

    It is mounted read-only into builds: of the store, or what the repository brought along. `key` says what is in it.
    """

    packages: Packages | None
    key: str
    was_there: bool
    lockfile_sha256: str | None
    npm: str
    node: str

    @property
    def node_modules(self) -> Path | None:
        """The folder that holds npm's list, and whatever is not shown in it from elsewhere."""
        return self.packages.folder if self.packages else None


@dataclass(frozen=True, slots=True)
class _Lent:
    kept: Kept
    packages: Packages


@dataclass(frozen=True, slots=True)
class DependencyStore:
    """Lends installed dependencies. Several processes may share one folder."""

    trees: TreeStore
    shell: BuildShell
    registry: Registry
    processes: ProcessRunner

    @classmethod
    def of(cls, container: Container) -> "DependencyStore":
        """Make the one of a process."""
        preview, clock = container.settings.preview, container.clock
        root = container.settings.data_dir / "cache" / "preview_deps"
        trees = TreeStore(root, preview.deps_max_bytes, clock, container.ids, _LOOKED_THROUGH.setdefault(root, set()))
        shell = BuildShell(container.build_sandbox, clock)
        return cls(trees, shell, container.registry_of_packages, SystemProcesses(clock))

    @asynccontextmanager
    async def provide(self, ask: DependencyAsk) -> AsyncIterator[Installed]:
        """Lend what a project depends on, installed if it is not there; it is not deleted while it is lent.

        MissingDependencies, RegistryUnavailable, NodeMissing, SandboxMissing; TimeoutError at the deadline.
        """
        tools = await find_node_tools(self.processes)
        wanted = await asyncio.to_thread(read_wanted, ask.project)
        for note in wanted.notes[:_LISTED]:
            ask.log(f"note: {note}")
        key = wanted.key(**_facts(ask, tools))

        def found(packages: Packages | None, *, was_there: bool, known_as: str = key) -> Installed:
            return Installed(
                packages, known_as, was_there, wanted.lockfile_sha256, tools.npm_version, tools.node_version
            )

        if await self._brings_its_own(ask, wanted):
            yield found(Packages(ask.project / FOLDER), was_there=True)
            return
        if wanted.is_empty:
            yield found(None, was_there=True)
            return
        with ExitStack() as lent:
            kept = await self._held(lent, key) or await self._equal(lent, wanted, _groups(ask, tools))
            was_there = kept is not None
            if kept is None:
                async with asyncio.timeout(ask.deadline - self.shell.clock.monotonic()), self.trees.turn(key):
                    kept = await self._held(lent, key)
                    if kept is None:
                        await self._make(ask, wanted, key, tools, lent)
                        kept = await self._held(lent, key)
                await asyncio.to_thread(self.trees.trim)
            if kept is None:
                raise OSError("what was installed is gone")
            yield found(kept.packages, was_there=was_there, known_as=kept.kept.key)

    async def _held(self, lent: ExitStack, key: str) -> _Lent | None:
        """Hold an install, with the older one that it shows something of."""

        def hold() -> _Lent | None:
            kept = lent.enter_context(self.trees.held(key, FOLDER))
            if kept is None:
                return None
            named = kept.facts.get("base")
            base = lent.enter_context(self.trees.held(str(named), FOLDER)) if named else None
            packages = packages_over(kept, base)
            return _Lent(kept, packages) if packages else None

        return await asyncio.to_thread(hold)

    async def _brings_its_own(self, ask: DependencyAsk, wanted: Wanted) -> bool:
        if not await asyncio.to_thread((ask.project / FOLDER).exists):
            return False
        problem = await asyncio.to_thread(problem_with_brought, ask.project, wanted.packages)
        ask.log(f"{FOLDER} of the repository: {f'not used, {problem}' if problem else 'used'}")
        return problem is None

    async def _make(self, ask: DependencyAsk, wanted: Wanted, key: str, tools: NodeTools, lent: ExitStack) -> None:
        """Install, and keep it; what it shows something of is held as long as `lent` is open."""
        installer = Installer(self.shell, tools, self.registry)
        with self.trees.making() as folder, self.trees.cache(_npm_cache(ask)) as cache:
            site = Site(folder, cache, ask.allow_scripts, ask.log, ask.deadline)
            await asyncio.to_thread(_lay_out, site.project, wanted)
            facts: dict[str, Any] = {"group": _groups(ask, tools)[0], "beside": wanted.beside}
            layered = None
            with ExitStack() as held:
                # What scripts wrote into packages that stay is not what they would write today.
                base = None if ask.allow_scripts else await self._nearest(held, _groups(ask, tools), wanted)
                if base is not None:
                    layered = await self._layered(ask, site, wanted, installer, base)
                if layered is not None:
                    facts |= layered
                    lent.enter_context(held.pop_all())
                elif base is None or not await self._from_an_older_one(site, wanted, installer, base):
                    held.close()
                    await installer.clean(site, has_lock=wanted.lockfile_sha256 is not None)
            if layered is None:
                facts["lacks"] = what_lacks(wanted, await installed_packages(site.project / FOLDER))
            await asyncio.to_thread(self._take_over, site, key, facts)

    async def _layered(
        self, ask: DependencyAsk, site: Site, wanted: Wanted, installer: Installer, base: Kept
    ) -> Mapping[str, Any] | None:
        """Fetch only what differs from an older install, and show the rest of that; None where that does not work out.

        What operators install is whole: others start from it. Without a sandbox nothing can be shown.
        """
        fits = (await self.shell.source.take()).fit_for_builds
        if ask.tenant == SEED or not fits:
            return None
        packages = base.folder / FOLDER
        layer = layer_over(await installed_packages(packages), wanted, frozenset(base.facts.get("lacks") or ()))
        if layer is None:
            return None
        site.log(f"starting from the dependencies {base.key[:12]}: {len(layer.fetched)} packages are fetched")
        await asyncio.to_thread(layer.lay_out, site.project / FOLDER, packages)
        done = not layer.fetched or await installer.fetched(site, layer.fetched)
        if done and await asyncio.to_thread(layer.is_whole, site.project, base.folder):
            return {"base": base.key, "shown": list(layer.shown)}
        site.log("that did not work out: npm does it")
        await asyncio.to_thread(_start_over, site, wanted)
        return None

    async def _from_an_older_one(self, site: Site, wanted: Wanted, installer: Installer, base: Kept) -> bool:
        """Start from a copy of another install; what comes of it must be what the lock file lists."""
        site.log(f"starting from the dependencies {base.key[:12]}")
        good = await installer.from_base(site, base.folder)
        if good and is_what_was_locked(wanted.packages or {}, await installed_packages(site.project / FOLDER)):
            return True
        site.log("that did not work out: installing from nothing")
        await asyncio.to_thread(_start_over, site, wanted)
        return False

    async def _equal(self, lent: ExitStack, wanted: Wanted, groups: Sequence[str]) -> _Lent | None:
        """Find an install of exactly what a lock file lists, whatever else package.json says."""
        if not wanted.lock_fits:
            return None
        for each in await self._candidates(groups):
            if each.facts.get("beside") == wanted.beside and is_what_was_locked(
                wanted.packages or {}, await installed_packages(each.folder / FOLDER)
            ):
                found = await self._held(lent, each.key)
                if found is not None:
                    return found
        return None

    async def _nearest(self, held: ExitStack, groups: Sequence[str], wanted: Wanted) -> Kept | None:
        """Find and hold the install, whole by itself, that differs least from a lock file."""
        locked = {place: about for place, about in (wanted.packages or {}).items() if FOLDER in place.split("/")}
        if not locked:
            return None
        counted = [
            (differences(locked, await installed_packages(kept.folder / FOLDER)), kept)
            for kept in await self._candidates(groups)
            if not kept.facts.get("base")
        ]
        if not counted:
            return None
        fewest, nearest = min(counted, key=lambda each: each[0])
        if fewest > len(locked) * _SHARE_THAT_DIFFERS:
            return None
        lent = await self._held(held, nearest.key)
        return lent.kept if lent else None

    async def _candidates(self, groups: Sequence[str]) -> list[Kept]:
        everything = await asyncio.to_thread(self.trees.kept)
        same = [[kept for kept in everything if kept.facts.get("group") == group] for group in groups]
        return [kept for some in same for kept in some[:_CANDIDATES]]

    def _take_over(self, site: Site, key: str, facts: Mapping[str, Any]) -> None:
        installed, entry = site.project / FOLDER, site.folder / "entry"
        installed.mkdir(exist_ok=True)
        removed = remove_what_leads_out(installed, site.project)
        for path in removed[:_LISTED]:
            site.log(f"removed {FOLDER}/{path}: it leads out, or is no file")
        entry.mkdir()
        installed.rename(entry / FOLDER)
        self.trees.keep(entry, key, FOLDER, facts)


def _facts(ask: DependencyAsk, tools: NodeTools) -> dict[str, str | bool]:
    """What an install follows from besides the project's files."""
    return {
        "way": str(_WAY),
        "tenant": ask.tenant,
        "scripts": ask.allow_scripts,
        "node": tools.node_version,
        "npm": tools.npm_version,
        "machine": f"{sys.platform}-{platform.machine()}",
    }


def _groups(ask: DependencyAsk, tools: NodeTools) -> tuple[str, ...]:
    """Name whose installs may be looked at: one's own first, then those that are everybody's."""
    tenants = (ask.tenant,) if ask.allow_scripts or ask.tenant == SEED else (ask.tenant, SEED)
    facts = _facts(ask, tools)
    return tuple(sha256_hex(canonical_json({**facts, "tenant": tenant})) for tenant in tenants)


def _npm_cache(ask: DependencyAsk) -> str:
    """Name npm's own cache. What packages' scripts can write to is not believed where none may run."""
    whose = sha256_hex(ask.tenant.encode())[:32]
    return f"npm-scripts-{whose}" if ask.allow_scripts else f"npm-{whose}"


def _lay_out(project: Path, wanted: Wanted) -> None:
    for name, data in wanted.files.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _start_over(site: Site, wanted: Wanted) -> None:
    site.project.rename(site.folder / f"in vain {len(list(site.folder.iterdir()))}")
    _lay_out(site.project, wanted)
