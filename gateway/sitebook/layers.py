"""Layers: the site in force, made of the site file and the newest version of every saved document.

Belongs to the writer's thread, but for `site` and `kept`, which are replaced as a whole and may be read anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import msgspec
import structlog

from devices.document import Document, parse_document
from devices.problem import Problem
from gateway.availability import classed
from gateway.response.world import SiteView
from gateway.site import SiteFile, read_site
from gateway.sitebook.entry import Body, Kept
from gateway.sitebook.layer import Bodies, Value, entries_in, layered, placed
from gateway.sitebook.names import ENTRIES, WHOLE
from gateway.sitebook.profiles import SavedProfiles, without_profiles
from gateway.sitebook.sealed import PeopleSeal
from gateway.store.read import Connection
from gateway.store.rule_versions import Row, newest_documents
from gateway.written import Written

log = structlog.get_logger("site")
_body = msgspec.json.Decoder(Body)
_encode = msgspec.json.Encoder(order="deterministic").encode


class Layers:
    """`aside` are saved documents that no longer fit the site file, with the reason; they wait, and harm nothing."""

    def __init__(
        self,
        written: Written,
        rows: list[Row],
        *,
        today: Callable[[], date],
        seal: PeopleSeal,
    ) -> None:
        self.today = today
        self.name = str(written.settings.site)
        self._seal = seal
        self._rules = written.site.view.rules
        self.text = written.documents["site"]
        self._file: Document | None = None
        self._entries: Mapping[str, Value] | None = None  # of the file, by document name
        self.kept: Mapping[str, Kept] = {row.name: self.kept_of(row) for row in rows}
        self.aside: dict[str, str] = {}
        self._profiles = SavedProfiles(written.profiles)
        base = self._profiles.base
        self.site = classed(msgspec.structs.replace(written.site, profiles=base), base)
        if self.kept:
            self._begin()

    @property
    def file(self) -> Document:
        """The site file, read."""
        if self._file is None:
            self._file = parse_document(self.text, self.name)
        return self._file

    @property
    def view(self) -> SiteView:
        """The site in force, as response sees it."""
        return self.site.view

    def bodies(self) -> dict[str, Value | None]:
        """Return what was saved and is in force, by name."""
        return {name: each.value for name, each in self.kept.items() if name not in self.aside}

    def present(self, name: str) -> Value | None:
        """Return what the site says under a name: what was saved, or else what the file says."""
        kept = self.kept.get(name)
        if kept is not None and name not in self.aside:
            return kept.value
        return self.in_file(name)

    def in_file(self, name: str) -> Value | None:
        """Return what the site file says under a name; asked for thousands of names, it is looked through once."""
        if self._entries is None:
            base = self.file.value
            self._entries = entries_in(base) if isinstance(base, dict) else {}
        return self._entries.get(name)

    def read(
        self, bodies: Bodies, file: Document | None = None
    ) -> tuple[SiteFile, tuple[Problem, ...], tuple[Problem, ...]]:
        """Read the site with these documents laid over its file: the site, its mistakes, its warnings."""
        base = file if file is not None else self.file
        layer = layered(base.value if isinstance(base.value, dict) else {}, without_profiles(bodies))
        profiles, unread = self._profiles.read(bodies)
        whole = parse_document("{}", base.file)
        whole.value = layer.value
        site, problems = read_site(whole, today=self.today())
        site = msgspec.structs.replace(
            site,
            view=msgspec.structs.replace(site.view, rules=self._rules),
            profiles=profiles,
            lint=[placed(each, layer, base) for each in site.lint],
        )
        mistakes = (*base.problems, *(placed(each, layer, base) for each in problems), *unread)
        return classed(site, profiles), mistakes, tuple(site.lint)

    def take(self, kept: Mapping[str, Kept], site: SiteFile, text: str | None = None) -> None:
        """Note what is in force from now on; a document that was put aside and was saved anew counts again."""
        if text is not None:
            self.text, self._file, self._entries = text, None, None
        self.kept = {**self.kept, **kept}
        self.aside = {name: why for name, why in self.aside.items() if name not in kept}
        self.site = site

    def kept_of(self, row: Row) -> Kept:
        """Read a stored version."""
        body = _body.decode(row.body)
        value = None if body.value is None else self._seal.opened(row.name, body.value)
        return Kept(
            name=row.name, version=row.version, author=row.author, at=row.at, value=value, reason=body.reason
        )  # fmt: skip

    def opened(self, name: str, value: Value | None) -> Value | None:
        """Return what somebody wrote with everything opened that was sealed before."""
        return None if value is None else self._seal.opened(name, value)

    def written(self, kept: Kept) -> str:
        """Write a version as it is stored."""
        value = None if kept.value is None else self._seal.closed(kept.name, kept.value)
        return _encode(Body(value=value, reason=kept.reason)).decode()

    def _begin(self) -> None:
        """Lay what was saved over the file of this start; what no longer fits it is put aside, not lost."""
        while True:
            bodies = self.bodies()
            site, problems, _ = self.read(bodies)
            if not problems:
                self.site = site
                return
            wrong = {each.file: str(each) for each in problems if each.file in bodies}
            if not wrong:  # something that was deleted is named by the file again
                wrong = {name: str(problems[0]) for name, value in bodies.items() if value is None}
            if not wrong:
                wrong = dict.fromkeys(bodies, str(problems[0]))
            for name, why in wrong.items():
                log.error(
                    "a saved document does not fit the site file and is put aside", document=name, why=why
                )
            self.aside |= wrong
            if not self.bodies():
                return


def site_documents(connection: Connection) -> list[Row]:
    """Return the newest version of every saved document of the site."""
    prefixes = [f"{what}:" for what in ENTRIES]
    found = [row for prefix in prefixes for row in newest_documents(connection, prefix)]
    return [
        *found,
        *(row for name in WHOLE for row in newest_documents(connection, name) if row.name == name),
    ]
