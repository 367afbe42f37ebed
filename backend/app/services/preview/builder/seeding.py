"""Builds apps that an operator trusts, so that apps never seen before find their SDK's packages installed and compiled.

What comes of it is read by builds of all tenants and written by none of them: under `cache/preview_seeds/<toolchain>`
Metro's records and compiled code, and in the store of dependencies an install that others may start from.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.adapters.container import Container
from app.adapters.files.scratch import scratch_folder
from app.adapters.files.strangers import copy_what_lacks
from app.adapters.git.snapshots import Snapshot, take_snapshot
from app.adapters.node.tools import NodeTools
from app.adapters.sandbox.room import BuildLimits
from app.services.preview.builder import bundling
from app.services.preview.builder.checkout import check_out
from app.services.preview.builder.deadline import Deadline
from app.services.preview.builder.dependencies import SEED, Installed
from app.services.preview.builder.detecting import DetectedApp, Toolkit, detect
from app.services.preview.builder.installing import installed_packages
from app.services.preview.builder.keys import BuildInputs, MetroKeys, Toolchain, metro_keys
from app.services.preview.builder.workshop import CODE, Workshop, seeds_of
from app.services.preview.errors import BuildFailed
from app.services.preview.platforms import BuildOptions, Platform
from app.services.preview.project_settings import BuildSettings

_SECONDS = 3600.0
_NOTHING_SET = BuildSettings({}, allow_scripts=False)


@dataclass(frozen=True, slots=True)
class Seeded:
    """What was published: the toolchain's key, for which platforms, how many records."""

    toolchain: str
    platforms: tuple[Platform, ...]
    records: int


async def seed(container: Container, app_folder: Path, say: Callable[[str], None]) -> Seeded:
    """Build a trusted app for every platform it has, and publish what its packages became.

    ProjectUnfit, BuildFailed, and what installing raises; nothing is published then. Done again it adds what is new.
    """
    async with scratch_folder(container.settings.data_dir / "tmp" / f"preview-seed-{container.ids.new()}") as folder:
        (folder / "repository").mkdir()
        snapshot = await asyncio.to_thread(take_snapshot, app_folder, folder / "repository")
        nursery = _Nursery(container, Workshop(container), folder, say, snapshot)
        return await nursery.grow()


@dataclass(frozen=True, slots=True)
class _Nursery:
    container: Container
    workshop: Workshop
    folder: Path
    say: Callable[[str], None]
    snapshot: Snapshot

    async def grow(self) -> Seeded:
        node = await self.workshop.node()
        reader, commit = self.snapshot.reader, self.snapshot.commit
        app = await detect(reader, commit, Platform.IOS, BuildOptions())
        base = self.folder / "checked-out"
        base.mkdir()
        await check_out(reader, commit, base, self.say)
        deadline = Deadline(self.container.clock, _SECONDS)
        ask = self.workshop.dependencies(base / app.directory, SEED, _NOTHING_SET, self.say, deadline)
        async with ask as installed:
            platforms = await self._platforms(app, installed)
            for name in ("grown/transforms", "filemap"):
                (self.folder / name).mkdir(parents=True)
            keys = [await self._build(app, platform, installed, node, deadline) for platform in platforms]
        return await asyncio.to_thread(self._publish, keys[0], platforms)

    async def _platforms(self, app: DetectedApp, installed: Installed) -> tuple[Platform, ...]:
        packages = await installed_packages(installed.packages.folder) if installed.packages else {}
        has_web = app.toolkit is Toolkit.EXPO and "node_modules/react-native-web" in packages
        return (Platform.IOS, Platform.ANDROID, *((Platform.WEB,) if has_web else ()))

    async def _build(
        self, app: DetectedApp, platform: Platform, installed: Installed, node: NodeTools, deadline: Deadline
    ) -> MetroKeys:
        if installed.packages is None:
            raise BuildFailed("The app has no dependencies at all, so nothing can bundle it.", reason="no_packages")
        toolchain = Toolchain(node.node_version, node.npm_version)
        inputs = BuildInputs(platform, BuildOptions(), {}, allow_scripts=False, toolchain=toolchain)
        packages = await installed_packages(installed.packages.folder)
        keys = await metro_keys(self.snapshot.reader, self.snapshot.commit, app, inputs, packages)
        job = self.folder / platform.value
        folders = bundling.BuildFolders(
            project=job / "project",
            packages=installed.packages,
            out=job / "out",
            cache=self.folder / "grown" / "transforms",
            file_map=self.folder / "filemap",
            seed=None,
            settings=job / "settings.json",
        )
        (folders.out / "dist").mkdir(parents=True)
        folders.project.mkdir()
        await check_out(self.snapshot.reader, self.snapshot.commit, folders.project, self.say)
        room = await asyncio.to_thread(bundling.room_of, app, folders, keys, {}, node.reads)
        command = bundling.command_of(node.node, app, platform, BuildOptions())
        memory = self.container.settings.preview.build_memory_mb * 1024**2
        limits = BuildLimits(timeout=deadline.left, memory_bytes=memory)
        ended = await self.workshop.shell.run(command, room=room, limits=limits, on_line=self.say)
        if not ended.ok:
            raise BuildFailed(f"The trusted app could not be built for {platform.value}.", reason=ended.reason)
        return keys

    def _publish(self, keys: MetroKeys, platforms: tuple[Platform, ...]) -> Seeded:
        """Put what was grown in its place at one stroke, with the records of apps that were built before."""
        grown, place = self.folder / "grown", seeds_of(self.container.settings.data_dir) / keys.toolchain
        code = self.folder / "filemap" / CODE
        if code.is_file():
            code.rename(grown / code.name)
        if (place / "transforms").is_dir():
            copy_what_lacks(place, grown)
        records = sum(path.is_file() for path in (grown / "transforms").rglob("*"))
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists():
            # Builds that have it in view keep it: what they see is the folder and not its name.
            place.rename(self.folder / "before")
        grown.rename(place)
        return Seeded(keys.toolchain, platforms, records)
