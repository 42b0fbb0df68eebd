"""Build and connect the MQTT client of the ingest from its settings."""

from __future__ import annotations

import ssl

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from gateway.ingest.settings import MqttSettings


def new_client(settings: MqttSettings) -> Client:
    """Return a client that keeps its session, acknowledges by hand and never reconnects by itself."""
    five = settings.version == "5"
    client = Client(
        CallbackAPIVersion.VERSION2,
        client_id=settings.client_id,
        clean_session=None if five else False,
        protocol=MQTTProtocolVersion.MQTTv5 if five else MQTTProtocolVersion.MQTTv311,
        manual_ack=True,
        # The client would otherwise answer a refused version by trying an older one behind our back.
        reconnect_on_failure=False,
    )
    if settings.user is not None:
        client.username_pw_set(settings.user, settings.password)
    if settings.tls is not None:
        tls = settings.tls
        client.tls_set(
            ca_certs=tls.ca_file or None,
            certfile=tls.cert_file or None,
            keyfile=tls.key_file or None,
            tls_version=ssl.PROTOCOL_TLS_CLIENT,
        )
    # With a write callback set, packets wait for our loop instead of being written where they arise.
    client.on_socket_register_write = lambda *_: None
    return client


def connect(client: Client, settings: MqttSettings) -> None:
    """Open the connection and send CONNECT; raises OSError when nobody answers."""
    if settings.version != "5":
        client.connect(settings.host, settings.port, settings.keepalive_s)
        return
    wishes = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho leaves it untyped
    wishes.SessionExpiryInterval = settings.session_expiry_s
    wishes.ReceiveMaximum = settings.receive_maximum
    wishes.MaximumPacketSize = settings.packet_limit_bytes
    client.connect(settings.host, settings.port, settings.keepalive_s, clean_start=False, properties=wishes)
