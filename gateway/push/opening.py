"""Opening: from the settings to the push door, every mistake at once."""

from __future__ import annotations

import ssl
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from devices.problem import nearest
from devices.registry import Registry
from gateway.config import Settings
from gateway.core import Core
from gateway.errors import ConfigError
from gateway.push.desk import Desk
from gateway.push.listener import Listener
from gateway.push.proof import Proof
from gateway.push.reception import Reception
from gateway.push.request import Network
from gateway.push.senders import Senders, sender_names, senders_of
from gateway.push.settings import PRIVATE, Push
from gateway.response.world import SiteView
from gateway.store.push_credentials import StoredCredential, credentials
from gateway.writer import Writer


class SenderBook:
    """Who may push, read from the store; `now` is replaced whole."""

    def __init__(self, core: Core, settings: Push) -> None:
        self.now = Senders(settings=settings.devices)
        self._core, self._settings = core, settings
        self._last: tuple[Sequence[StoredCredential], Registry] | None = None

    def read(self) -> Senders:
        """Return who may push; nothing is opened again while nothing has changed."""
        with self._core.store.read() as connection:
            stored = credentials(connection)
        registry = self._core.view.registry
        if self._last is not None and self._last[1] is registry and self._last[0] == stored:
            return self.now
        found = senders_of(registry, stored, self._settings.devices, self._core.sealer.open)
        self._last = (stored, registry)
        return found

    def use(self, senders: Senders) -> None:
        """Put these in force."""
        self.now = senders


def open_push(core: Core, writer: Writer) -> list[Listener]:
    """Return the push door, if the settings ask for one.

    Raises:
        ConfigError: with every mistake in `push` but unknown senders: those may have been taken away on the screens.
    """
    settings = core.written.settings
    push = settings.push
    if push is None:
        return []
    problems = _place_problems(settings, push)
    if problems:
        raise ConfigError(problems)
    book = SenderBook(core, push)
    reception = Reception(
        offer=writer.offer,
        degraded=lambda: bool(writer.degraded),
        reply=core.decoder.reply,
        profiles=lambda: core.decoder.profiles,
        wall=_wall,
        answer_s=push.answer_s,
    )
    proof = Proof(lambda: book.now, basic=push.basic, now=core.clock.now, steady=time.monotonic)
    desk = Desk(push, proof=proof, reception=reception, senders=lambda: book.now, steady=time.monotonic)
    base = settings.site.parent
    return [
        Listener(
            push,
            desk=desk,
            read_senders=book.read,
            use_senders=book.use,
            present_senders=lambda: book.now,
            tls=lambda: _tls(push, base),
            wall=_wall,
        )
    ]


def push_problems(settings: Settings, *, site: SiteView) -> list[str]:
    """Return everything that is wrong in `push`, each with its place and what to do."""
    push = settings.push
    if push is None:
        return []
    names = sender_names(site.registry)
    unknown = [
        f"push.devices.{name}: no device of the site has this id or `user`, or it is retired{nearest(name, names)}"
        for name in push.devices
        if name not in names
    ]
    return [*unknown, *_place_problems(settings, push)]


def _place_problems(settings: Settings, push: Push) -> list[str]:
    found = [
        f"push.port: {push.port} is also {what}; choose another one"
        for what, port in _ports(settings)
        if port == push.port
    ]
    if push.tls_cert is None and not push.proxies:
        found += [
            f"push.allow: {network} reaches beyond private networks, and nothing here is encrypted: set tls_cert and "
            "tls_key, or let a proxy on this box do it (proxies: [127.0.0.1])"
            for network in push.allow
            if not any(_inside(network, private) for private in PRIVATE)
        ]
    try:
        _tls(push, settings.site.parent)
    except (OSError, ssl.SSLError) as error:
        found.append(f"push.tls_cert: {push.tls_cert} with {push.tls_key} cannot be used: {error}")
    return found


def _ports(settings: Settings) -> list[tuple[str, int]]:
    taken = [("http.port", settings.http.port)]
    if settings.mqtt.host is None:
        taken += [
            ("broker.port", settings.broker.port),
            ("the port after broker.port", settings.broker.port + 1),
        ]
    if settings.panels is not None:
        taken.append(("panels.port", settings.panels.port))
    return taken


def _inside(network: Network, other: Network) -> bool:
    return network.version == other.version and network.subnet_of(other)  # type: ignore[arg-type]  # same version


def _tls(push: Push, base: Path) -> ssl.SSLContext | None:
    if push.tls_cert is None or push.tls_key is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(base / push.tls_cert, base / push.tls_key)
    return context


def _wall() -> datetime:
    return datetime.now(UTC)
