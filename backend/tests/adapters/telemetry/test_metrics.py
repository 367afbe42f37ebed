"""Metrics: counted here, sampled elsewhere, and readable when a sampler fails."""

from collections.abc import Iterable

from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from app.adapters.telemetry.metrics import Metrics


async def test_requests_are_counted_by_route_template() -> None:
    metrics = Metrics()
    metrics.observe_request("GET", "/api/v1/jobs/{job_id}", status=200, seconds=0.004)
    text = (await metrics.render()).decode()
    assert 'hivesync_http_requests_total{method="GET",route="/api/v1/jobs/{job_id}",status="200"} 1.0' in text
    assert 'hivesync_http_request_seconds_bucket{le="0.005",method="GET",route="/api/v1/jobs/{job_id}"} 1.0' in text


async def test_samplers_are_asked_at_every_scrape() -> None:
    metrics, depth = Metrics(), iter((3, 4))

    async def sample() -> Iterable[Metric]:
        family = GaugeMetricFamily("hivesync_queue_depth", "Jobs that wait.", labels=["queue"])
        family.add_metric(["ai_jobs"], next(depth))
        return [family]

    metrics.add_sampler(sample)
    assert b'hivesync_queue_depth{queue="ai_jobs"} 3.0' in await metrics.render()
    assert b'hivesync_queue_depth{queue="ai_jobs"} 4.0' in await metrics.render()


async def test_a_sampler_that_fails_takes_nothing_with_it() -> None:
    metrics = Metrics()

    async def broken() -> Iterable[Metric]:
        raise ConnectionError("database away")

    metrics.add_sampler(broken)
    metrics.observe_request("GET", "/x", status=200, seconds=0.1)
    text = (await metrics.render()).decode()
    assert "hivesync_sampler_failures_total 1.0" in text
    assert "hivesync_http_requests_total" in text


async def test_two_containers_in_one_process_do_not_share_counts() -> None:
    Metrics().observe_request("GET", "/x", status=200, seconds=0.1)
    assert b'route="/x"' not in await Metrics().render()
