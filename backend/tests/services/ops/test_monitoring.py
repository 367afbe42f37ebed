"""The files for Prometheus and Grafana ask for nothing that `/metrics` does not tell; counters grow as they should."""

import json
import re
from pathlib import Path

import yaml  # type: ignore[import-untyped]
from httpx import AsyncClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert

from app.adapters.container import Container
from app.adapters.jobs.heartbeat import WorkerBeat, write_beat
from app.adapters.jobs.ledger import Failure
from app.core.clock import FrozenClock
from app.core.jobs import Queue
from app.models.autoscaler import AutoscalerSample
from app.models.job import Lease, QueueState
from app.services.ops.sampling import SCHEDULER_LEASE, InstallationMetrics
from app.workers.scheduler import LEADERSHIP

from tests.workers.errands import stage

_DEPLOY = Path(__file__).parents[4] / "deploy"
_METRIC = re.compile(r"\b(?:hivesync|preview)_[a-z0-9_]+")


def asked_for() -> set[str]:
    """Every metric that the dashboard and the alerts name."""
    board = json.loads((_DEPLOY / "grafana" / "hivesync.json").read_text())
    rules = yaml.safe_load((_DEPLOY / "prometheus" / "alerts.yml").read_text())
    texts = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    texts += [each["query"] for each in board["templating"]["list"]]
    texts += [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    return {name for text in texts for name in _METRIC.findall(text)}


def test_jobs_that_every_api_process_counts_are_not_added_up() -> None:
    board = json.loads((_DEPLOY / "grafana" / "hivesync.json").read_text())
    counted = [
        target["expr"] for panel in board["panels"] for target in panel["targets"] if "hivesync_jobs_" in target["expr"]
    ]
    assert len(counted) > 3
    # Shares do not change when both sides are added up.
    assert [expr for expr in counted if "max by" not in expr and " / " not in expr] == []


async def scraped(client: AsyncClient) -> dict[str, float]:
    """Every sample, as name and labels' values in order of the labels' names."""
    text = (await client.get("http://hivesync.test/metrics")).text
    return {
        " ".join([sample.name, *(value for _, value in sorted(sample.labels.items()))]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def fill(container: Container) -> None:
    """Have something of everything: a worker, a leader, a paused queue, a look of the autoscaler, jobs."""
    now = container.clock.now()
    beat = WorkerBeat("w1", "cpu", "ai_worker", (Queue.AI,), slots=4, active=1, beat_at=now, memory_bytes=1024)
    await write_beat(container.kv, beat)
    sample = AutoscalerSample(
        queue="ai_jobs", role="ai_worker", at=now, depth=1, running=0, arrivals=0, oldest_seconds=0.0,
        alive=1, unresponsive=0, slots=4, workers=1, desired=3, action="out", reason="r",
        is_enabled=False, driver="none", is_applied=False,
    )  # fmt: skip
    first = await stage(container, name="a")
    await stage(container, name="b")
    async with container.scope() as scope:
        until = now.replace(year=now.year + 1)
        await scope.session.execute(insert(Lease).values(name=LEADERSHIP, holder="s", token=1, until=until))
        await scope.session.execute(insert(QueueState).values(queue="refactor", is_paused=True, changed_at=now))
        scope.session.add(sample)
        claim = await scope.ledger.claim(first, worker_id="w1")
        assert claim is not None
        await scope.ledger.fail(claim, Failure("INTERNAL", "broken", {}), exhausted=True)


async def test_every_metric_that_is_asked_for_is_told(client: AsyncClient, container: Container) -> None:
    await fill(container)
    await client.get("/health")
    told = {sample.split(" ")[0] for sample in await scraped(client)}
    assert len(asked_for()) > 12
    assert asked_for() - told == set()


async def test_what_operators_watch_beside_jobs(client: AsyncClient, container: Container) -> None:
    await fill(container)
    told = await scraped(client)
    assert SCHEDULER_LEASE == LEADERSHIP
    assert told["hivesync_scheduler_leader"] == 1
    assert told["hivesync_queue_paused refactor"] == 1
    assert told["hivesync_queue_paused ai_jobs"] == 0
    assert told["hivesync_autoscaler_desired_workers ai_jobs"] == 3
    assert told["hivesync_worker_slots ai_worker cpu w1"] == 4
    assert told["hivesync_worker_active_jobs ai_worker cpu w1"] == 1
    assert told["hivesync_worker_memory_bytes ai_worker cpu w1"] == 1024
    assert told["hivesync_jobs_exhausted_total test.errand ai_jobs"] == 1
    assert told["hivesync_jobs_retrying ai_jobs"] == 0


async def test_jobs_are_counted_once_however_often_somebody_scrapes(container: Container, clock: FrozenClock) -> None:
    metrics, seen = InstallationMetrics(container), []
    for pause in (0, 1, 29, 31, 3600):
        clock.move(seconds=pause)
        job_id = await stage(container)
        async with container.scope() as scope:
            claim = await scope.ledger.claim(job_id, worker_id="one")
            assert claim is not None
            await scope.ledger.finish(claim)
        for _ in range(2):
            families = {family.name: family for family in await metrics.sample()}
            seen.append(families["hivesync_jobs"].samples[0].value)
    assert seen == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_the_scrape_configuration_names_the_rules_and_the_address() -> None:
    config = yaml.safe_load((_DEPLOY / "prometheus" / "prometheus.yml").read_text())
    (job,) = config["scrape_configs"]
    assert all((_DEPLOY / "prometheus" / name).exists() for name in config["rule_files"])
    assert (job["metrics_path"], job["static_configs"][0]["targets"]) == ("/metrics", ["api:8000"])
