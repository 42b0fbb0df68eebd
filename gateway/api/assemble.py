"""Put the services together from what the gateway has: the one place where API, login and stream meet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Unpack

from gateway.access import Access
from gateway.api.case_page import CasePages
from gateway.api.community import Community
from gateway.api.last_pictures import LastPictures
from gateway.api.live import Live, touched_by
from gateway.api.photos import AT_ONCE
from gateway.api.schemas.health import Health
from gateway.api.services import ApiSettings, Beside, ReadSide, Services, WriteSide
from gateway.api.unmasking import Unmasking
from gateway.api.views.lens import Lens
from gateway.api.wall import Wall
from gateway.auth import Accounts
from gateway.batch import Committed
from gateway.channel_board import ChannelBoard
from gateway.contacts import Contacts
from gateway.delays import Delays
from gateway.evidence.custody import Custody
from gateway.evidence.limits import Keeping, Limits
from gateway.evidence.shelf import Shelf
from gateway.evidence.upload import Uploads
from gateway.evidence.veil import Veils
from gateway.notify.channel import Channel
from gateway.people import People
from gateway.resident.door import Door
from gateway.residents import Residents
from gateway.screens import Screens
from gateway.sealing import Sealer
from gateway.second_factor import SecondFactors
from gateway.shift.presence import Presence
from gateway.sitebook.book import Sitebook
from gateway.stream import Hub
from gateway.tokens import Tokens


def assemble(
    *,
    store: ReadSide,
    writer: WriteSide,
    community: Callable[[], Community],
    health: Callable[[], Health],
    now: Callable[[], datetime],
    offset: Callable[[], timedelta],
    settings: ApiSettings,
    sealer: Sealer,
    channels: Mapping[str, Channel] | None = None,
    door: Door | None = None,
    sitebook: Sitebook | None = None,
    keeping: Callable[[], Keeping] = Keeping,
    limits: Limits | None = None,
    **beside: Unpack[Beside],
) -> Services:
    """Return the services of one gateway. Give `.committed` to `Writer.on_commit`.

    `community` and `health` return the present value each time they are called, `now` engine time and
    `offset` wall − engine time; all four may be called from any thread.
    """
    hub, pages = _live(store, community, health, now, offset)
    wall, delays = Wall(), Delays(now)
    return Services(
        store=store,
        writer=writer,
        **_people(store, writer, now=now, offset=offset, sealer=sealer, sitebook=sitebook),
        **_reaching(store, writer, now=now, sealer=sealer, channels=channels or {}, settings=settings),
        hub=hub,
        pages=pages,
        wall=wall,
        **_proof(store, writer, now=now, touched=pages.touched, limits=limits),
        keeping=keeping,
        door=door,
        committed=_heard(delays, wall, hub),
        community=community,
        health=health,
        now=now,
        offset=offset,
        settings=settings,
        presence=Presence(),
        delays=delays,
        sitebook=sitebook,
        **beside,
    )


def _heard(delays: Delays, wall: Wall, hub: Hub) -> Callable[[Committed], None]:
    """Return what is told of every commit."""

    def hear(committed: Committed) -> None:
        delays.committed(committed)
        touched = touched_by(committed)
        wall.touched(touched)  # the hub passes nothing on while no page is open
        hub.touched(touched)

    return hear


def _live(
    store: ReadSide,
    community: Callable[[], Community],
    health: Callable[[], Health],
    now: Callable[[], datetime],
    offset: Callable[[], timedelta],
) -> tuple[Hub, CasePages]:
    """Return what feeds the open pages, and the kept pages of cases that it makes stale."""

    def lens() -> Lens:
        return Lens(community=community(), now=now(), offset=offset())

    hub, pages = Hub(Live(store=store, lens=lens, health=health).source()), CasePages()
    hub.listeners.append(lambda touched: pages.touched(touched.incidents | touched.pages))
    return hub, pages


def _people(
    store: ReadSide,
    writer: WriteSide,
    *,
    now: Callable[[], datetime],
    offset: Callable[[], timedelta],
    sealer: Sealer,
    sitebook: Sitebook | None,
) -> dict[str, Any]:
    """Return everything about accounts, people and residents, by its name in Services."""
    access = Access(store=store, writer=writer, now=now)
    factors = SecondFactors(access, wall=lambda: now() + offset(), sealer=sealer)
    accounts, tokens = Accounts(access, factors=factors), Tokens(access)
    return {
        "access": access,
        "accounts": accounts,
        "factors": factors,
        "tokens": tokens,
        "screens": Screens(tokens),
        "sealer": sealer,
        "unmasking": Unmasking(access),
        "residents": Residents(access, sealer=sealer),
        "people": People(access, sitebook=sitebook, accounts=accounts, tokens=tokens) if sitebook else None,
    }


def _proof(
    store: ReadSide,
    writer: WriteSide,
    *,
    now: Callable[[], datetime],
    touched: Callable[[Iterable[str]], None],
    limits: Limits | None,
) -> dict[str, Any]:
    """Return what takes pictures and voice notes in, and what writes down who looked at them."""
    darkroom, shelf = asyncio.Semaphore(AT_ONCE), Shelf(store, writer)
    return {
        "darkroom": darkroom,
        "veils": Veils(darkroom),
        "pictures": LastPictures(),
        "custody": Custody(shelf, now=now, touched=touched),
        "uploads": Uploads(shelf, store.uploads, now=now, limits=limits or Limits(), darkroom=darkroom),
    }


def _reaching(
    store: ReadSide,
    writer: WriteSide,
    *,
    now: Callable[[], datetime],
    sealer: Sealer,
    channels: Mapping[str, Channel],
    settings: ApiSettings,
) -> dict[str, Any]:
    """Return what knows the channels: the board that shows and tests them, and the proof of contacts."""
    access = Access(store=store, writer=writer, now=now)
    return {
        "board": ChannelBoard(access, channels=channels, demo=settings.demo, public_url=settings.public_url),
        "contacts": Contacts(access, sealer=sealer, channels=channels, demo=settings.demo),
    }
