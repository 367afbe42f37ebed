"""What builds of one worker share: the sandbox's shell, Node.js, installed dependencies, and caches of each project."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from app.adapters.container import Container
from app.adapters.files.strangers import copy_file, keep_newest, keep_within
from app.adapters.node.tools import NodeTools, find_node_tools
from app.adapters.process.system import SystemProcesses
from app.adapters.sandbox.running import BuildShell
from app.adapters.scope import Scope
from app.core.hashing import sha256_hex
from app.models.project import Project
from app.services.preview.builder.deadline import Deadline
from app.services.preview.builder.dependencies import DependencyAsk, DependencyStore, Installed
from app.services.preview.builder.keys import MetroKeys
from app.services.preview.project_settings import BuildSettings

# Of one project; beyond it what was not written for longest goes.
_LARGEST_CACHE = 2 * 1024**3
_MOST_MAPS = 4
_SEEDS = "preview_seeds"
# What node/compile-cache.cjs writes.
CODE = "code.bin"


@dataclass(frozen=True, slots=True)
class Caches:
    """Where Metro's caches for one build lie."""

    transforms: Path
    file_map: Path
    seed: Path | None
    # Of the default branch, to be read by others.
    trunk: Path | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """The line of work that a build belongs to: a ref, and the default branch's; both full names."""

    ref: str = "refs/heads/main"
    default: str = "refs/heads/main"


_TRUNK = Line()
# Branches of one project whose caches are kept.
_MOST_LINES = 24


@dataclass(frozen=True, slots=True)
class Workshop:
    """Everything that builds need beside their job."""

    container: Container

    @property
    def shell(self) -> BuildShell:
        """What runs strangers' programs."""
        return BuildShell(self.container.build_sandbox, self.container.clock)

    async def node(self) -> NodeTools:
        """Find Node.js and npm; NodeMissing."""
        return await find_node_tools(SystemProcesses(self.container.clock))

    async def tenant_of(self, scope: Scope, project_id: UUID) -> str:
        """Name who shares installed dependencies: the projects of a team, or a project of no team by itself."""
        project = await scope.session.get(Project, project_id)
        return f"team-{project.team_id}" if project and project.team_id else f"project-{project_id}"

    def dependencies(
        self, project: Path, tenant: str, settings: BuildSettings, say: Callable[[str], None], deadline: Deadline
    ) -> AbstractAsyncContextManager[Installed]:
        """Lend the dependencies of a checked-out project, installed if need be."""
        store = DependencyStore.of(self.container)
        return store.provide(DependencyAsk(project, tenant, settings.allow_scripts, say, deadline.at))

    def pictures_of(self, project_id: UUID) -> Path:
        """Say where a project's pictures are kept; no build sees them."""
        return self.container.settings.data_dir / "cache" / "metro" / str(project_id) / "pictures"

    @asynccontextmanager
    async def caches(
        self, project_id: UUID, keys: MetroKeys, dependencies: str, line: Line = _TRUNK
    ) -> AsyncIterator[Caches]:
        """Lend the caches of a line of work. Several builds may use them at once: records are whole or not there.

        What builds of one branch write no other branch believes, but for the default one's: whoever may push to a
        branch need not be one who may change what everybody gets.
        """
        base = self.container.settings.data_dir / "cache"
        lines = base / "metro" / str(project_id) / "lines"
        mine, trunk = lines / _named(line.ref), lines / _named(line.default) / "transforms"
        # Files of packages have one time whatever they hold, so a map of them is for one set of packages.
        found = Caches(
            mine / "transforms",
            mine / "filemap" / dependencies[:32],
            self._seed(base, keys),
            trunk if line.ref != line.default and trunk.is_dir() else None,
        )
        await asyncio.to_thread(_make_ready, found, mine, trunk.parent)
        try:
            yield found
        finally:
            await asyncio.to_thread(_bound, mine)

    @staticmethod
    def _seed(base: Path, keys: MetroKeys) -> Path | None:
        seed = base / _SEEDS / keys.toolchain
        return seed if (seed / "transforms").is_dir() else None


def _named(ref: str) -> str:
    return sha256_hex(ref.encode("utf-8", "surrogateescape"))[:32]


def _make_ready(caches: Caches, mine: Path, trunk: Path) -> None:
    for folder in (caches.transforms, caches.file_map):
        folder.mkdir(parents=True, exist_ok=True)
    for line in (mine, trunk):
        if line.is_dir():
            line.touch()
    keep_newest(mine.parent, most=_MOST_LINES)
    _bring_code(caches.file_map, trunk / "filemap")


def _bring_code(file_map: Path, trunk: Path) -> None:
    """Give other packages the code that was compiled of older ones: most of it is the same, and known by its source."""
    code = file_map / CODE
    found = [*file_map.parent.glob(f"*/{CODE}"), *trunk.glob(f"*/{CODE}")]
    others = [path for path in found if path.is_file() and not path.is_symlink()]
    if others and not code.exists():
        copy_file(max(others, key=lambda path: path.stat().st_mtime), code)


def seeds_of(data_dir: Path) -> Path:
    """Say where records and code lie that all projects may read, a folder for each toolchain."""
    return data_dir / "cache" / _SEEDS


def _bound(folder: Path) -> None:
    """Keep a project's caches within bounds; maps of packages that are no longer used go."""
    keep_newest(folder / "filemap", most=_MOST_MAPS)
    keep_within(folder / "transforms", most_bytes=_LARGEST_CACHE)
