"""From settings to the values that single parts take: broker, web server, and the questions only the core can answer."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import datetime
from typing import Any

import msgspec
import uvicorn

from gateway.access import Write
from gateway.api.community import Condition
from gateway.api.estate import Estate
from gateway.command.orders import Orders
from gateway.config import Settings
from gateway.core import Core
from gateway.errors import ConfigError
from gateway.ingest.broker import WINDOW, BrokerSettings
from gateway.ingest.settings import MqttSettings, Tls
from gateway.modes import Modes
from gateway.notify.lan import Lan
from gateway.response.dispatch import Candidate, candidates
from gateway.response.model import Incident
from gateway.response.naming import LANGUAGES, names_of
from gateway.secret_files import secret_text
from gateway.stream_rows import Watcher
from gateway.writer import Writer
from rules.near import near_miss_sentence
from rules.runtime import key_text

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def broker_settings(settings: Settings, *, site: str) -> MqttSettings:
    """Return how to reach the broker: the outside one, or the embedded one of this box."""
    mqtt = settings.mqtt
    marker = f"sc1o/{site}/ingest/{mqtt.client_id}"
    if mqtt.host is None:
        own = _own_account(settings)
        return MqttSettings(
            marker_topic=marker, alerts_topic=mqtt.alerts_topic or "",
            host=_reachable(settings.broker.host), port=settings.broker.port + 1, client_id=mqtt.client_id, version="5",
            user=own[0], password=own[1], receive_maximum=min(mqtt.receive_maximum, WINDOW),
        )  # fmt: skip
    password = secret_text(mqtt.password_file, what="the broker password") if mqtt.password_file else None
    tls = None
    if mqtt.tls is not None:
        tls = Tls(
            ca_file=str(mqtt.tls.ca or ""),
            cert_file=str(mqtt.tls.cert or ""),
            key_file=str(mqtt.tls.key or ""),
        )
    return MqttSettings(
        marker_topic=marker, alerts_topic=mqtt.alerts_topic or "",
        host=mqtt.host, port=mqtt.port, client_id=mqtt.client_id, version="5" if mqtt.version == 5 else "3.1.1",
        user=mqtt.username, password=password, tls=tls, receive_maximum=mqtt.receive_maximum, share=mqtt.share,
    )  # fmt: skip


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "::", *LOOPBACK) else host  # noqa: S104 - compared, not bound


def _own_account(settings: Settings) -> tuple[str | None, str | None]:
    if settings.broker.users_file is None:
        return None, None
    lines = secret_text(settings.broker.users_file, what="the embedded broker's users").splitlines()
    for line in lines:
        name, _, password = line.partition(":")
        if name == "gateway":
            return name, password
    raise ConfigError(
        [f"{settings.broker.users_file}: expected a line gateway:PASSWORD for the gateway itself"]
    )


def embedded_settings(settings: Settings) -> BrokerSettings:
    """Return how the embedded broker listens."""
    users = settings.broker.users_file
    if users is None and settings.broker.host not in LOOPBACK:
        raise ConfigError(
            [
                (
                    f"broker.host: {settings.broker.host} is not loopback, and nobody may connect from the network without a name: "
                    "set broker.users_file (one `name:password` a line, chmod 600)"
                )
            ]
        )
    return BrokerSettings(
        host=settings.broker.host, port=settings.broker.port, password_file=str(users or "")
    )


def http_server(app: Any, settings: Settings) -> uvicorn.Server:
    """Return the web server, its port already taken.

    Raises:
        ConfigError: when the port cannot be had; the text says what to do.
    """
    http = settings.http
    check_port(http.host, http.port)
    config = uvicorn.Config(
        app, host=http.host, port=http.port, log_config=None, access_log=False, loop="uvloop", http="httptools",
        timeout_graceful_shutdown=3, server_header=False, lifespan="off",
        ssl_certfile=http.tls_cert, ssl_keyfile=http.tls_key,
    )  # fmt: skip
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # the app stops in its own order
    return server


def check_port(host: str, port: int) -> None:
    """Raise ConfigError with what to do when the port of the pages cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise ConfigError(
                [
                    (
                        f"http.port: {host}:{port} cannot be used: {error.strerror}. 端口被占用: choose another one "
                        f"(PORT={port + 1} make run, --port {port + 1}, or http.port in gateway.yaml)"
                    )
                ]
            ) from error


def lan_page(lan: Lan, watcher: Watcher, put: Callable[[bytes], None]) -> Callable[[], None]:
    """Make an open page one that the channel `lan` reaches: notices go into its stream as `notice` events."""
    return lan.connect(
        watcher.person.id,
        roles=frozenset(watcher.person.roles),
        grids=watcher.grids,
        tell=lambda notice: put(b"event: notice\ndata: " + msgspec.json.encode(notice) + b"\n\n"),
    )


def questions(
    core: Core, call: Write
) -> tuple[
    Callable[[Incident, datetime], Future[tuple[Candidate, ...]]],
    Callable[[str, Mapping[str, Any] | None], Future[list[Condition]]],
]:
    """Return the two questions of the screens that are answered in the writer's thread."""

    def ask_candidates(incident: Incident, now: datetime) -> Future[tuple[Candidate, ...]]:
        return call(lambda _connection: candidates(core.world, incident, now))

    def ask_near_miss(rule: str, key: Mapping[str, Any] | None) -> Future[list[Condition]]:
        return call(lambda _connection: _conditions(core, rule, key_text((key or {}).values())))

    return ask_candidates, ask_near_miss


def estate_of(core: Core, writer: Writer, orders: Orders | None = None) -> Estate:
    """Return what people set on the site: asked in the writer's thread, set like any other action."""

    def flags(_connection: Any) -> dict[str, dict[str, bool]]:
        return {zone: dict(set_) for zone, set_ in core.pump.state.modes.items()}

    return Estate(
        silences=lambda: writer.call(lambda _connection: core.engine.silences()),
        flags=lambda: writer.call(flags),
        modes=Modes(act=writer.act, call=writer.call, now=core.clock.now),
        orders=orders,
    )


def _conditions(core: Core, rule: str, key: str) -> list[Condition]:
    site = core.view
    found = core.engine.near_miss(rule, key)
    if rule not in site.rules:
        return []
    said: dict[str, str] = {
        lang: near_miss_sentence(found, site.rules[rule], lang, zone=site.zone, names=names_of(site, lang))
        for lang in LANGUAGES
    }
    return [Condition(ok=False, text=said, value=found)]
