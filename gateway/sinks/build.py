"""The sinks that the settings ask for, each with its feeds and cursor."""

from __future__ import annotations

from gateway.access import Write
from gateway.config import Settings
from gateway.core import Core
from gateway.forward import Feed, Forward
from gateway.secret_files import secret_text
from gateway.sinks.feeds import AlertFeed, CaseFeed, TelemetryFeed
from gateway.sinks.influx import Influx, InfluxSettings
from gateway.sinks.sink import Point
from gateway.telemetry import TelemetryLog


def build_forward(
    settings: Settings,
    core: Core,
    telemetry: TelemetryLog,
    write: Write,
) -> Forward[Point] | None:
    """Return the forwarder to InfluxDB, or None when the settings name none."""
    if settings.influx is None:
        return None
    token = (
        secret_text(settings.influx.token_file, what="the InfluxDB token")
        if settings.influx.token_file
        else ""
    )
    sink = Influx(
        InfluxSettings(
            url=settings.influx.url, bucket=settings.influx.bucket, org=settings.influx.org, token=token
        )
    )
    site = core.written.site.view.id

    def grid_of(device: str) -> str | None:
        known = core.view.registry.get(device)
        return known.grid if known is not None else None

    feeds: list[Feed[Point]] = [
        AlertFeed(core.store.read, site=site, grid_of=grid_of),
        CaseFeed(core.store.read, site=site),
        TelemetryFeed(telemetry.file, site=site),
    ]
    return Forward(
        name="influx", sink=sink, feeds=feeds, read=core.store.read, write=write, now=core.clock.now
    )
