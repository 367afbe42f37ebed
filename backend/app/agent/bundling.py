"""Builds an app on this machine by its own bundler, and packs what came of it as every bundle is packed."""

import json
import shutil
from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from app.adapters.process.port import Limits, ProcessRunner
from app.adapters.sandbox.lines import plain
from app.agent.apps import LocalApp
from app.agent.errors import BuildTimeout, PackagesMissing
from app.agent.reporting import Reporter, in_thread
from app.config.client import process_environment
from app.services.preview.archives import inspect, member_pieces, write_anew
from app.services.preview.builder.bundling import PROJECT, export_arguments
from app.services.preview.builder.collecting import collect
from app.services.preview.builder.detecting import DetectedApp, Toolkit
from app.services.preview.builder.failures import failure_of
from app.services.preview.packaging import EXPO_CONFIG, LOGS
from app.services.preview.platforms import BuildOptions, Platform

DEADLINE = timedelta(minutes=15)
_CONFIG_DEADLINE = timedelta(minutes=1)
_LARGEST_CONFIG = 4 * 1024**2
_MOST_LINES = 20_000
# What a tool says on standard output belongs between what it says on standard error.
_MERGED = ("/bin/sh", "-c", 'exec "$0" "$@" 1>&2')
_SETTINGS = {
    "CI": "1",
    "NODE_ENV": "production",
    "EXPO_NO_TELEMETRY": "1",
    "EXPO_OFFLINE": "1",
    "EXPO_NO_GIT_STATUS": "1",
    "NO_COLOR": "1",
    "FORCE_COLOR": "0",
}


@dataclass(frozen=True, slots=True)
class Bundler:
    """Runs an app's bundler below a temporary folder. `deadline` is for the whole of it."""

    processes: ProcessRunner
    workplace: Path
    deadline: timedelta = DEADLINE

    async def bundle(self, app: LocalApp, platform: Platform, reporter: Reporter) -> Path:
        """Give the zip of a bundle; what the bundler first complained about, with its place, when there is none."""
        node = shutil.which("node")
        if node is None:
            raise PackagesMissing("Node.js cannot be found. Install Node.js 20 or newer.", missing="node")
        out = self.workplace / "out"
        out.mkdir()
        lines: list[str] = []
        await self._export([node, str(app.cli)], app, platform, _Heard(lines, reporter))
        reporter.stage("pack", 0.7, "Packing")
        await self._write_config([node, str(app.cli)], app, out)
        return await in_thread(reporter, _pack, out, platform, self.workplace / "bundle.zip", lines)

    async def _export(self, expo: list[str], app: LocalApp, platform: Platform, heard: "_Heard") -> None:
        command = [*expo, "export", *export_arguments(platform, BuildOptions(), str(self.workplace / "out"))]
        heard("$ " + " ".join(command))
        limits = Limits(timeout=self.deadline, max_output=1024)
        done = await self.processes.run(
            [*_MERGED, *command], cwd=app.folder, env=_environment(), limits=limits, on_stderr_line=heard
        )
        if done.timed_out:
            raise BuildTimeout(f"The bundler did not end within {self.deadline.total_seconds():g} seconds.")
        if not done.ok:
            # Complaints are read by the place that builders have.
            told = [line.replace(str(app.folder), PROJECT) for line in heard.lines]
            raise failure_of(told, done.returncode)

    async def _write_config(self, expo: list[str], app: LocalApp, out: Path) -> None:
        """Write down what Expo's clients are told of the app; the bundle is as good without."""
        limits = Limits(timeout=_CONFIG_DEADLINE, max_output=_LARGEST_CONFIG)
        command = [*expo, "config", "--type", "public", "--json"]
        done = await self.processes.run(command, cwd=app.folder, env=_environment(), limits=limits)
        try:
            found = json.loads(done.stdout) if done.ok else None
        except (ValueError, RecursionError):
            return
        if isinstance(found, dict):
            (out / EXPO_CONFIG).write_text(json.dumps(found), encoding="utf-8")


class _Heard:
    """Takes what a tool says, line by line."""

    def __init__(self, lines: list[str], reporter: Reporter) -> None:
        self.lines, self._reporter = lines, reporter

    def __call__(self, line: str) -> None:
        shown = plain(line)
        if len(self.lines) < _MOST_LINES:
            self.lines.append(shown)
        self._reporter.line(shown)


def _environment() -> dict[str, str]:
    """What the person at this machine has set, without what is HiveSync's own."""
    given = process_environment(**_SETTINGS)
    return {name: value for name, value in given.items() if not name.startswith("HIVESYNC_")}


def _pack(out: Path, platform: Platform, target: Path, lines: list[str]) -> Path:
    app = DetectedApp("", Toolkit.EXPO, None, None, {}, {}, None, None)
    collected = collect(out, app, platform)
    log = "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")
    write_anew({**collected.files, LOGS: log}, target)
    # What the server would refuse is told here, before anything is sent.
    for _, pieces in member_pieces(target, inspect(target)):
        deque(pieces, maxlen=0)
    return target
