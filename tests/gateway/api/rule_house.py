"""A house whose rules are real: the engine, the rulebook and the store of a gateway, and browsers of its people."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import msgspec

from gateway.api.app import create_app
from gateway.api.assemble import assemble
from gateway.api.community_of import community_of
from gateway.api.services import ApiSettings
from gateway.config import load_settings
from gateway.core import open_core
from gateway.response.naming import why_of
from gateway.rule_cards import rule_cards, with_cards
from gateway.rulebook.opening import open_rulebook
from gateway.sealing import Sealer
from gateway.wiring import estate_of, questions
from gateway.written import load_written
from tests.gateway.api.house import HEALTHY, OTHERS, START, House, Ticker, door_of, living
from tests.gateway.response.estate import PEOPLE
from tests.gateway.rulebook.desk import as_item, site_of

RULE = """
id: site.denied
name: {zh: 多次刷卡失败, en: Repeated denials}
category: "0207"
detect: {count: {of: access.denied, at_least: 5, within: 60s}}
stages:
- {stage: warning, level: L3}
note: 看看
"""


class RuleHouse(House):
    """A house over a folder as `gateway init` writes it, with the pack of the gates and one rule of its own."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.prepare(folder)
        self.ticker = Ticker()
        written = load_written(load_settings(folder / "gateway.yaml"), today=START.date())
        people = {person.id: person for person in [*PEOPLE, *OTHERS]}
        self.view = msgspec.structs.replace(written.site.view, people=people)
        self.core = open_core(written, sources=self.ticker.sources())
        self.clock, self.store, self.pump = self.core.clock, self.core.store, self.core.pump
        self.writer = self._writer_of()
        self.book = open_rulebook(self.core, self.writer, by_hand=True)
        self.health = HEALTHY
        candidates, near_miss = questions(self.core, self.writer.call)
        self.community = community_of(
            self.view, cards=rule_cards(self.core.engine.rules, self.core.versions), why=lambda change: why_of(self.view, change),
            candidates=candidates, near_miss=near_miss,
        )  # fmt: skip
        self.book.changed.append(self._show)
        sealer = Sealer(b"a key for what is sealed")
        self.door = door_of(self.store, self.writer, self.clock, sealer)
        self.services = assemble(
            sealer=sealer,
            door=self.door,
            store=self.store, writer=self.writer, community=lambda: self.community, health=lambda: self.health,
            estate=estate_of(self.core, self.writer), rulebook=self.book, now=self.clock.now, offset=lambda: self.clock.offset, settings=ApiSettings(**settings),
        )  # fmt: skip
        self.writer.on_commit(self.services.committed)
        self.writer.on_commit(self.book.committed)
        self.app = create_app(self.services)
        self.people = people
        self._browsers = []

    def prepare(self, folder: Path) -> None:
        """Write what the house stands on."""
        site_of(folder, packs="[access]", rules=as_item(RULE))

    def _show(self, changed: Any) -> None:
        cards = with_cards(self.community.rules, changed.values())
        self.community = msgspec.structs.replace(self.community, rules=cards)


def rule_house(folder: Path, **settings: Any) -> AbstractAsyncContextManager[RuleHouse]:
    """Run a house with real rules."""
    return living(RuleHouse(folder, **settings))
