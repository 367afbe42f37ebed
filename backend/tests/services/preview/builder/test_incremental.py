"""What is built with warm caches is, byte for byte, what is built with empty ones, whatever was changed between.

Longer: `make fuzz-previews ROUNDS=50 SEED=7`. TEST_PREVIEW_PACKAGES names the `node_modules` of an installed sample;
without it the product installs one, in a folder that later runs find.
"""

import os
import random
import shutil
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from app.adapters.container import Container
from app.adapters.sandbox.running import BuildShell
from app.adapters.sandbox.staying import StayingPool
from app.core.errors import AppError

from tests.services.preview.builder.edits import ChangingApp
from tests.services.preview.builder.plant import Plant, sample_packages

ROUNDS = int(os.environ.get("TEST_PREVIEW_ROUNDS", "3"))
SEED = int(os.environ.get("TEST_PREVIEW_SEED", "1"))
PROJECT = UUID(int=1)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.enable_socket,
    pytest.mark.timeout(900 + ROUNDS * 120),
    pytest.mark.skipif(shutil.which("npm") is None, reason="no Node.js with npm on this machine"),
]


@pytest.fixture
async def plant(container: Container, build_shell: BuildShell, tmp_path: Path) -> Plant:
    """What makes bundles; skipped where there is neither a sandbox nor a registry."""
    try:
        packages = await sample_packages(build_shell, [])
    except AppError as problem:
        pytest.skip(f"the packages of the sample app could not be installed: {problem.message}")
    return Plant(container, build_shell, packages, tmp_path)


async def test_random_edits_give_the_same_bytes_as_a_clean_build(plant: Plant) -> None:
    app = ChangingApp(random.Random(SEED))
    await plant.bundle(app.now(), PROJECT)
    for number in range(ROUNDS):
        changed = [app.change() for _ in range(app.chance.randrange(1, 4))]
        plant.shows = True
        warm = await plant.bundle(app.now(), PROJECT)
        plant.shows = False
        clean = await plant.bundle(app.now(), uuid4())
        differs = [name for name in warm.keys() | clean if warm.get(name) != clean.get(name)]
        assert not differs, f"seed {SEED}, round {number}, after {changed}: {differs} differ"


async def test_a_bundler_that_waits_gives_the_same_bytes_as_a_clean_build(plant: Plant) -> None:
    app, waits, none = ChangingApp(random.Random(SEED)), StayingPool(memory_bytes=4 * 1024**3), StayingPool()
    try:
        for number in range(ROUNDS):
            plant.pool, plant.shows = waits, True
            warm = await plant.bundle(app.now(), PROJECT)
            plant.pool, plant.shows = none, False
            clean = await plant.bundle(app.now(), uuid4())
            differs = [name for name in warm.keys() | clean if warm.get(name) != clean.get(name)]
            assert not differs, f"seed {SEED}, round {number}: {differs} differ"
            change = app.change if number % 3 == 2 else app.change_sources
            for _ in range(app.chance.randrange(1, 4)):
                change()
        assert plant.warm, "no build found a bundler that waited"
    finally:
        await waits.close()


async def test_two_clean_builds_are_equal_and_know_nothing_of_the_day(plant: Plant) -> None:
    app = ChangingApp(random.Random(SEED)).now()
    one, two = [await plant.bundle(app, uuid4()) for _ in range(2)]
    assert one == two
    today = plant.shell.clock.now()
    moments = [today.strftime(form).encode() for form in ("%Y-%m-%d", "%d.%m.%Y", "%b %d %Y", "%a %b %d")]
    assert not [name for name, data in one.items() for moment in moments if moment in data]
