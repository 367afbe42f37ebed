"""Starts bundles that a test writes, or that Metro made of the sample apps, in the best sandbox of this machine."""

import gzip
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from app.adapters.ids import SystemIds
from app.adapters.process.system import SystemProcesses
from app.adapters.sandbox.chosen import ToolSandbox, candidates
from app.adapters.sandbox.port import Sandbox
from app.adapters.sandbox.probe import Prober
from app.core.clock import SystemClock
from app.services.preview.boot.report import BootReport
from app.services.preview.boot.starting import BootLimits, BootRoom, start
from app.services.preview.platforms import Platform

# React Native's bundle of assets/samples/bare-app for iOS, and its map without the texts of what is not the app's own.
_BUNDLES = Path(__file__).with_name("bundles")

Started = Callable[[str], Awaitable[BootReport]]
SHORT = BootLimits(seconds=2, heap_megabytes=96)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    """A sandbox that holds; finding out is done once."""
    folder = tmp_path_factory.mktemp("probe")
    source = ToolSandbox("auto", Prober(SystemProcesses(SystemClock()), SystemIds(), folder), candidates())
    chosen = await source.take()
    if not source.holds:
        pytest.skip(f"no sandbox that holds here: {source.verdict}")
    return chosen


@pytest.fixture
def room(tmp_path: Path, sandbox: Sandbox) -> BootRoom:
    """A room with an empty folder for a bundle."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node here")
    folder = tmp_path / "bundle"
    folder.mkdir()
    return BootRoom(sandbox, SystemProcesses(SystemClock()), Path(node), folder, Platform.IOS)


@pytest.fixture
def started(room: BootRoom) -> Started:
    """Start a bundle of these words."""

    async def start_it(bundle: str) -> BootReport:
        (room.folder / "main.jsbundle").write_text(bundle)
        return await start(room, SHORT)

    return start_it


@pytest.fixture
def real_bundle() -> str:
    """What Metro made of the bare sample."""
    return gzip.decompress((_BUNDLES / "bare-ios.jsbundle.gz").read_bytes()).decode()


@pytest.fixture
def real_map(tmp_path: Path) -> Path:
    """The map of it, outside of the bundle's folder as in the pipeline."""
    path = tmp_path / "main.jsbundle.map"
    path.write_bytes(gzip.decompress((_BUNDLES / "bare-ios.jsbundle.map.gz").read_bytes()))
    return path
