"""Services: what the routes need from the rest of the gateway, and nothing more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, TypedDict, TypeVar

import msgspec

from gateway.access import Access, Reads, Writes
from gateway.api.case_page import CasePages
from gateway.api.community import Community
from gateway.api.estate import Estate
from gateway.api.last_pictures import LastPictures
from gateway.api.schemas.health import Health
from gateway.api.unmasking import Unmasking
from gateway.api.wall import Wall
from gateway.auth import Accounts
from gateway.backtest.jobs import Backtests
from gateway.backup.desk import BackupDesk
from gateway.batch import Committed
from gateway.channel_board import ChannelBoard
from gateway.config import Settings
from gateway.contacts import Contacts
from gateway.delays import Delays
from gateway.estate.registrar import Registrar
from gateway.evidence.custody import Custody
from gateway.evidence.limits import Keeping
from gateway.evidence.upload import Uploads
from gateway.evidence.veil import Veils
from gateway.interop.receiver_desk import ReceiverDesk
from gateway.interop.services import Interop
from gateway.people import People
from gateway.profiles.opening import Profiling
from gateway.resident.door import Door
from gateway.residents import Residents
from gateway.response.model import TimelineRow
from gateway.retention.book import Spanbook
from gateway.rulebook.book import Rulebook
from gateway.screens import Screens
from gateway.sealing import Sealer
from gateway.second_factor import SecondFactors
from gateway.shift.presence import Presence
from gateway.sitebook.book import Sitebook
from gateway.store.chain import BadRow
from gateway.store.read import Connection
from gateway.store.telemetry import TelemetryFile
from gateway.stream import Hub
from gateway.tokens import Tokens
from gateway.upgrade.desk import UpgradeDesk

T = TypeVar("T")


class ReadSide(Reads, Protocol):
    """The store as readers see it: connections that cannot write, and files by their hash."""

    def blob_path(self, sha256: str) -> Path: ...

    def save_blob(
        self, data: bytes, mime: str, by: str, *, at_us: int
    ) -> tuple[str, Callable[[Connection], None]]: ...

    @property
    def uploads(self) -> Path: ...

    def append_timeline(self, connection: Connection, rows: Sequence[TimelineRow]) -> None: ...

    def counters(self) -> dict[str, int]: ...

    def verify(self) -> BadRow | None: ...


class WriteSide(Writes, Protocol):
    """The writer thread: everything that changes anything is a job in its queue."""

    def act(self, action: Any) -> Future[dict[str, Any]]: ...


class ApiSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How the API behaves on this box."""

    demo: bool = False  # administrators may work over plain HTTP on the LAN, with a banner
    public_url: str | None = None  # its origin is accepted beside the address the request came to
    static: Path | None = None  # the built pages; None: those in the package
    metrics_open: bool = False  # /metrics for everybody, e.g. behind a firewall


class Beside(TypedDict, total=False):
    """Parts without which the rest works; what each opens stands at `Services`."""

    estate: Estate | None
    rulebook: Rulebook | None
    profiling: Profiling | None
    registrar: Registrar | None
    interop: Interop | None
    receivers: ReceiverDesk | None
    telemetry: TelemetryFile | None
    backtests: Backtests | None
    backups: BackupDesk | None
    upgrades: UpgradeDesk | None
    box: Settings | None
    spans: Spanbook | None


class Services(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a request may touch. `community` and `health` return the present value each time."""

    store: ReadSide
    writer: WriteSide
    access: Access  # the same for what needs no request
    accounts: Accounts
    factors: SecondFactors
    tokens: Tokens
    screens: Screens  # that wait to be let in
    wall: Wall  # what they show, kept until something changes
    sealer: Sealer  # for what is stored about people
    unmasking: Unmasking
    residents: Residents
    people: People | None  # None: nobody is added or changed
    contacts: Contacts | None
    board: ChannelBoard
    hub: Hub
    committed: Callable[[Committed], None]  # give this to `Writer.on_commit`
    community: Callable[[], Community]
    health: Callable[[], Health]  # reads the machine: in a thread, never in the event loop
    now: Callable[[], datetime]  # engine time
    offset: Callable[[], timedelta]  # wall − engine time
    pages: CasePages
    darkroom: asyncio.Semaphore  # how many pictures and voice notes are opened at once
    uploads: Uploads
    door: Door | None  # None: residents are not heard by the public form
    custody: Custody
    veils: Veils  # pictures without faces and plates
    pictures: LastPictures  # of cameras
    keeping: Callable[[], Keeping]  # how long proof is kept, now
    settings: ApiSettings
    presence: Presence  # who has which case open
    delays: Delays  # of events, until their commit
    estate: Estate | None = None  # None: silences and modes are neither shown nor set
    rulebook: Rulebook | None = None  # None: rules are shown, not changed
    sitebook: Sitebook | None = None  # None: people, plans and rosters are shown, not changed
    profiling: Profiling | None = None  # None: device profiles are shown nowhere
    registrar: Registrar | None = None  # None: devices and places are shown, not changed
    interop: Interop | None = None  # None: no other system is heard or told
    receivers: ReceiverDesk | None = None  # None: who is told about cases is neither shown nor changed
    telemetry: TelemetryFile | None = None  # None: measurements are not kept
    backtests: Backtests | None = None  # None: nothing is asked of the past
    backups: BackupDesk | None = None  # None: gateway.yaml says nothing of them
    upgrades: UpgradeDesk | None = None  # None: nothing is upgraded by the page
    box: Settings | None = None  # what gateway.yaml says; None: it is shown nowhere
    spans: Spanbook | None = None  # None: how long things are kept is shown, not changed
