"""A house whose site is edited: core, rulebook and sitebook of a gateway over an estate's own site file."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import msgspec

from gateway.api.app import create_app
from gateway.api.community_of import community_of
from gateway.estate.opening import open_registrar
from gateway.profiles.opening import open_profiling
from gateway.response.naming import why_of
from gateway.response.world import SiteView
from gateway.sitebook.book import Sitebook
from gateway.wiring import questions
from tests.gateway.api.house import living
from tests.gateway.api.rule_house import RuleHouse

SITE = """\
site: test-estate
timezone: Asia/Shanghai
grids:
- {id: c1, kind: community, name: {zh: 社区, en: Community}}
- {id: g1, parent: c1, buildings: [b1, b2, b3], name: {zh: 一, en: One}}
- {id: g2, parent: c1, buildings: [b4], name: {zh: 二, en: Two}}
people:
- {id: wang, name: 王强, roles: [guard]}
- {id: li, name: 李娜, roles: [guard]}
- {id: zhao, name: 赵敏, roles: [worker], grids: [g1]}
- {id: sun, name: 孙磊, roles: [worker], grids: [g2]}
- {id: qian, name: 钱芳, roles: [leader], grids: [g1]}
- {id: chen, name: 陈刚, roles: [manager]}
- {id: wu, name: 吴工, roles: [maintenance]}
- {id: he, name: 何核, roles: [checker]}
- {id: zhou, name: 周管, roles: [administrator]}
- {id: shen, name: 沈审, roles: [auditor]}
- {id: liu, name: 刘住户, roles: [resident]}
roster:
  shifts:
  - {id: day, role: guard, from: "08:00", to: "20:00", people: [wang]}
  - {id: workers, role: worker, from: "00:00", to: "00:00", people: [zhao, sun]}
channels: [{name: lan, kind: lan}, {name: sms, kind: webhook, levels: [L1, L2]}]
households:
- {id: h1, building: b1}
- {id: h2, building: b2}
- {id: h3, building: b3, grid: g1}
- {id: h4, building: b4}
devices:
- {id: gate-1, type: access_gate, building: b1, ident: g001, profile: gate}
- {id: smoke-1, type: smoke, building: b4}
"""


class SiteHouse(RuleHouse):
    """A house over SITE, with its sitebook."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.view = self.core.view
        self.people = self.view.people
        self.sitebook = Sitebook(self.core, self.writer)
        self.sitebook.changed.append(self._show_site)
        self._show_site(self.core.view)
        self.registrar = open_registrar(self.core, self.writer, self.sitebook)
        self.profiling = open_profiling(self.core, self.writer, self.sitebook, self)
        self.services = msgspec.structs.replace(
            self.services, sitebook=self.sitebook, registrar=self.registrar, profiling=self.profiling
        )
        self.app = create_app(self.services)

    def follow(self, subscriptions: Iterable[str]) -> None:
        """Remember what the broker would be asked for."""
        self.followed = list(subscriptions)

    def prepare(self, folder: Path) -> None:
        """Write what the house stands on."""
        super().prepare(folder)
        (folder / "site.yaml").write_text(SITE, "utf-8")

    def _show_site(self, view: SiteView) -> None:
        candidates, near_miss = questions(self.core, self.writer.call)
        self.community = community_of(
            view, cards=self.community.rules.values(), why=lambda change: why_of(view, change),
            candidates=candidates, near_miss=near_miss,
        )  # fmt: skip


def site_house(folder: Path) -> AbstractAsyncContextManager[SiteHouse]:
    """Run a house whose site is edited."""
    return living(SiteHouse(folder))
