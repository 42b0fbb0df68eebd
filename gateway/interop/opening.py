"""Opening: from the settings to receivers, inbound sources and panels, every mistake at once."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path

import msgspec

from devices.form import Profile
from devices.problem import nearest
from gateway.access import Access
from gateway.config import Settings
from gateway.core import Core
from gateway.errors import ConfigError
from gateway.guarded import Say
from gateway.interop.cap import Sender
from gateway.interop.case_event import ALLOWED
from gateway.interop.dc09 import Account
from gateway.interop.door import Door
from gateway.interop.inbound import Inbound, Source
from gateway.interop.outgoing import Outgoing, StepFeed, maker
from gateway.interop.panels import PROFILE, Panels
from gateway.interop.receiver_book import Receiverbook, receiver_documents
from gateway.interop.receiver_desk import ReceiverDesk
from gateway.interop.receiver_part import Receivers
from gateway.interop.repeats import WITHIN
from gateway.interop.saved_receiver import Saved, receiver_of, settings_of
from gateway.interop.services import Interop
from gateway.interop.settings import Inbound as InboundSettings
from gateway.interop.settings import PanelAccount, Receiver
from gateway.interop.settings import Panels as PanelSettings
from gateway.notify.secret import Secret
from gateway.notify.signed import WebhookSettings
from gateway.part import Part
from gateway.response.world import SiteView
from gateway.secret_files import secret_text
from gateway.sinks.cloudevents import CloudEvents
from gateway.store.read_events import EventFilter, search_events
from gateway.writer import Writer

SHORTEST_TOKEN = 24  # characters
KEY_LENGTHS = (16, 24, 32)  # characters of a panel's AES key
MOST_RECALLED = 2000  # events of panels in ten minutes


class Connections(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the settings ask for, ready to be run."""

    parts: tuple[Part, ...]
    interop: Interop
    book: Receiverbook  # of the receivers that the page names
    webhooks: Mapping[str, WebhookSettings]  # where those of the file are reached

    def desk(self, core: Core, writer: Writer) -> ReceiverDesk:
        """Return where receivers are named and tested."""
        access = Access(store=core.store, writer=writer, now=core.clock.now)
        return ReceiverDesk(self.book, access, in_file=self.webhooks, site=core.view.id, demo=core.view.demo)

    def receivers(self, core: Core, writer: Writer, say: Say) -> list[Receivers]:
        """Return what feeds the receivers that the page names; a demo site feeds none."""

        def make(saved: Saved) -> Outgoing:
            assert saved.entry is not None  # only those that are there are fed
            receiver, webhook = receiver_of(saved.entry), settings_of(saved.entry)
            return _outgoing(saved.name, receiver, webhook, core, writer, key=saved.key)

        return [] if core.view.demo else [Receivers(self.book, make=make, say=say, write=writer.call)]


def open_interop(core: Core, writer: Writer) -> Connections:
    """Return receivers, inbound sources and the door they share. A demo site sends nothing.

    Raises:
        ConfigError: with every mistake in these settings.
    """
    settings = core.written.settings
    problems = interop_problems(settings, site=core.view, profiles=core.decoder.profiles)
    if problems:
        raise ConfigError(problems)
    door = Door(writer.offer)
    sources = {name: _source(name, each, settings.site.parent) for name, each in settings.inbound.items()}
    interop = Interop(
        inbound=Inbound(sources, door),
        sender=lambda: _sender(core),
    )
    webhooks = {name: _webhook(each, settings.site.parent) for name, each in settings.receivers.items()}
    outgoing = (
        []
        if core.view.demo
        else [
            _outgoing(name, each, webhooks[name], core, writer) for name, each in settings.receivers.items()
        ]
    )
    with core.store.read() as connection:
        book = Receiverbook(
            receiver_documents(connection), writer, sealer=core.sealer, in_file=settings.receivers
        )
    panels = [] if settings.panels is None else [_panels(settings.panels, door, core)]
    return Connections(parts=(door, *outgoing, *panels), interop=interop, book=book, webhooks=webhooks)


def _panels(wanted: PanelSettings, door: Door, core: Core) -> Panels:
    base = core.written.settings.site.parent

    def recall() -> list[str]:
        since = core.clock.now() - WITHIN
        devices = {each.id for each in core.view.registry if each.profile.partition("@")[0] == PROFILE}
        with core.store.read() as connection:
            found = search_events(
                connection, EventFilter(devices=devices, at_from=since), after=None, limit=MOST_RECALLED
            )
        return [event.dedup for event in found.rows if event.dedup is not None]

    return Panels(
        host=wanted.host,
        port=wanted.port,
        accounts={name: _account(name, each, base) for name, each in wanted.accounts.items()},
        door=door,
        registry=lambda: core.view.registry,
        recall=recall,
    )


def _sender(core: Core) -> Sender:
    """Return who speaks, by the site and clock of this moment."""
    return Sender(gateway=core.written.settings.mqtt.client_id, site=core.view, offset=core.clock.offset)


def _outgoing(
    name: str,
    receiver: Receiver,
    webhook: WebhookSettings,
    core: Core,
    writer: Writer,
    *,
    key: str | None = None,
) -> Outgoing:
    make = maker(receiver, sender=lambda: _sender(core), read=core.store.read)
    return Outgoing(
        name,
        sink=CloudEvents(webhook),
        feed=StepFeed(core.store.read, receiver=receiver, make=make),
        read=core.store.read,
        write=writer.call,
        now=core.clock.now,
        key=key,
    )


def interop_problems(settings: Settings, *, site: SiteView, profiles: tuple[Profile, ...]) -> list[str]:
    """Return everything that is wrong in `receivers`, `inbound` and `panels`, each with its place and what to do."""
    base = settings.site.parent
    found: list[str] = []
    for name, receiver in settings.receivers.items():
        found += [f"receivers.{name}.{where}: {what}" for where, what in _receiver(receiver, base, site)]
    paths = {form.pattern.text for profile in profiles for form in profile.forms if form.adapter == "http"}
    for name, each in settings.inbound.items():
        found += [f"inbound.{name}{where}: {what}" for where, what in _inbound(name, each, base, paths)]
    for account, panel in settings.panels.accounts.items() if settings.panels is not None else ():
        where = f"panels.accounts.{account}"
        found += [f"{where}: {what}" for what in _panel(account, panel, base, site)]
    return found


def _panel(account: str, panel: PanelAccount, base: Path, site: SiteView) -> list[str]:
    found = []
    if site.registry.resolve(PROFILE, account) is None:
        found.append(
            f'no device of the site speaks for it: add one with `profile: {PROFILE}, ident: "{account}"`, type alarm_panel'
        )
    try:
        made = _account(account, panel, base)
    except ConfigError as error:
        return [*found, *error.problems]
    if made.key is not None and len(made.key) not in KEY_LENGTHS:
        found.append(
            f"key_file: the key has {len(made.key)} characters, expected 16, 24 or 32 as in the panel"
        )
    if made.clock_s is not None and min(made.clock_s) < 0:
        found.append(
            "clock_s: expected two numbers of seconds, how far behind and how far ahead, like [40, 20]"
        )
    return found


def _account(name: str, panel: PanelAccount, base: Path) -> Account:
    key = secret_text(base / panel.key_file, what=f"the key of panel {name}") if panel.key_file else None
    return Account(id=name, key=key, clock_s=panel.clock_s)


def _receiver(receiver: Receiver, base: Path, site: SiteView) -> list[tuple[str, str]]:
    found = [
        ("fields", f"'{field}' never leaves the site, expected some of {', '.join(ALLOWED)}{nearest(field, ALLOWED)}")
        for field in receiver.fields
        if field not in ALLOWED
    ]  # fmt: skip
    found += [
        ("grids", f"unknown grid '{grid}'{nearest(grid, site.grids)}")
        for grid in receiver.grids
        if grid not in site.grids
    ]
    try:
        found += _webhook(receiver, base).problems()
    except ConfigError as error:
        found += [("secret_file", problem) for problem in error.problems]
    return found


def _webhook(receiver: Receiver, base: Path) -> WebhookSettings:
    key = secret_text(base / receiver.secret_file, what="the receiver's secret")
    return WebhookSettings(
        url=receiver.url,
        secret=Secret(key),
        allow_private=receiver.allow_private,
        ca_file=receiver.ca_file,
    )


def _inbound(name: str, each: InboundSettings, base: Path, paths: set[str]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if (each.secret_file is None) == (each.token_file is None):
        found.append(("", "expected either secret_file (Standard Webhooks) or token_file (bearer)"))
    if f"in/{name}" not in paths and "in/{name}" not in paths:
        found.append(
            (
                "",
                f"no device profile reads it: write one with `match: {{path: in/{name}}}` (docs/how-to/inbound-webhook.md)",
            )
        )
    try:
        source = _source(name, each, base)
    except ConfigError as error:
        return [*found, *(("", problem) for problem in error.problems)]
    found += [
        (".secret_file", f"key {n} is not whsec_ + base64 of at least 24 bytes")
        for n, key in enumerate(source.keys, 1)
        if not _long_enough(key)
    ]
    found += [
        (".token_file", f"secret {n} is shorter than {SHORTEST_TOKEN} characters")
        for n, token in enumerate(source.tokens, 1)
        if len(token) < SHORTEST_TOKEN
    ]
    if each.secret_file is not None and not source.keys:
        found.append((".secret_file", "is empty, expected whsec_ + base64 of at least 24 random bytes"))
    if each.token_file is not None and not source.tokens:
        found.append((".token_file", "is empty, expected one secret a line"))
    return found


def _source(name: str, each: InboundSettings, base: Path) -> Source:
    def words(file: Path | None) -> tuple[str, ...]:
        return tuple(secret_text(base / file, what=f"the secret of '{name}'").split()) if file else ()

    return Source(
        name=name,
        keys=words(each.secret_file),
        tokens=words(each.token_file),
        per_minute=each.per_minute,
        max_bytes=each.max_bytes,
    )


def _long_enough(secret: str) -> bool:
    try:
        return len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) >= 24
    except ValueError:
        return False
