"""`hivesync autoscaler …`: what it says with samples, without, and of made-up hours."""

import asyncio
import functools
import json
from pathlib import Path

from app.adapters.container import Container
from app.adapters.opening import open_container
from app.adapters.queue.embedded import EmbeddedRedis
from app.config import load_settings
from app.services.autoscaler.service import look

from tests.cli.test_operators import hivesync
from tests.waiting import until


async def has_looked(container: Container) -> bool:
    """Look, unless this second has been looked at."""
    return bool(await look(container))


async def record(folder: Path) -> None:
    """Look twice at an installation in which nothing runs."""
    settings = load_settings({"DATA_DIR": str(folder), "AUTOSCALER_POLL_INTERVAL_SECONDS": "1"})
    redis = EmbeddedRedis(folder)
    await redis.start()
    try:
        from app import wiring  # noqa: PLC0415 - only this test needs every handler

        for _ in range(2):
            async with open_container(settings, registry=wiring.registry(), subscriptions={}) as container:
                await until(functools.partial(has_looked, container))
    finally:
        await redis.stop()


def test_without_samples_it_says_what_to_do(tmp_path: Path) -> None:
    assert hivesync(tmp_path, "migrate").returncode == 0
    said = hivesync(tmp_path, "autoscaler", "replay")
    assert said.returncode == 1
    assert said.stderr.startswith("NO_SAMPLES")
    assert "hivesync scheduler" in said.stderr
    assert "No look yet" in hivesync(tmp_path, "autoscaler", "status").stdout


def test_recorded_looks_are_shown_and_replayed(tmp_path: Path) -> None:
    assert hivesync(tmp_path, "migrate").returncode == 0
    asyncio.run(record(tmp_path))
    shown = hivesync(tmp_path, "autoscaler", "status")
    assert "only records (AUTOSCALER_ENABLED=false)" in shown.stdout
    assert "fewer than the minimum of 1" in shown.stdout
    found = json.loads(hivesync(tmp_path, "autoscaler", "status", "--json").stdout)
    assert {each["queue"] for each in found["queues"] if each["last"]} >= {"ai_jobs"}
    said = hivesync(tmp_path, "autoscaler", "replay", "--queue", "ai_docs", "--max", "2", "--json")
    (replayed,) = json.loads(said.stdout)
    assert [each["name"] for each in replayed["variants"]] == ["as recorded", "as set now", "max=2"]


def test_made_up_hours_show_that_more_workers_wait_less(tmp_path: Path) -> None:
    picture = tmp_path / "replay.svg"
    said = hivesync(tmp_path, "autoscaler", "replay", "--demo", "--compare", "max=8", "--picture", str(picture))
    assert (said.returncode, said.stderr) == (0, "")
    assert picture.read_text().startswith("<svg")
    lines = {line.split("  ")[0]: line for line in said.stdout.splitlines()}
    assert "worker-hours" in lines["thresholds"]
    found = json.loads(hivesync(tmp_path, "autoscaler", "replay", "--demo", "--compare", "max=8", "--json").stdout)
    recorded, present, more = found[0]["variants"]
    assert recorded["average_wait"] > present["average_wait"] > more["average_wait"]
    assert present["worker_hours"] < recorded["worker_hours"]


def test_wrong_thresholds_and_times_are_named(tmp_path: Path) -> None:
    said = hivesync(tmp_path, "autoscaler", "replay", "--demo", "--compare", "most=9")
    assert (said.returncode, "max=N" in said.stderr) == (1, True)
    said = hivesync(tmp_path, "autoscaler", "replay", "--from", "yesterday")
    assert (said.returncode, "2026-05-01" in said.stderr) == (1, True)
