"""Bundlers that wait for the next build of the same app, with all of its tools loaded: Expo's, for phones.

One serves builds that differ in sources alone: of one line of work (builds of a branch believe no other branch), with
the same packages, configurations, environment and options. It waits in its sandbox, where it sees nothing but what a
bundler sees that is started for one build, and ends when others need the memory, or nobody needs it.
"""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from app.adapters.container import Container
from app.adapters.files.scratch import scratch_folder
from app.adapters.files.strangers import NotPlain, bring_anew, clear, copy_plain
from app.adapters.git.port import MirrorReader
from app.adapters.node.tools import NodeTools
from app.adapters.sandbox.room import BuildLimits, Ended
from app.adapters.sandbox.staying import Staying
from app.core.hashing import canonical_json, sha256_hex
from app.services.preview.builder import bundling
from app.services.preview.builder.brought import FOLDER
from app.services.preview.builder.bundling import BuildFolders
from app.services.preview.builder.checkout import check_out
from app.services.preview.builder.collecting import MOST_FILES
from app.services.preview.builder.detecting import DetectedApp, Toolkit
from app.services.preview.builder.keys import MetroKeys
from app.services.preview.builder.log import BuildLog
from app.services.preview.builder.workshop import Workshop
from app.services.preview.errors import BuildFailed
from app.services.preview.messages import BuildPreview
from app.services.preview.platforms import Platform

# Where the part of Expo's CLI lies that is called, in SDK 50 and later.
_EXPORT = "@expo/cli/build/src/export/index.js"
# More than any bundle may hold, with its map.
_LARGEST_OUTPUT = 1024**3


@dataclass(frozen=True, slots=True)
class WarmBundling:
    """One build by a bundler that waits, or by one that will."""

    container: Container
    app: DetectedApp
    payload: BuildPreview
    folders: BuildFolders
    keys: MetroKeys
    environment: Mapping[str, str]
    node: NodeTools
    log: BuildLog

    async def is_possible(self) -> bool:
        """Say whether such an app can be built so here."""
        if not self.container.bundlers.keeps_any or self.app.toolkit is not Toolkit.EXPO:
            return False
        # Pages are rendered within the bundler's process, where one build's would meet those of the next.
        if self.payload.platform is Platform.WEB or self.folders.packages.folder.is_relative_to(self.folders.project):
            return False
        if has_own_plugins(self.app.config):
            return False
        places = [self.folders.packages.place_of(each) for each in (_EXPORT, f"expo/{FOLDER}/{_EXPORT}")]
        return any(place.is_file() for place in places) and (await self.container.build_sandbox.take()).fit_for_builds

    async def run(self, reader: MirrorReader, limits: BuildLimits) -> Ended:
        """Build; what comes of it lies in the build's own folders, and the project's files no longer do."""
        pool, key = self.container.bundlers, await asyncio.to_thread(self._key)
        found = await pool.take(key)
        if found is not None:
            self.log.note("bundler: one that waited since an earlier build")
            ended = await self._by(found, key, limits)
            if ended.reason != "exited" or ended.ok:
                return ended
            # It may be the app's fault, or that of what came before: a new one knows nothing of that.
            self.log.said.clear()
            await self._bring_back(reader)
        self.log.note("bundler: a new one, which then waits")
        return await self._by(await self._start(limits), key, limits)

    async def _by(self, bundler: Staying, key: str, limits: BuildLimits) -> Ended:
        stays = False
        try:
            ended = await self._work(bundler, limits)
            stays = ended.ok and await bundler.settles()
        finally:
            if not stays:
                await bundler.close()
        if stays:
            self.container.bundlers.give(key, bundler)
        return ended

    async def _work(self, bundler: Staying, limits: BuildLimits) -> Ended:
        keep = PurePosixPath(self.app.directory, FOLDER)
        try:
            # Whoever sweeps up sees that it is in use.
            bundler.folder.touch()
            await asyncio.to_thread(bring_anew, self.folders.project, bundler.folder / "project", keep=keep)
            await asyncio.to_thread(bring_anew, self.folders.out, bundler.folder / "out")
            order = {
                "mark": self.container.ids.new().hex,
                "arguments": bundling.export_arguments(self.payload.platform, self.payload.options),
            }
            ended = await bundler.work(order, limits=limits, on_line=self.log.tool)
            if ended.ok:
                out = bundler.folder / "out"
                await asyncio.to_thread(copy_plain, out, self.folders.out, most=MOST_FILES, most_bytes=_LARGEST_OUTPUT)
        except NotPlain as error:
            raise BuildFailed("The bundler put out something that no bundle may hold.", **error.details) from error
        return ended

    async def _bring_back(self, reader: MirrorReader) -> None:
        """Write the project's files once more: a bundler has them, or had."""
        folders = self.folders
        for folder in (folders.project, folders.out):
            await asyncio.to_thread(clear, folder)
        (folders.out / "dist").mkdir(parents=True)
        await check_out(reader, self.payload.commit, folders.project, self.log.note)

    async def _start(self, limits: BuildLimits) -> Staying:
        container = self.container
        async with AsyncExitStack() as stack:
            path = container.settings.data_dir / "tmp" / f"preview-warm-{container.ids.new()}"
            folder = await stack.enter_async_context(scratch_folder(path))
            for name in ("project", "out"):
                (folder / name).mkdir()
            folders = replace(
                self.folders, project=folder / "project", out=folder / "out", settings=folder / "settings.json"
            )
            room = await asyncio.to_thread(
                bundling.room_of, self.app, folders, self.keys, self.environment, self.node.reads
            )
            command = bundling.staying_command(self.node.node)
            return await Staying.start(
                Workshop(container).shell, command, room=room, folder=folder, limits=limits, stack=stack
            )

    def _key(self) -> str:
        folders = self.folders
        mounted = (
            folders.packages.folder,
            *folders.packages.shown.values(),
            folders.cache,
            folders.file_map,
            folders.seed,
            folders.trunk,
        )
        told = [
            *(_identity(path) for path in mounted),
            [self.keys.version, self.keys.salt, self.keys.standing, self.app.directory],
            dict(self.environment),
            [self.node.node_version, str(self.node.node)],
            bundling.export_arguments(self.payload.platform, self.payload.options),
        ]
        return sha256_hex(canonical_json(told))


def has_own_plugins(config: Mapping[str, Any]) -> bool:
    """Say whether an app.json names programs of the repository: they may read and keep what no key knows of."""
    expo = config.get("expo")
    plugins = (expo.get("plugins") if isinstance(expo, dict) else None) or []
    if not isinstance(plugins, list):
        return True
    named = [each[0] if isinstance(each, list) and each else each for each in plugins]
    return any(not isinstance(name, str) or name.startswith((".", "/")) for name in named)


def _identity(path: Path | None) -> list[str | int] | None:
    """Name a folder so that another one in its place has another name: what is mounted is never given back."""
    if path is None:
        return None
    found = path.stat()
    return [str(path), found.st_dev, found.st_ino]
