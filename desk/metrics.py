"""Prometheus figures of one desk process. Requests are counted as they pass, states read when scraped."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.5, 5.0, 10.0, 30.0)


@dataclass(slots=True)
class Metrics:
    """The process's own registry, so that several desks can live in one test process."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    requests: Counter = field(init=False)
    seconds: Histogram = field(init=False)
    states: Gauge = field(init=False)
    counted: Gauge = field(init=False)
    ready: Gauge = field(init=False)

    def __post_init__(self) -> None:
        self.requests = Counter(
            "xiaoer_http_requests", "HTTP answers", ("method", "route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "xiaoer_http_seconds",
            "Seconds until an answer began",
            ("route",),
            buckets=BUCKETS_S,
            registry=self.registry,
        )
        self.states = Gauge(
            "xiaoer_items", "Things by kind and state, as the database has them", ("kind", "state"),
            registry=self.registry,
        )  # fmt: skip
        self.counted = Gauge(
            "xiaoer_counted",
            "What this process did since its start, e.g. turns by decision",
            ("name", "label"),
            registry=self.registry,
        )
        self.ready = Gauge("xiaoer_ready", "1 where a part is ready", ("part",), registry=self.registry)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer."""
        self.requests.labels(method, route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)

    def set_states(self, counts: dict[tuple[str, str], int]) -> None:
        """Replace the figures by kind and state."""
        self.states.clear()
        for (kind, state), count in counts.items():
            self.states.labels(kind, state).set(count)

    def set_counted(self, counts: Mapping[tuple[str, str], int]) -> None:
        """Show what the desk counted (desk.counters)."""
        for (name, label), count in counts.items():
            self.counted.labels(name, label).set(count)

    def render(self) -> bytes:
        """The text Prometheus scrapes."""
        return generate_latest(self.registry)
