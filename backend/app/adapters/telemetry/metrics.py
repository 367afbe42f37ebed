"""Metrics for Prometheus: what this process counts, and samples that others read from the database at scrape time."""

from collections.abc import Awaitable, Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, GCCollector, Histogram, PlatformCollector, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from app.adapters.telemetry.logging import get_logger

CONTENT_TYPE = CONTENT_TYPE_LATEST
# From a cached status answer (under a millisecond) to a slow page; jobs have a histogram of their own.
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

Sampler = Callable[[], Awaitable[Iterable[Metric]]]

log = get_logger(__name__)


class Metrics:
    """One process's metrics. Samplers add families that are true for the whole installation (queue depths, say)."""

    def __init__(self) -> None:
        """Start with nothing counted."""
        self.registry = CollectorRegistry(auto_describe=True)
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self._samplers: list[Sampler] = []
        self._requests = Counter(
            "hivesync_http_requests_total", "Requests answered.", ["method", "route", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "hivesync_http_request_seconds",
            "Time to answer a request.",
            ["method", "route"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._failures = Counter(
            "hivesync_sampler_failures_total", "Samplers that failed during a scrape.", registry=self.registry
        )

    def observe_request(self, method: str, route: str, *, status: int, seconds: float) -> None:
        """Count an answer. `route` is the template (`/projects/{id}`), never the path: labels must be few."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def add_sampler(self, sampler: Sampler) -> None:
        """Ask this coroutine for metric families at every scrape."""
        self._samplers.append(sampler)

    async def render(self) -> bytes:
        """The text of `/metrics`. A sampler that fails is counted and logged; the others still answer."""
        families: list[Metric] = []
        for sampler in self._samplers:
            try:
                families += await sampler()
            except Exception:
                log.exception("metrics.sampler_failed", sampler=getattr(sampler, "__qualname__", str(sampler)))
                self._failures.inc()
        sampled = CollectorRegistry()
        sampled.register(_Fixed(families))
        return generate_latest(self.registry) + generate_latest(sampled)


class _Fixed(Collector):
    """Families that were collected already."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        """Give them out."""
        return self._families
