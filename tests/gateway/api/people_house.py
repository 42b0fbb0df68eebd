"""A house whose people can be changed: the sitebook of a real core over a site file, and browsers of its people."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from gateway.api.app import create_app
from gateway.api.assemble import assemble
from gateway.api.community_of import community_of
from gateway.api.services import ApiSettings
from gateway.config import load_settings
from gateway.core import open_core
from gateway.notify.channel import NO_LIMITS, Receipt
from gateway.response.world import SiteView
from gateway.sitebook.book import Sitebook
from gateway.written import load_written
from tests.gateway.api.house import HEALTHY, START, House, Ticker, door_of, living
from tests.gateway.rulebook.desk import site_of
from tests.gateway.sitebook.estate import write_people

SITE = """
grids:
- {id: c1, kind: community, name: {zh: 社区, en: Community}}
- {id: g1, parent: c1, name: {zh: 一, en: One}}
- {id: g2, parent: c1, name: {zh: 二, en: Two}}
people:
- {id: wang, name: 王强, roles: [guard], contacts: {sms: "13800138001"}}
- {id: zhao, name: 赵敏, roles: [worker], grids: [g1], contacts: {sms: "13800138002", lan: "zhao"}}
- {id: qian, name: 钱芳, roles: [leader], grids: [g1]}
- {id: chen, name: 陈刚, roles: [manager]}
- {id: zhou, name: 周管, roles: [administrator]}
- {id: shen, name: 沈审, roles: [auditor]}
- {id: liu, name: 刘住户名, roles: [resident], household: h1, contacts: {sms: "13800138009"}}
roster:
  shifts:
  - {id: workers, role: worker, from: "00:00", to: "00:00", people: [zhao]}
channels: [{name: lan, kind: lan}, {name: sms, kind: sms}]
"""
HOMES = """
households:
- {id: h1, building: b1, grid: g1}
- {id: h2, building: b2, grid: g2}
"""


class Letterbox:
    """A channel that keeps what it was given; `fails` makes it refuse."""

    kind = "sms"
    reach = "outside"
    repeatable = False
    timeout_s = 5.0
    at_once = 1
    limits = NO_LIMITS

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.fails: Exception | None = None

    async def send(self, message: Any, wording: Any, destination: Any) -> Receipt:
        if self.fails is not None:
            raise self.fails
        self.sent.append((destination.address, wording.text))
        return Receipt()


class PeopleHouse(House):
    """A house over a folder as `gateway init` writes it, with the people of SITE."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        site = site_of(folder)
        _without(site / "site.yaml", "households")
        write_people(site, SITE + HOMES)
        self.ticker, self.letters = Ticker(), Letterbox()
        self.written = load_written(load_settings(site / "gateway.yaml"), today=START.date())
        self.core = open_core(self.written, sources=self.ticker.sources())
        self.clock, self.store, self.pump = self.core.clock, self.core.store, self.core.pump
        self.writer = self._writer_of()
        self.sites = Sitebook(self.core, self.writer)
        self.sites.changed.append(self._show)
        self.health = HEALTHY
        self._show(self.core.view)
        self.door = door_of(self.store, self.writer, self.clock, self.core.sealer)
        self.services = assemble(
            store=self.store, writer=self.writer, community=lambda: self.community, health=lambda: self.health,
            now=self.clock.now, offset=lambda: self.clock.offset, settings=ApiSettings(**settings), sitebook=self.sites,
            sealer=self.core.sealer, channels={"sms": self.letters}, door=self.door,
        )  # fmt: skip
        self.writer.on_commit(self.services.committed)
        self.app = create_app(self.services)
        self._browsers = []

    @property
    def people(self) -> Any:  # type: ignore[override]  # follows the site here
        return self.core.view.people

    def admin(self):
        """Return the administrator's browser, over TLS."""
        return self.browser("zhou", base="https://gateway.lan")

    def _show(self, view: SiteView) -> None:
        self.view = view
        self.community = community_of(
            view, cards=[], why=lambda _: {}, candidates=lambda *_: None, near_miss=lambda *_: None
        )  # type: ignore[arg-type]  # nobody asks these here


def _without(file: Path, key: str) -> None:
    """Drop a top-level key from a site file."""
    kept, skip = [], False
    for line in file.read_text("utf-8").splitlines(keepends=True):
        if line[:1] not in {" ", "#", "-", "\n"}:
            skip = line.split(":")[0] == key
        if not skip:
            kept.append(line)
    file.write_text("".join(kept), "utf-8")


def people_house(folder: Path, **settings: Any) -> AbstractAsyncContextManager[PeopleHouse]:
    """Run a house whose people can be changed."""
    return living(PeopleHouse(folder, **settings))
