"""A site with its people and grids, and a desk over it that has a sitebook."""

from __future__ import annotations

from concurrent.futures import Future

from gateway.sitebook.book import Sitebook
from gateway.store.read_audit import list_audit
from tests.gateway.rulebook.desk import Desk

GRIDS = """
grids:
- {id: c1, kind: community, name: {zh: 社区, en: Community}}
- {id: g1, parent: c1, buildings: [b1], name: {zh: 一, en: One}}
- {id: g2, parent: c1, name: {zh: 二, en: Two}}
people:
- {id: wang, name: 王强, roles: [guard]}
- {id: zhao, name: 赵敏, roles: [worker], grids: [g1]}
roster:
  shifts:
  - {id: workers, role: worker, from: "00:00", to: "00:00", people: [zhao]}
channels: [{name: lan, kind: lan}]
"""


class Estate(Desk):
    """A desk with a sitebook."""

    def __init__(self, folder, seconds=0.0):
        super().__init__(folder, seconds)
        self.sites = Sitebook(self.core, self)
        self.heard = []
        self.sites.changed.append(self.heard.append)

    def call(self, work):
        done = Future()
        self.core.store.run([(work, done)])
        return done

    def anew(self, seconds):
        return Estate(self.folder, seconds)

    def audit(self):
        with self.core.store.read() as connection:
            return [
                (row.actor, row.action, row.about)
                for row in list_audit(connection, after=None, limit=50).rows
            ]


def write_people(folder, text=GRIDS):
    site = folder / "site.yaml"
    lines = site.read_text("utf-8").splitlines(keepends=True)
    kept, skip = [], False
    for line in lines:
        if not line[0].isspace() and not line.startswith(("#", "-")):
            skip = line.split(":")[0] in {"grids", "people", "roster", "dispatch", "channels"}
        if not skip:
            kept.append(line)
    site.write_text("".join(kept) + text, "utf-8")
