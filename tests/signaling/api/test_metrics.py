"""The metrics: each refusal by its code, first pictures as a histogram, gauges read when asked; one registry a server."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from signaling.api.metrics import FIRST_FRAME_BUCKETS, Metrics


def read(metrics: Metrics) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Every sample by name and labels, as a scraper reads it."""
    families = text_string_to_metric_families(metrics.text().decode())
    return {(sample.name, frozenset(sample.labels.items())): sample.value for family in families for sample in family.samples}


def labels(**given: str) -> frozenset[tuple[str, str]]:
    return frozenset(given.items())


def test_refusals_are_counted_by_their_code() -> None:
    metrics = Metrics()
    for code in ("bad-ticket", "bad-ticket", "too-slow"):
        metrics.refused(code)
    samples = read(metrics)
    assert samples["virtual_window_refused_total", labels(code="bad-ticket")] == 2
    assert samples["virtual_window_refused_total", labels(code="too-slow")] == 1


def test_first_pictures_fall_into_their_buckets_for_each_end() -> None:
    metrics = Metrics()
    for seconds in (0.05, 0.9, 60.0):
        metrics.first_frame("resident", seconds)
    metrics.first_frame("clerk", 0.4)
    samples = read(metrics)
    name = "virtual_window_first_frame_seconds"
    assert samples[f"{name}_count", labels(end="resident")] == 3
    assert samples[f"{name}_count", labels(end="clerk")] == 1
    assert samples[f"{name}_bucket", labels(end="resident", le="1.0")] == 2
    assert samples[f"{name}_bucket", labels(end="resident", le="10.0")] == 2
    assert samples[f"{name}_bucket", labels(end="resident", le="+Inf")] == 3
    assert {1.0, 2.0} <= set(FIRST_FRAME_BUCKETS), "the bounds that are to be held"


def test_gauges_are_read_when_they_are_asked_for() -> None:
    metrics, talks = Metrics(), 0
    metrics.watch("talks", "Running talks.", lambda: float(talks))
    assert read(metrics)["virtual_window_talks", labels()] == 0
    talks = 7
    assert read(metrics)["virtual_window_talks", labels()] == 7


def test_two_servers_in_one_process_count_apart() -> None:
    one, two = Metrics(), Metrics()
    one.refused("not-now")
    one.watch("talks", "Running talks.", lambda: 1.0)
    two.watch("talks", "Running talks.", lambda: 2.0)
    assert ("virtual_window_refused_total", labels(code="not-now")) not in read(two)
    assert (read(one)["virtual_window_talks", labels()], read(two)["virtual_window_talks", labels()]) == (1, 2)
