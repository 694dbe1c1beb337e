"""``/metrics`` as Prometheus reads it: this process's requests, and the figures of the whole service.

No label names a user, a job or anything else of which there may be many: routes are as they are registered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from api.metrics.figures import RUN_SECONDS, Figures, Key
from api.metrics.overview import Overviews
from cluster import PART_SECONDS, JobStoreError

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_COUNTERS = {
    "jobs_entered": ("Jobs entered: to be made, joined to a run under way, or there already (cached)", "answer"),
    "jobs_ended": ("Jobs that have ended", "outcome"),
    "attempts_ended": ("Attempts at runs that have ended", "outcome"),
    "rows_made": ("Rows of finished data sets", ""),
    "bytes_made": ("Stored bytes of finished data sets", ""),
    "actor_seconds": ("Seconds for which generator actors were held", ""),
    "retries": ("Workers lost, and parts made again", ""),
    "reused_parts": ("Parts that were there already", ""),
    "lease_losses": ("Runs that lost their dispatchers", ""),
    "deliveries": ("Deliveries to webhooks", "outcome"),
}
"""Figures that are shown as counters: name → (help, what its label says)."""


class Metrics:
    """The metrics of one application."""

    def __init__(self, figures: Figures, overviews: Overviews) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "seedbed_http_requests", "Requests", ("method", "route", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "seedbed_http_request_seconds",
            "Time to the end of the answer",
            ("method", "route"),
            registry=self._registry,
            buckets=_BUCKETS,
        )
        self.followers = Gauge("seedbed_http_followers", "Clients that follow jobs by events", registry=self._registry)
        self._registry.register(_Service(figures, overviews))

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts a request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def page(self) -> bytes:
        """The text that Prometheus reads."""
        return generate_latest(self._registry)


class _Service(Collector):
    """The figures of the whole service; without them, but for one that says so, if the database is away."""

    def __init__(self, figures: Figures, overviews: Overviews) -> None:
        self._figures, self._overviews = figures, overviews

    def collect(self) -> Iterator[Metric]:
        try:
            figures, overview = self._figures.read(), self._overviews.now()
        except JobStoreError:
            yield GaugeMetricFamily("seedbed_database_up", "Whether the database answers", value=0)
            return
        yield GaugeMetricFamily("seedbed_database_up", "Whether the database answers", value=1)
        runs = GaugeMetricFamily("seedbed_queue_runs", "Runs that have not ended", labels=["state"])
        for state, count in overview.runs.items():
            runs.add_metric([state], count)
        yield runs
        for name, text, value in (
            ("queue_oldest_seconds", "How long the oldest waiting run has waited", overview.oldest_seconds),
            ("backlog_rows", "Rows still to be made", overview.rows),
            ("backlog_bytes", "Bytes still to be made, as estimated", overview.bytes),
            ("backlog_seconds", "Actor-seconds still needed, as estimated", overview.seconds),
            ("actors_at_work", "Generator actors that runs hold", overview.actors),
            ("users", "Users", overview.users),
        ):
            yield GaugeMetricFamily(f"seedbed_{name}", text, value=value)
        living = self._figures.dispatchers(figures)
        yield GaugeMetricFamily("seedbed_dispatchers", "Dispatchers that live", value=len(living))
        for name, text in (("actors_ready", "Generator actors"), ("actors_waiting", "Actors that wait for a node")):
            yield GaugeMetricFamily(f"seedbed_{name}", text, value=sum(each[name] for each in living.values()))
        nodes = max((each["nodes"] for each in living.values()), default=0)
        yield GaugeMetricFamily("seedbed_nodes", "Nodes of the largest Ray cluster", value=nodes)
        yield from _counters(figures)
        yield _histogram("run_seconds", "From a job's entry to its run's end", RUN_SECONDS, figures)
        yield _histogram("part_seconds", "Time to make a part", PART_SECONDS, figures)


def _counters(figures: Mapping[Key, float]) -> Iterator[Metric]:
    for name, (text, label) in _COUNTERS.items():
        counter = CounterMetricFamily(f"seedbed_{name}", text, labels=[label] if label else [])
        found = {key[1]: value for key, value in figures.items() if key[0] == name}
        for value_of, value in sorted(found.items()) or ([] if label else [("", 0.0)]):
            counter.add_metric([value_of] if label else [], value)
        yield counter


def _histogram(name: str, text: str, bounds: tuple[float, ...], figures: Mapping[Key, float]) -> Metric:
    total, buckets = 0.0, list[tuple[str, float]]()
    for bound in (*(f"{each:g}" for each in bounds), "+Inf"):
        total += figures.get((f"{name}_bucket", bound), 0.0)
        buckets.append((bound, total))
    found = HistogramMetricFamily(f"seedbed_{name}", text)
    found.add_metric([], buckets, figures.get((f"{name}_sum", "")))
    return found
