"""Apps that an operator trusts are built once, and other tenants' builds find what came of it; theirs find nothing."""

import dataclasses
import json
import shutil
from pathlib import Path
from uuid import UUID

import pytest

from app.adapters.container import Container
from app.adapters.git.snapshots import take_snapshot
from app.adapters.registry.port import Registry
from app.adapters.sandbox.running import BuildShell
from app.core.clock import SystemClock
from app.services.preview.builder.keys import MetroKeys
from app.services.preview.builder.seeding import Seeded, seed
from app.services.preview.builder.workshop import Workshop
from app.services.preview.errors import BuildFailed

from tests.fixtures.npm_registry import NpmRegistry

# Where Expo's command is: writes a record as Metro's cache does, and code as Node does.
BUNDLER = """
const fs = require('fs');
fs.mkdirSync('/build/cache/aa', { recursive: true });
fs.writeFileSync(`/build/cache/aa/${process.argv[process.argv.indexOf('--platform') + 1]}`, 'record');
fs.writeFileSync('/build/filemap/code.bin', 'code');
"""
FAILS = "process.exit(3)"

pytestmark = pytest.mark.skipif(shutil.which("npm") is None, reason="no Node.js with npm on this machine")


@pytest.fixture
def builders(container: Container, build_shell: BuildShell, npm_registry: NpmRegistry) -> Container:
    """Builders whose registry is the test's."""
    registry = Registry(npm_registry.url, may_be_private=True)
    return dataclasses.replace(
        container, build_sandbox=build_shell.source, registry_of_packages=registry, clock=SystemClock()
    )


@pytest.fixture
def template(tmp_path: Path, npm_registry: NpmRegistry) -> Path:
    """An app with a lock file."""
    return app_at(tmp_path / "template", npm_registry, BUNDLER)


def app_at(folder: Path, npm: NpmRegistry, bundler: str, version: str = "57.0.0") -> Path:
    """Write an app whose Expo is a few lines of a test."""
    npm.publish("expo", version, {"bin/cli": bundler})
    folder.mkdir()
    package = {"name": folder.name, "main": "./App.js", "dependencies": {"expo": version}}
    (folder / "package.json").write_text(json.dumps(package))
    (folder / "package-lock.json").write_text(npm.lock(("expo", version), dependencies={"expo": version}))
    (folder / "App.js").write_text("export default 1;\n")
    return folder


def records_of(container: Container, seeded: Seeded) -> set[str]:
    """Names of the records in a seed's place."""
    place = container.settings.data_dir / "cache" / "preview_seeds" / seeded.toolchain
    return {path.name for path in (place / "transforms").rglob("*") if path.is_file()}


async def test_a_trusted_app_leaves_records_and_code_for_its_toolchain(builders: Container, template: Path) -> None:
    seeded = await seed(builders, template, lambda _line: None)
    assert ([each.value for each in seeded.platforms], seeded.records) == (["ios", "android"], 2)
    assert records_of(builders, seeded) == {"ios", "android"}
    keys = MetroKeys("version", "salt", seeded.toolchain, "standing")
    async with Workshop(builders).caches(UUID(int=7), keys, "deps") as caches:
        assert caches.seed is not None
        assert (caches.seed / "code.bin").read_text() == "code"
    async with Workshop(builders).caches(
        UUID(int=7), MetroKeys("version", "salt", "other", "standing"), "deps"
    ) as caches:
        assert caches.seed is None
    assert not list((builders.settings.data_dir / "tmp").glob("preview-seed-*"))


async def test_a_second_app_with_the_same_toolchain_adds_its_records(
    builders: Container, template: Path, tmp_path: Path
) -> None:
    first = await seed(builders, template, lambda _line: None)
    place = builders.settings.data_dir / "cache" / "preview_seeds" / first.toolchain / "transforms" / "bb"
    place.mkdir()
    (place / "older").write_text("record")
    again = await seed(builders, shutil.copytree(template, tmp_path / "second"), lambda _line: None)
    assert again.toolchain == first.toolchain
    assert records_of(builders, again) == {"ios", "android", "older"}


async def test_an_app_that_fails_publishes_nothing(
    builders: Container, npm_registry: NpmRegistry, tmp_path: Path
) -> None:
    broken = app_at(tmp_path / "broken", npm_registry, FAILS)
    with pytest.raises(BuildFailed):
        await seed(builders, broken, lambda _line: None)
    assert not list((builders.settings.data_dir / "cache" / "preview_seeds").glob("*"))


async def test_a_snapshot_is_the_folders_files_without_packages_and_links(tmp_path: Path) -> None:
    folder = tmp_path / "app"
    (folder / "node_modules" / "x").mkdir(parents=True)
    (folder / "src").mkdir()
    (folder / "node_modules" / "x" / "index.js").write_text("no")
    (folder / "src" / "a.ts").write_text("yes")
    (folder / "out").symlink_to("/etc/passwd")
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    one, two = (take_snapshot(folder, tmp_path / name) for name in ("one", "two"))
    entries = await one.reader.list_tree(one.commit, recursive=True)
    assert [entry.path for entry in entries] == ["src/a.ts"]
    assert one.commit == two.commit
