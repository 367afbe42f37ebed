"""An app is bundled by its own bundler, as builders bundle it; what that complained about is told with its place.

TEST_PREVIEW_PACKAGES names the `node_modules` of an installed sample: then the real bundler works, too.
"""

import asyncio
import contextlib
import os
import shutil
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from app.adapters.process.system import SystemProcesses
from app.agent.apps import find_app
from app.agent.bundling import Bundler
from app.agent.errors import BuildTimeout, NoApp, PackagesMissing
from app.agent.reporting import Silent
from app.core.clock import SystemClock
from app.core.errors import AppError
from app.services.preview.platforms import Platform

from tests.agent.scripted import make_app
from tests.waiting import until

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="no Node.js on this machine")
SAMPLE = Path(__file__).parents[3] / "assets" / "samples" / "expo-app"
PACKAGES = os.environ.get("TEST_PREVIEW_PACKAGES")


class Heard(Silent):
    """Keeps what the bundler said."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def line(self, text: str) -> None:
        """Keep a line."""
        self.lines.append(text)


@pytest.fixture
def bundler(tmp_path: Path) -> Bundler:
    folder = tmp_path / "workplace"
    folder.mkdir()
    return Bundler(SystemProcesses(SystemClock()), folder)


async def test_a_bundle_has_the_one_layout(tmp_path: Path, bundler: Bundler) -> None:
    app, heard = find_app(make_app(tmp_path / "app")), Heard()
    with zipfile.ZipFile(await bundler.bundle(app, Platform.IOS, heard)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert sorted(files) == ["assets/logo.png", "expo-config.json", "expo-metadata.json", "logs.txt", "main.jsbundle"]
    assert files["main.jsbundle"] == b"var app = 1; // production none"
    assert {"Starting Metro Bundler", "a warning"} <= set(heard.lines)
    assert b"Starting Metro Bundler" in files["logs.txt"]


async def test_a_complaint_is_told_with_its_place(tmp_path: Path, bundler: Bundler) -> None:
    root = tmp_path / "app"
    said = f"SyntaxError: {root}/App.js: Unexpected token (3:7)"
    app = find_app(make_app(root, f"console.error({said!r}); process.exit(1);"))
    with pytest.raises(AppError) as failed:
        await bundler.bundle(app, Platform.IOS, Silent())
    assert failed.value.code == "PREVIEW_BUILD_FAILED"
    assert (failed.value.details["file"], failed.value.details["line"]) == ("App.js", 3)


async def test_what_no_device_may_be_given_is_refused_before_it_is_sent(tmp_path: Path, bundler: Bundler) -> None:
    script = make_app(tmp_path / "a").joinpath("node_modules/expo/bin/cli").read_text()
    app = find_app(make_app(tmp_path / "app", script.replace("'png');", "Buffer.from('PK\\x03\\x04'));")))
    with pytest.raises(AppError) as refused:
        await bundler.bundle(app, Platform.IOS, Silent())
    assert refused.value.code == "BUNDLE_UNSAFE"


async def test_a_bundler_that_does_not_end_is_stopped_with_all_it_started(tmp_path: Path, bundler: Bundler) -> None:
    pids = tmp_path / "pids"
    script = f"""
    const child = require('node:child_process').spawn('sleep', ['600']);
    require('node:fs').writeFileSync('{pids}', `${{process.pid}} ${{child.pid}}`);
    setInterval(() => {{}}, 1000);
    """
    app = find_app(make_app(tmp_path / "app", script))
    hasty = Bundler(bundler.processes, bundler.workplace, timedelta(seconds=2))
    with pytest.raises(BuildTimeout):
        await hasty.bundle(app, Platform.IOS, Silent())
    await until(lambda: not any(map(is_alive, map(int, pids.read_text().split()))))


async def test_who_no_longer_waits_ends_the_bundler_with_all_it_started(tmp_path: Path, bundler: Bundler) -> None:
    pids = tmp_path / "pids"
    script = f"""
    const child = require('node:child_process').spawn('sleep', ['600']);
    require('node:fs').writeFileSync('{pids}.new', `${{process.pid}} ${{child.pid}}`);
    require('node:fs').renameSync('{pids}.new', '{pids}');
    setInterval(() => {{}}, 1000);
    """
    app = find_app(make_app(tmp_path / "app", script))
    working = asyncio.create_task(bundler.bundle(app, Platform.IOS, Silent()))
    await until(pids.exists, seconds=60)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    await until(lambda: not any(map(is_alive, map(int, pids.read_text().split()))))


def is_alive(pid: int) -> bool:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def test_packages_that_are_not_installed_are_asked_for_by_the_command_that_installs_them(tmp_path: Path) -> None:
    shutil.rmtree(make_app(tmp_path / "app") / "node_modules")
    with pytest.raises(PackagesMissing, match="npm ci"):
        find_app(tmp_path / "app")


def test_the_app_of_a_file_is_the_one_it_lies_in(tmp_path: Path) -> None:
    make_app(tmp_path / "apps/one")
    make_app(tmp_path / "apps/two")
    assert find_app(tmp_path, "apps/two/src").folder == tmp_path / "apps/two"
    with pytest.raises(NoApp) as several:
        find_app(tmp_path)
    assert several.value.details["found"] == ["apps/one", "apps/two"]
    with pytest.raises(NoApp):
        find_app(tmp_path / "apps/one/node_modules")


@pytest.mark.parametrize("needs", ["5", '"expo"', "[]", "null"])
def test_a_package_file_that_is_odd_names_no_app(tmp_path: Path, needs: str) -> None:
    (tmp_path / "package.json").write_text(f'{{"dependencies": {needs}}}')
    with pytest.raises(NoApp):
        find_app(tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(PACKAGES is None, reason="TEST_PREVIEW_PACKAGES names no installed packages")
@pytest.mark.parametrize("platform", [Platform.IOS, Platform.WEB])
async def test_the_real_bundler_makes_a_bundle_of_the_sample(
    tmp_path: Path, bundler: Bundler, platform: Platform
) -> None:
    root = tmp_path / "app"
    shutil.copytree(SAMPLE, root)
    (root / "node_modules").symlink_to(Path(PACKAGES or "").resolve())
    with zipfile.ZipFile(await bundler.bundle(find_app(root), platform, Heard())) as archive:
        names = archive.namelist()
        entry = archive.read("index.html" if platform is Platform.WEB else "main.jsbundle")
    assert len(entry) > (500 if platform is Platform.WEB else 500_000)
    assert {"logs.txt", "expo-config.json"} <= set(names)
