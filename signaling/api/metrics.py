"""The server's metrics (Prometheus): counted where they happen, served at /metrics. No name, number or id of a person is a label."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

FIRST_FRAME_BUCKETS = (0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0)


class Metrics:
    """One registry a server, so that two servers in one test do not share counters."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._refused = Counter("virtual_window_refused", "Refusals by stable code.", ["code"], registry=self._registry)
        self._refused_again = Counter(
            "virtual_window_refused_again", "Refusals that a ledger or a record has already, by stable code.", ["code"], registry=self._registry
        )
        self._first_frame = Histogram(
            "virtual_window_first_frame_seconds", "Answer to first picture, as the end saw it.", ["end"],
            buckets=FIRST_FRAME_BUCKETS, registry=self._registry,
        )
        self._steps = Counter("virtual_window_session_steps", "Steps of sessions by the state they led to.", ["state"], registry=self._registry)
        self._gauges: dict[str, Gauge] = {}

    def refused(self, code: str) -> None:
        self._refused.labels(code).inc()

    def refused_again(self, code: str) -> None:
        self._refused_again.labels(code).inc()

    def first_frame(self, end: str, seconds: float) -> None:
        self._first_frame.labels(end).observe(seconds)

    def step(self, state: str) -> None:
        self._steps.labels(state).inc()

    def watch(self, name: str, words: str, read: Callable[[], float]) -> None:
        """A gauge that is read when the metrics are."""
        gauge = Gauge(f"virtual_window_{name}", words, registry=self._registry)
        gauge.set_function(read)
        self._gauges[name] = gauge

    def text(self) -> bytes:
        """In the Prometheus exposition format."""
        return generate_latest(self._registry)
