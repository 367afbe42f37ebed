"""Bundles of small Expo apps, made by the product's own steps: with the caches of a project, or with empty ones."""

import asyncio
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from app.adapters.container import Container
from app.adapters.files.trees import TreeStore
from app.adapters.git.snapshots import Snapshot, take_snapshot
from app.adapters.ids import SystemIds
from app.adapters.node.tools import find_node_tools
from app.adapters.process.system import SystemProcesses
from app.adapters.registry.port import Registry
from app.adapters.sandbox.room import BuildLimits
from app.adapters.sandbox.running import BuildShell
from app.adapters.sandbox.staying import StayingPool
from app.config.preview import PreviewSettings
from app.core.clock import SystemClock
from app.services.preview.builder import bundling
from app.services.preview.builder.checkout import check_out
from app.services.preview.builder.collecting import collect
from app.services.preview.builder.dependencies import DependencyAsk, DependencyStore
from app.services.preview.builder.detecting import detect
from app.services.preview.builder.installing import installed_packages
from app.services.preview.builder.keys import BuildInputs, Toolchain, metro_keys
from app.services.preview.builder.log import BuildLog
from app.services.preview.builder.packages import Packages
from app.services.preview.builder.warm import WarmBundling
from app.services.preview.builder.workshop import Workshop
from app.services.preview.messages import BuildPreview
from app.services.preview.packaging import pieces_of
from app.services.preview.platforms import BuildOptions, Platform

SAMPLE = Path(__file__).parents[5] / "assets" / "samples" / "expo-app"
# Named by whoever has installed the sample app already.
_INSTALLED = "TEST_PREVIEW_PACKAGES"
_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
_SHARED = Path(tempfile.gettempdir()) / "hivesync-test-packages"


@dataclass(frozen=True, slots=True)
class App:
    """What a build is given. `extra` are packages beside the sample's, by name: their files."""

    files: Mapping[str, str | bytes]
    environment: Mapping[str, str]
    platform: Platform
    extra: Mapping[str, Mapping[str, str]]


@dataclass(slots=True)
class Plant:
    """Makes bundles below a folder, of the packages of the sample app."""

    container: Container
    shell: BuildShell
    packages: Path
    folder: Path
    said: list[str] = field(default_factory=list)
    # Whether the sample's packages are shown beside others, as when an install differs little from an older one.
    shows: bool = False
    # Bundlers that wait: none does, unless a test wants so.
    pool: StayingPool = field(default_factory=StayingPool)
    # Builds by one that had waited; what the last build took.
    warm: int = 0
    cpu_seconds: float = 0.0
    _number: int = 0

    async def bundle(self, app: App, project: UUID) -> dict[str, bytes]:
        """Bundle with the caches of a project; the files of the bundle, and its map."""
        self._number += 1
        job = self.folder / f"job-{self._number}"
        modules, known_as = await asyncio.to_thread(self._modules, app.extra)
        for name in ("source", "repository", "project", "out/dist"):
            (job / name).mkdir(parents=True)
        for name, data in app.files.items():
            path = job / "source" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data if isinstance(data, bytes) else data.encode())
        taken = await asyncio.to_thread(take_snapshot, job / "source", job / "repository")
        await check_out(taken.reader, taken.commit, job / "project", self.said.append)
        files = await self._bundle(app, project, job, taken, (modules, known_as))
        await asyncio.to_thread(shutil.rmtree, job)
        return files

    async def _bundle(
        self, app: App, project: UUID, job: Path, taken: Snapshot, packages: tuple[Packages, str]
    ) -> dict[str, bytes]:
        (modules, known_as), reader, commit = packages, taken.reader, taken.commit
        node = await find_node_tools(SystemProcesses(self.shell.clock))
        options = BuildOptions()
        found = await detect(reader, commit, app.platform, options)
        toolchain = Toolchain(node.node_version, node.npm_version)
        inputs = BuildInputs(app.platform, options, app.environment, allow_scripts=False, toolchain=toolchain)
        keys = await metro_keys(reader, commit, found, inputs, await installed_packages(modules.folder))
        async with Workshop(self.container).caches(project, keys, known_as) as caches:
            folders = bundling.BuildFolders(
                job / "project", modules, job / "out", caches.transforms, caches.file_map, caches.seed,
                job / "settings.json",
            )  # fmt: skip
            limits = BuildLimits(timedelta(seconds=300))
            log = BuildLog(job / "build.log", self.shell.clock)
            container = replace(self.container, build_sandbox=self.shell.source, bundlers=self.pool)
            payload = BuildPreview(
                project_id=project, session_id=UUID(int=0), platform=app.platform, ref="refs/heads/main",
                commit=commit, manifest_hash="0" * 64, options=options,
            )  # fmt: skip
            warm = WarmBundling(container, found, payload, folders, keys, app.environment, node, log)
            if await warm.is_possible():
                ended = await warm.run(reader, limits)
            else:
                room = bundling.room_of(found, folders, keys, app.environment, node.reads)
                command = bundling.command_of(node.node, found, app.platform, options)
                ended = await self.shell.run(command, room=room, limits=limits, on_line=log.tool)
        assert ended.ok, "\n".join([str(ended), *log.said[-30:]])
        self.warm += "one that waited" in log.read().decode()
        self.cpu_seconds = ended.cpu_seconds
        self.said += [line for line in log.said if line.startswith("cache: ")]
        collected = collect(job / "out", found, app.platform)
        files = {name: b"".join(pieces_of(source)) for name, source in collected.files.items()}
        return files | ({"map": collected.source_map.read_bytes()} if collected.source_map else {})

    def _modules(self, extra: Mapping[str, Mapping[str, str]]) -> tuple[Packages, str]:
        """Put packages beside the sample's: those are shown, or are the same files of the same disk."""
        if not extra:
            return Packages(self.packages), "sample"
        known_as = f"{abs(hash(json.dumps(extra, sort_keys=True))):x}"
        place = self.folder / ("shown" if self.shows else "packages") / known_as
        top = [path for path in self.packages.iterdir() if path.is_dir() and not path.name.startswith(".")]
        shown = {path.name: path for path in top} if self.shows else {}
        if not place.exists():
            if self.shows:
                for name in shown:
                    (place / name).mkdir(parents=True)
            else:
                shutil.copytree(self.packages, place, symlinks=True, copy_function=_link)
            _add(place, extra, self.packages / ".package-lock.json")
        return Packages(place, shown), known_as


def _add(place: Path, extra: Mapping[str, Mapping[str, str]], listing: Path) -> None:
    told = json.loads(listing.read_bytes())
    for name, files in extra.items():
        (place / name).mkdir()
        for path, text in files.items():
            (place / name / path).write_text(text)
        told["packages"][f"node_modules/{name}"] = {"version": json.loads(files["package.json"])["version"]}
    (place / listing.name).unlink(missing_ok=True)
    (place / listing.name).write_text(json.dumps(told))


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


async def sample_packages(shell: BuildShell, say: list[str]) -> Path:
    """Find the installed packages of the sample app, or have the product install them; what it raises."""
    named = os.environ.get(_INSTALLED)
    if named:
        return Path(named)
    clock = SystemClock()
    trees = TreeStore(_SHARED, 4 * 1024**3, clock, SystemIds())
    url = str(PreviewSettings.model_fields["npm_registry_url"].default)
    registry = Registry(url, certificates=_CERTIFICATES if _CERTIFICATES.is_file() else None)
    store = DependencyStore(trees, shell, registry, SystemProcesses(clock))
    ask = DependencyAsk(SAMPLE, "tests", False, say.append, clock.monotonic() + 600)
    async with store.provide(ask) as installed:
        assert installed.node_modules is not None
        return installed.node_modules
