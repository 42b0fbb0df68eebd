"""The core of a running gateway: store, clock, decoder, engine, cases, pump and writer, put together.

Used by the app, and by the demo, which runs a week of history through the same pump before it opens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from uuid_utils import uuid7

from devices.decode import Decoder
from gateway.clock import EngineClock, Sources
from gateway.pump import Pump
from gateway.response.model import Incident
from gateway.response.respond import respond
from gateway.response.world import SiteView, World
from gateway.rulebook.reading import Reading
from gateway.rulebook.standings import Standings
from gateway.sealing import Sealer, site_sealer
from gateway.secret_files import kept_secret, secret
from gateway.sitebook.layers import Layers, site_documents
from gateway.sitebook.names import FILE
from gateway.sitebook.sealed import PeopleSeal, as_kept
from gateway.store.read_documents import newest_versions
from gateway.store.recover import Recovery, ZoneFlags
from gateway.store.store import Store
from gateway.written import Written, new_versions
from rules.engine import Engine


class Core(msgspec.Struct, frozen=True, kw_only=True):
    """What is there once a gateway has its data back."""

    written: Written
    store: Store
    clock: EngineClock
    decoder: Decoder
    recovery: Recovery
    pump: Pump
    standings: Standings
    sites: Layers
    sealer: Sealer  # for what is stored about people

    @property
    def versions(self) -> dict[str, int]:
        """The version of each rule in force."""
        return self.standings.versions()

    @property
    def view(self) -> SiteView:
        """The site in force: the file with what was saved laid over it."""
        return self.sites.view

    @property
    def world(self) -> World:
        """The cases as of the newest input; belongs to the writer's thread."""
        cases = self.pump.state.cases
        assert isinstance(cases, World)
        return cases

    @property
    def engine(self) -> Engine:
        """The rule engine; belongs to the writer's thread."""
        rules = self.pump.state.rules
        assert isinstance(rules, Engine)
        return rules


def open_core(written: Written, *, sources: Sources | None = None) -> Core:
    """Open the data folder and bring everything back from it.

    Raises:
        StoreError: another gateway holds the folder, or it cannot be used.
        ConfigError: a secret file is not as it must be.
    """
    data = written.settings.data
    store = Store.open(data)
    try:
        return _build(written, store, data, sources)
    except BaseException:
        store.close()
        raise


def _build(written: Written, store: Store, data: Path, sources: Sources | None) -> Core:
    secrets = data / "secrets"
    with store.read() as connection:
        known = newest_versions(connection)
    own = kept_secret if known else secret  # a restored store without its keys must not get new ones
    store.seal_with(own(secrets, "seal.key"))
    site_key = own(secrets, "site.key")
    sealer = site_sealer(secrets)
    kept = {**written.documents, FILE: as_kept(written.documents[FILE], written.site.view, sealer)}
    changed = new_versions(kept, known, author="file", at=datetime.now(UTC))
    clock = EngineClock(last_us=store.last_us, mark=store.mark, sources=sources)
    sites = _sites(written, store, clock, sealer)
    site = sites.site.rules
    decoder = Decoder(
        profiles=sites.site.profiles, registry=site.registry, site=site.id, zone=site.zone, site_key=site_key,
    )  # fmt: skip
    standings = Standings(
        store,
        reading=Reading(zone=site.zone, calendars=site.calendars),
        files=written.files,
        site=lambda: sites.site.rules,
        named=sites.view.rules,
    )
    first = [] if standings.begun else standings.begin(at=clock.now())
    recovery = _recovery(store, standings, sites, decoder)
    pump = Pump(
        store=store,
        decoder=decoder,
        recover=recovery,
        respond=respond,
        mint=lambda: str(uuid7()),
        mark=clock.mark(),
        now=clock.now(),
    )
    pump.batch.documents.extend(changed)
    if first:  # everything begins with them; what is not in a snapshot is read from the first input on
        pump.note(first, clock.now())
        pump.snapshot()
    return Core(
        written=written,
        store=store,
        clock=clock,
        decoder=decoder,
        recovery=recovery,
        pump=pump,
        standings=standings,
        sites=sites,
        sealer=sealer,
    )


def _sites(written: Written, store: Store, clock: EngineClock, sealer: Sealer) -> Layers:
    """Lay what was saved on the screens over the site file."""
    zone = written.site.view.zone
    with store.read() as connection:
        saved = site_documents(connection)
    return Layers(
        written,
        saved,
        today=lambda: (clock.now() + clock.offset).astimezone(zone).date(),
        seal=PeopleSeal(sealer),
    )


def _recovery(store: Store, standings: Standings, sites: Layers, decoder: Decoder) -> Recovery:
    def world(cases: Sequence[Incident], numbers: Mapping[str, int], modes: ZoneFlags) -> World:
        decoder.registry = sites.site.rules.registry  # also after a change that could not be stored
        if decoder.profiles != sites.site.profiles:
            decoder.replace_profiles(sites.site.profiles)
        return World(sites.view, incidents=cases, counters=numbers, modes=modes)

    return Recovery(
        store,
        make_rules=standings.engine,
        make_first=lambda: standings.bare_engine() if store.last_seq else standings.engine(),
        configure=standings.replay,
        make_cases=world,
    )
