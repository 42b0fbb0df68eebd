"""influx: points to anything that speaks the InfluxDB v2 write API (InfluxDB, VictoriaMetrics …).

The client library is synchronous and runs in a thread. A wrong token or bucket is answered by waiting, not
by throwing data away: the configuration is mended and everything that waited goes out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import msgspec

from gateway.errors import ConfigError, Rejected, RetryLater
from gateway.sinks.sink import Point, sink

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_BAD_POINTS = frozenset({400, 413, 422})


class InfluxSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where to write. `token` never shows in texts."""

    url: str
    bucket: str = "community"
    org: str = ""
    token: str = ""
    timeout_s: float = 10.0

    def __repr__(self) -> str:
        return f"InfluxSettings({self.url}, bucket {self.bucket})"


@sink("influx")
class Influx:
    """Writes points as line protocol."""

    kind: ClassVar[str]

    def __init__(self, settings: InfluxSettings) -> None:
        try:
            from influxdb_client.client.influxdb_client import InfluxDBClient
            from influxdb_client.client.write_api import SYNCHRONOUS
        except ImportError as error:
            text = "influx: 需要安装附加组件 / needs the extra: pip install 'smart-community-gateway[influx]'"
            raise ConfigError([text]) from error
        self._settings = settings
        self._client = InfluxDBClient(
            url=settings.url,
            token=settings.token,
            org=settings.org or "-",
            timeout=int(settings.timeout_s * 1000),
            enable_gzip=True,
        )
        self._api: Any = self._client.write_api(write_options=SYNCHRONOUS)

    async def write(self, points: Sequence[Point]) -> None:
        """Write all points in one request.

        Raises:
            RetryLater: nobody answered, or the answer was about the moment or the configuration.
            Rejected: the answer was about these points.
        """
        lines = "\n".join(line for line in map(line_protocol, points) if line)
        if lines:
            await asyncio.to_thread(self._send, lines)

    async def close(self) -> None:
        """Close the connections."""
        await asyncio.to_thread(self._close)

    def _send(self, lines: str) -> None:
        from influxdb_client.rest import ApiException
        from urllib3.exceptions import HTTPError

        try:
            self._api.write(bucket=self._settings.bucket, record=lines)
        except ApiException as error:
            said = str(error.body or error.reason or "")[:200]
            if error.status in _BAD_POINTS:
                raise Rejected(f"HTTP {error.status}: {said}") from error
            headers: Any = error.headers
            after = str(headers.get("Retry-After", "")) if headers else ""
            after_s = float(after) if after.isdecimal() else None
            raise RetryLater(f"{self._settings.url}: HTTP {error.status}: {said}", after_s=after_s) from error
        except (HTTPError, OSError) as error:
            raise RetryLater(f"{self._settings.url}: {error}") from error

    def _close(self) -> None:
        self._api.close()
        self._client.close()  # type: ignore[no-untyped-call]  # the library leaves it untyped


def line_protocol(point: Point) -> str:
    """Return a point as one line; empty when it has no fields. Time in nanoseconds."""
    fields = ",".join(f"{_key(name)}={_field(value)}" for name, value in sorted(point.fields.items()))
    if not fields:
        return ""
    tags = "".join(f",{_key(name)}={_key(value)}" for name, value in sorted(point.tags.items()) if value)
    at = (point.at - _EPOCH) // _MICROSECOND * 1000 + point.nudge % 1000
    return f"{_key(point.measurement)}{tags} {fields} {at}"


def _key(text: str) -> str:
    """Escape a measurement, tag or field name, or a tag value; line breaks would forge another line."""
    flat = " ".join(text.split()) or "-"
    return (
        flat.replace("\\", "/").replace('"', "'").replace(",", r"\,").replace("=", r"\=").replace(" ", r"\ ")
    )


def _field(value: float | str | bool) -> str:  # a field's value may be a truth value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"{value}i"
    if isinstance(value, float):
        return repr(value)
    flat = " ".join(value.split()).replace("\\", r"\\").replace('"', r"\"")
    return f'"{flat}"'
