"""The bundlers' command lines and rooms: Expo's export, or React Native's bundle, with caches of ours in front."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.adapters.sandbox.port import Mount
from app.adapters.sandbox.room import Room
from app.services.preview.builder.detecting import DetectedApp, Toolkit
from app.services.preview.builder.keys import MetroKeys
from app.services.preview.builder.packages import Packages
from app.services.preview.platforms import BuildOptions, Platform

_SCRIPTS = Path(__file__).with_name("node")
# Constant, whatever the job: paths end up in caches' keys and in source maps.
PROJECT, OUT, _CACHE, _FILE_MAP, _TRUNK, _SEED, _TOOLS = (
    f"/build/{name}" for name in ("project", "out", "cache", "filemap", "trunk", "seed", "tools")
)
_SETTINGS = "/build/settings.json"


@dataclass(frozen=True, slots=True)
class BuildFolders:
    """Where the build's parts lie on this machine."""

    project: Path
    packages: Packages
    out: Path
    cache: Path
    file_map: Path
    seed: Path | None
    settings: Path
    # Records of the default branch, which builds of others read.
    trunk: Path | None = None


def room_of(
    app: DetectedApp, folders: BuildFolders, keys: MetroKeys, environment: Mapping[str, str], reads: tuple[Path, ...]
) -> Room:
    """Furnish the room that a bundler runs in, and write the settings that its configuration reads. Blocks a little."""
    project = f"{PROJECT}/{app.directory}".rstrip("/")
    told = {
        "project": project,
        "cache": _CACHE,
        "seeds": [*([_TRUNK] if folders.trunk else []), *([f"{_SEED}/transforms"] if folders.seed else [])],
        "seedCode": f"{_SEED}/code.bin" if folders.seed else None,
        "fileMap": _FILE_MAP,
        "cacheVersion": keys.version,
        "salt": keys.salt,
        "out": OUT,
    }
    folders.settings.write_text(json.dumps(told))
    brought = folders.project / app.directory / "node_modules"
    if brought.is_symlink():
        # Packages are mounted in its place; whoever committed a link meant his own machine.
        brought.unlink()
    mounts = [
        Mount(folders.project, PROJECT, writable=True),
        *folders.packages.mounts(f"{project}/node_modules"),
        Mount(folders.out, OUT, writable=True),
        Mount(folders.cache, _CACHE, writable=True),
        Mount(folders.file_map, _FILE_MAP, writable=True),
        Mount(_SCRIPTS, _TOOLS),
        Mount(folders.settings, _SETTINGS),
    ]
    if folders.seed is not None:
        mounts.append(Mount(folders.seed, _SEED))
    if folders.trunk is not None:
        mounts.append(Mount(folders.trunk, _TRUNK))
    # What the project says comes first, so that it cannot say otherwise about what follows.
    env = {**environment, **_fixed(), "HIVESYNC_BUILD": _SETTINGS}
    return Room(tuple(mounts), env, project, reads)


def command_of(node: Path, app: DetectedApp, platform: Platform, options: BuildOptions) -> list[str]:
    """Say how the app is bundled (R001-141 to R001-146, and C23 for what `--entry-file App.js` gets wrong)."""
    if app.toolkit is Toolkit.EXPO:
        return [*_node(node), "node_modules/expo/bin/cli", "export", *export_arguments(platform, options)]
    return [
        *_node(node), "node_modules/react-native/cli.js", "bundle", "--platform", platform.value, "--dev", "false",
        "--entry-file", str(app.entry), "--bundle-output", f"{OUT}/dist/main.jsbundle",
        "--sourcemap-output", f"{OUT}/dist/main.jsbundle.map", "--assets-dest", f"{OUT}/dist/assets",
        "--config", f"{_TOOLS}/metro-override.cjs",
    ]  # fmt: skip


def export_arguments(platform: Platform, options: BuildOptions, out: str = OUT) -> list[str]:
    """Say what `expo export` is told; `out` is the folder whose `dist` it writes to."""
    native = [] if platform is Platform.WEB else ["--dump-sourcemap"]
    plain = [] if options.bytecode or platform is Platform.WEB else ["--no-bytecode"]
    return ["--platform", platform.value, "--output-dir", f"{out}/dist", *native, *plain]


def staying_command(node: Path) -> list[str]:
    """Say what exports an Expo app again and again; its orders hold `export_arguments`."""
    return [*_node(node), f"{_TOOLS}/staying.cjs"]


def _node(node: Path) -> tuple[str, ...]:
    """Node with compiled code at hand, and room for what is young: a bundler's garbage is most of what it makes."""
    return (str(node), "--max-semi-space-size=64", "--require", f"{_TOOLS}/compile-cache.cjs")


def _fixed() -> dict[str, str]:
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": "/tmp",  # noqa: S108 - the sandbox's own
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "CI": "1",
        "NODE_ENV": "production",
        "EXPO_NO_TELEMETRY": "1",
        "EXPO_OFFLINE": "1",
        "EXPO_NO_GIT_STATUS": "1",
        "EXPO_OVERRIDE_METRO_CONFIG": f"{_TOOLS}/metro-override.cjs",
        "NO_COLOR": "1",
        "FORCE_COLOR": "0",
    }
