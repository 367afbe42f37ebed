"""A store of dependencies over a registry of the test's, and projects that want something of it."""

import json
import shutil
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from app.adapters.files.trees import TreeStore
from app.adapters.git.urls import parse_remote_url
from app.adapters.ids import SystemIds
from app.adapters.process.system import SystemProcesses
from app.adapters.registry.port import Registry
from app.adapters.sandbox.running import BuildShell
from app.core.clock import SystemClock
from app.services.preview.builder.dependencies import DependencyAsk, DependencyStore, Installed

from tests.fixtures.bare import Files, GitRepo
from tests.fixtures.npm_registry import NpmRegistry
from tests.fixtures.repos import local_mirrors
from tests.services.preview.builder.mirrored import PROJECT, Commit, Committed


@dataclass
class Yard:
    """A store, and what it said."""

    folder: Path
    store: DependencyStore
    npm: NpmRegistry
    said: list[str] = field(default_factory=list)

    def project(self, name: str, *places: tuple[str, str], lock: bool = True, **manifest: Any) -> Path:
        """Make a project that depends on packages, with a lock file that lists them."""
        folder = self.folder / name
        folder.mkdir()
        about = {"name": "app", "version": "1.0.0", "dependencies": dict(places), **manifest}
        (folder / "package.json").write_text(json.dumps(about))
        if lock:
            (folder / "package-lock.json").write_text(self.npm.lock(*places))
        return folder

    def provide(
        self, project: Path, *, tenant: str = "ada", scripts: bool = False
    ) -> AbstractAsyncContextManager[Installed]:
        deadline = self.store.shell.clock.monotonic() + 60
        return self.store.provide(DependencyAsk(project, tenant, scripts, self.said.append, deadline))

    async def installed(self, project: Path, **asked: Any) -> tuple[Installed, dict[str, str]]:
        """Install, and read all files that are there."""
        async with self.provide(project, **asked) as found:
            assert found.packages is not None
            shown = {
                f"{name}/{path}": text
                for name, of in found.packages.shown.items()
                for path, text in contents(of).items()
            }
            return found, dict(sorted((contents(found.packages.folder) | shown).items()))


def contents(folder: Path) -> dict[str, str]:
    """Read a folder: text of files, targets of links; without npm's own list."""
    paths = [path for path in sorted(folder.rglob("*")) if path.name != ".package-lock.json"]
    return {
        str(path.relative_to(folder)): f"-> {path.readlink()}" if path.is_symlink() else path.read_text()
        for path in paths
        if path.is_symlink() or path.is_file()
    }


Yards = Callable[..., Yard]


@pytest.fixture
def yards(tmp_path: Path, build_shell: BuildShell, npm_registry: NpmRegistry) -> Yards:
    """Makes stores; one made with the same folder is another process's view of it."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip("no Node.js with npm here")

    def make(*, max_bytes: int = 10**10, registry: str | None = None) -> Yard:
        clock = SystemClock()
        trees = TreeStore(tmp_path / "deps", max_bytes, clock, SystemIds())
        found = Registry(registry or npm_registry.url, may_be_private=True)
        return Yard(tmp_path, DependencyStore(trees, build_shell, found, SystemProcesses(clock)), npm_registry)

    return make


@pytest.fixture
def yard(yards: Yards) -> Yard:
    for name in ("a", "b", "c"):
        yards_npm = yards().npm
        yards_npm.publish(name, "1.0.0", {"index.js": f"{name} one"}, bin={name: "index.js"})
        yards_npm.publish(name, "2.0.0", {"index.js": f"{name} two", "more/new.js": "new"})
    return yards()


@pytest.fixture
def commit(tmp_path: Path, repo: GitRepo) -> Commit:
    """Commits exactly these files and mirrors them."""
    mirrors = local_mirrors(tmp_path / "mirrors")

    async def make(files: Files) -> Committed:
        made = repo.commit(files)
        await mirrors.writer().sync(PROJECT, parse_remote_url(str(repo.path), allow_local=True))
        return Committed(mirrors.reader(PROJECT), made)

    return make
