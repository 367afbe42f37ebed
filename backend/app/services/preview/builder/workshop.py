"""What builds of one worker share: the sandbox's shell, Node.js, installed dependencies, and caches of each project."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from app.adapters.container import Container
from app.adapters.process.system import SystemProcesses
from app.adapters.sandbox.running import BuildShell
from app.adapters.scope import Scope
from app.models.project import Project
from app.services.preview.builder.deadline import Deadline
from app.services.preview.builder.dependencies import DependencyAsk, DependencyStore, Installed
from app.services.preview.builder.keys import MetroKeys
from app.services.preview.builder.toolchain import NodeProgram, find_node
from app.services.preview.project_settings import BuildSettings

# Of one project; beyond it what was not written for longest goes.
_LARGEST_CACHE = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Caches:
    """Where Metro's caches for one build lie."""

    transforms: Path
    file_map: Path
    seed: Path | None


@dataclass(frozen=True, slots=True)
class Workshop:
    """Everything that builds need beside their job."""

    container: Container

    @property
    def shell(self) -> BuildShell:
        """What runs strangers' programs."""
        return BuildShell(self.container.build_sandbox, self.container.clock)

    async def node(self) -> NodeProgram:
        """Find Node.js; ToolchainMissing."""
        return await find_node(SystemProcesses(self.container.clock))

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

    @asynccontextmanager
    async def caches(self, project_id: UUID, keys: MetroKeys, dependencies: str) -> AsyncIterator[Caches]:
        """Lend a project's caches. Several builds may use them at once: records are whole or not there."""
        base = self.container.settings.data_dir / "cache"
        mine = base / "metro" / str(project_id)
        # Files of packages have one time whatever they hold, so a map of them is for one set of packages.
        found = Caches(mine / "transforms", mine / "filemap" / dependencies[:32], self._seed(base, keys))
        for folder in (found.transforms, found.file_map):
            await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        try:
            yield found
        finally:
            await asyncio.to_thread(_bound, mine)

    @staticmethod
    def _seed(base: Path, keys: MetroKeys) -> Path | None:
        seed = base / "preview_seeds" / keys.toolchain / "transforms"
        return seed if seed.is_dir() else None


def _bound(folder: Path) -> None:
    """Keep a project's caches within bounds; file maps of other sets of packages go with them."""
    maps = sorted((folder / "filemap").iterdir(), key=lambda each: each.stat().st_mtime)
    for old in maps[:-4]:
        shutil.rmtree(old, ignore_errors=True)
    files = [(path.stat(), path) for path in (folder / "transforms").rglob("*") if path.is_file()]
    total = sum(stat.st_size for stat, _ in files)
    for stat, path in sorted(files, key=lambda each: each[0].st_mtime):
        if total <= _LARGEST_CACHE:
            break
        path.unlink(missing_ok=True)
        total -= stat.st_size
