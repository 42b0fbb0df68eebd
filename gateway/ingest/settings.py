"""How the gateway reaches its MQTT broker, as one value; secrets never show in its text."""

from __future__ import annotations

from typing import Literal

import msgspec

KIB = 1024


class Tls(msgspec.Struct, frozen=True, kw_only=True):
    """Certificates for an encrypted connection; empty `ca_file` means the system's own list."""

    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""


class MqttSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the broker is and how its session behaves.

    `receive_maximum` is the number of messages that may be in flight unacknowledged; with 3.1.1 the
    broker's own limit holds instead. `share` names a group when several workers read one broker.
    `marker_topic` is a topic that this client may publish and read: it tells a session's backlog from
    live messages (see backlog.py); empty switches the marker off. `alerts_topic` is where notices of alerts
    go; empty: nowhere. A message above `limit_bytes` is
    refused and kept as head and hash; one above `packet_limit_bytes` is not even sent by an MQTT 5 broker.
    """

    host: str = "127.0.0.1"
    port: int = 1883
    client_id: str = "gateway"
    version: Literal["5", "3.1.1"] = "5"
    user: str | None = None
    password: str | None = None
    tls: Tls | None = None
    keepalive_s: int = 60
    session_expiry_s: int = 7 * 24 * 3600
    receive_maximum: int = 500
    limit_bytes: int = 512 * KIB
    packet_limit_bytes: int = 8 * KIB * KIB
    share: str | None = None
    marker_topic: str = ""
    alerts_topic: str = ""
    retry_most_s: float = 30.0  # the longest wait between two attempts to connect

    def __repr__(self) -> str:
        return f"MqttSettings({self.host}:{self.port}, client {self.client_id}, MQTT {self.version})"

    @property
    def address(self) -> str:
        return f"{self.host}:{self.port}"
