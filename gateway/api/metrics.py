"""The gateway's figures for Prometheus, read from what the parts say of themselves when somebody asks."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector, CollectorRegistry

from gateway.api.services import Services
from gateway.delays import BOUNDS_S, Waited

_STATUS = {"ok": 0, "degraded": 1, "failing": 2}


class GatewayFigures(Collector):
    """Counters of all inputs, status and figures of every part, and how many pages are open."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def collect(self) -> Iterator[Metric]:
        """Yield every figure as it is now."""
        inputs = CounterMetricFamily(
            "gateway_inputs", "What became of every message and action", labels=["name"]
        )
        for name, value in sorted(self._services.store.counters().items()):
            inputs.add_metric([name], value)
        yield inputs
        health = self._services.health()
        status = GaugeMetricFamily("gateway_status", "0 ok, 1 degraded, 2 failing", labels=["part"])
        status.add_metric(["gateway"], _STATUS[health.status])
        facts = GaugeMetricFamily("gateway_part", "Figures of each part", labels=["part", "fact"])
        for part in health.parts:
            status.add_metric([part.name], _STATUS[part.status])
            for fact, value in part.facts.items():
                if isinstance(value, int | float):
                    facts.add_metric([part.name, fact], float(value))
        yield status
        yield facts
        pages = GaugeMetricFamily("gateway_stream_pages", "Pages that watch the stream")
        pages.add_metric([], self._services.hub.pages)
        yield pages
        yield _stored(self._services.delays.waited())

    def describe(self) -> list[Metric]:
        """Return nothing: what there is to tell is known when it is asked for."""
        return []


def _stored(waited: Waited) -> HistogramMetricFamily:
    within = [(f"{bound:g}", float(count)) for bound, count in zip(BOUNDS_S, waited.within, strict=True)]
    return HistogramMetricFamily(
        "gateway_stored_seconds",
        "From the receipt of an event to its commit",
        buckets=[*within, ("+Inf", float(waited.count))],
        sum_value=None,  # to add them up would cost more than to store them
    )


def registry_of(services: Services) -> CollectorRegistry:
    """Return the registry of one gateway, with the figures of its process."""
    registry = CollectorRegistry()
    registry.register(GatewayFigures(services))
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return registry
