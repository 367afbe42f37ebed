"""A build, step by step: what it is, its files, its dependencies, the bundler, what came of it, and where it is kept.

One deadline is over all of it. Whatever is made lies in one folder that goes with the job; what outlives it (caches,
dependencies) is written by whole files only, so a worker that is killed anywhere leaves nothing half.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.adapters.files.scratch import scratch_folder
from app.adapters.node.tools import NodeTools
from app.adapters.sandbox.room import BuildLimits
from app.adapters.storage.port import Bucket, ObjectStorage
from app.core.errors import AppError
from app.core.failpoints import failpoint
from app.core.jobs import JobContext
from app.services.preview.boot_check import BootCheck, Startable, check_start
from app.services.preview.builder import bundling, outcome
from app.services.preview.builder.checkout import check_out
from app.services.preview.builder.collecting import Collected, collect
from app.services.preview.builder.deadline import Deadline
from app.services.preview.builder.detecting import DetectedApp, detect
from app.services.preview.builder.facts import facts_of
from app.services.preview.builder.failures import failure_of
from app.services.preview.builder.installing import installed_packages
from app.services.preview.builder.keys import BuildInputs, MetroKeys, Toolchain, input_key, metro_keys
from app.services.preview.builder.log import BuildLog, published
from app.services.preview.builder.repeating import repeat
from app.services.preview.builder.warm import WarmBundling
from app.services.preview.builder.workshop import Line, Workshop
from app.services.preview.bundles import Bundles, MadeBundle, bundle_key, evidence_key, file_name_of, log_key
from app.services.preview.errors import BuildFailed, PreviewTimeout
from app.services.preview.messages import BuildPreview
from app.services.preview.packaging import LOGS
from app.services.preview.project_settings import BuildSettings, settings_of
from app.services.preview.states import BUILDING, BUNDLING, UPLOADING


async def build(ctx: JobContext, payload: BuildPreview, workshop: Workshop) -> None:
    """Build what a job asks for and keep it; PreviewTimeout, and what a step raises. Nothing is kept of a failure."""
    container = ctx.container
    storage = container.buckets()[Bucket.PREVIEWS]
    deadline = Deadline(container.clock, container.settings.preview.max_timeout_ms / 1000)
    async with scratch_folder(container.settings.data_dir / "tmp" / f"preview-job-{ctx.job_id}") as folder:
        (folder / "logs").mkdir()
        log = BuildLog(folder / "logs" / "build.log", container.clock)
        async with published(log, storage, log_key(payload.project_id, ctx.job_id)):
            job = BuildJob(ctx, payload, workshop, folder, log, deadline)
            try:
                async with deadline.over_all():
                    await job.run(storage)
            except AppError as error:
                log.note(f"failed: {error.code}: {error.message}")
                raise
            except TimeoutError:
                # Every wait within a build is bounded by this deadline, and by nothing else.
                log.note(f"stopped after {deadline.seconds:g} s: PREVIEW_MAX_TIMEOUT_MS")
                raise PreviewTimeout(limit_ms=round(deadline.seconds * 1000), phase=job.step, timeout=True) from None


@dataclass(slots=True)
class BuildJob:
    """One build under way. `step` is what it does now, for people."""

    ctx: JobContext
    payload: BuildPreview
    workshop: Workshop
    folder: Path
    log: BuildLog
    deadline: Deadline
    step: str = "start"

    async def run(self, storage: ObjectStorage) -> None:
        """Take every step in turn."""
        ctx, payload = self.ctx, self.payload
        self.log.note(f"build {ctx.job_id} of {payload.commit} ({payload.ref}) for {payload.platform.value}")
        node = await self.workshop.node()
        async with ctx.scope(read_only=True) as scope:
            settings = await settings_of(scope, payload.project_id)
            tenant = await self.workshop.tenant_of(scope, payload.project_id)
        reader = ctx.container.mirrors.reader(payload.project_id)
        self._step("checkout")
        app = await detect(reader, payload.commit, payload.platform, payload.options)
        inputs = BuildInputs(
            payload.platform,
            payload.options,
            settings.environment,
            settings.allow_scripts,
            Toolchain(node.node_version, node.npm_version),
        )
        tree = await reader.tree_of(payload.commit)
        key = input_key(tree, app, inputs)
        if await repeat(ctx, payload, key, storage):
            self.log.note("nothing that matters has changed since an earlier build: its bundle is served")
            return
        await self.ctx.progress(0.10, BUILDING)
        project = self.folder / "project"
        project.mkdir()
        checked = await check_out(reader, payload.commit, project, self.log.note)
        self.log.note(
            f"{app.toolkit.value} app in {app.directory or '.'}: {checked.files} files, {checked.bytes} bytes"
        )
        collected, facts = await self._make(app, settings, tenant, node, inputs)
        boot = await self._start(node, collected)
        await self._keep(storage, collected, facts, key, boot)

    async def _make(
        self, app: DetectedApp, settings: BuildSettings, tenant: str, node: NodeTools, inputs: BuildInputs
    ) -> tuple[Collected, dict[str, Any]]:
        await self._begin("dependencies", 0.25, BUILDING)
        ask = self.workshop.dependencies(
            self.folder / "project" / app.directory, tenant, settings, self.log.tool, self.deadline
        )
        async with ask as installed:
            if installed.packages is None:
                raise BuildFailed("The app has no dependencies at all, so nothing can bundle it.", reason="no_packages")
            self.log.note(f"dependencies {installed.key[:12]}: {'were there' if installed.was_there else 'installed'}")
            reader = self.ctx.container.mirrors.reader(self.payload.project_id)
            packages = await installed_packages(installed.packages.folder)
            keys = await metro_keys(reader, self.payload.commit, app, inputs, packages)
            await self._begin("bundle", 0.50, BUNDLING)
            line = Line(self.payload.ref, f"refs/heads/{await reader.default_branch()}")
            async with self.workshop.caches(self.payload.project_id, keys, installed.key, line) as caches:
                folders = bundling.BuildFolders(
                    project=self.folder / "project",
                    packages=installed.packages,
                    out=self.folder / "out",
                    cache=caches.transforms,
                    file_map=caches.file_map,
                    seed=caches.seed,
                    settings=self.folder / "settings.json",
                    trunk=caches.trunk,
                )
                (folders.out / "dist").mkdir(parents=True)
                await self._bundle(app, folders, keys, settings.environment, node)
            facts = await asyncio.to_thread(facts_of, self.payload, app, installed, folders.out)
        self.step = "collect"
        collected = await asyncio.to_thread(collect, folders.out, app, self.payload.platform)
        verdict = self.ctx.container.build_sandbox.verdict
        more = {"hermes": collected.hermes, "environment": sorted(settings.environment), "sandbox": verdict}
        return collected, {**facts, **more}

    async def _bundle(
        self,
        app: DetectedApp,
        folders: bundling.BuildFolders,
        keys: MetroKeys,
        environment: Mapping[str, str],
        node: NodeTools,
    ) -> None:
        container, payload = self.ctx.container, self.payload
        command = bundling.command_of(node.node, app, payload.platform, payload.options)
        self.log.note("$ " + " ".join(command))
        memory = container.settings.preview.build_memory_mb * 1024**2
        limits = BuildLimits(timeout=self.deadline.left, memory_bytes=memory)
        warm = WarmBundling(container, app, payload, folders, keys, environment, node, self.log)
        if await warm.is_possible():
            ended = await warm.run(container.mirrors.reader(payload.project_id), limits)
        else:
            room = await asyncio.to_thread(bundling.room_of, app, folders, keys, environment, node.reads)
            ended = await self.workshop.shell.run(command, room=room, limits=limits, on_line=self.log.tool)
        self.log.note(
            f"bundler: {ended.reason}, status {ended.returncode}, {ended.seconds:.1f} s, "
            f"{ended.cpu_seconds:.1f} s of CPU, {ended.peak_memory // 1024**2} MiB"
        )
        if ended.reason == "timeout":
            raise TimeoutError
        if ended.reason != "exited":
            raise BuildFailed(f"The build used too much: {_LIMIT_SAID[ended.reason]}", reason=ended.reason)
        if ended.returncode:
            raise failure_of(self.log.said, ended.returncode)

    async def _start(self, node: NodeTools, collected: Collected) -> BootCheck:
        await self._begin("start", 0.70, BUNDLING)
        if collected.hermes is not None:
            self.log.note("boot check: bytecode cannot be started here; a build without it can")
            return BootCheck({}, {"checked": False, "why": "bytecode"})
        pictures = self.workshop.pictures_of(self.payload.project_id)
        bundle = Startable(self.payload.platform, collected.files, collected.source_map, self.folder / "boot", pictures)
        return await check_start(self.ctx.container, node.node, bundle, self.log.note)

    async def _keep(
        self, storage: ObjectStorage, collected: Collected, facts: dict[str, Any], key: str, boot: BootCheck
    ) -> None:
        ctx, payload = self.ctx, self.payload
        await self._begin("package", 0.80, BUNDLING)
        self.log.note(f"packaging {len(collected.files)} files")
        stamp = outcome.Stamp(str(ctx.job_id), ctx.container.clock.now().isoformat(), facts)
        extras = {LOGS: self.log.read(), **boot.files}
        packed = await asyncio.to_thread(outcome.pack, payload, collected, extras, stamp, self.folder)
        await self._begin("upload", 0.90, UPLOADING)
        places = bundle_key(payload.project_id, ctx.job_id), evidence_key(payload.project_id, ctx.job_id)
        async with ctx.scope() as scope:
            await Bundles(scope).announce(*places)
        name = file_name_of(payload.platform.value, ctx.job_id)
        stored, evidence = await outcome.store_both(storage, places, packed, file_name=name)
        failpoint("preview.stored")
        self.log.note(f"stored {stored.size} bytes, SHA-256 {stored.sha256}")
        made = MadeBundle(
            ctx.job_id, payload, stored, packed.content_sha256, facts, input_key=key, boot=boot.told, evidence=evidence
        )
        async with ctx.scope() as scope:
            await Bundles(scope).keep(made)

    async def _begin(self, step: str, progress: float, phase: str) -> None:
        self._step(step)
        await self.ctx.progress(progress, phase)

    def _step(self, step: str) -> None:
        self.step = step
        self.log.note(f"step: {step}")
        failpoint(f"preview.{step}")


_LIMIT_SAID = {
    "memory": "more memory than PREVIEW_BUILD_MEMORY_MB allows.",
    "processes": "it started too many processes.",
    "disk": "it wrote too much.",
    "log": "it printed without end.",
}
