"""Spanbook: who changes how long things are kept, and who asks how long, asks here; from any thread.

What an administrator saves is a document of its own (`setting:evidence.media_days`), one immutable version per save,
laid over gateway.yaml: the same door as rules and the site. Whoever deletes what is over asks at each of its rounds,
so that a change counts from the next round on.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from datetime import datetime
from typing import Any

import msgspec
import structlog

from gateway import rollup
from gateway.amendments import Configures, answered
from gateway.backup.keeping import Keep as KeptBackups
from gateway.batch import AuditLine, Beside, Document
from gateway.config import Settings
from gateway.errors import ActionRefused
from gateway.evidence.limits import Keeping
from gateway.retention.spans import Kept, Standing, fits, in_force, standings
from gateway.retention.wanted import Mistake, Wanted, mistakes
from gateway.store.read import Connection
from gateway.store.rule_versions import Row, newest_documents

PREFIX = "setting:"
log = structlog.get_logger("settings")


class Body(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the document of a version holds; `value` None: as the file says."""

    value: float | None
    reason: str = ""


_body = msgspec.json.Decoder(Body)
_encode = msgspec.json.Encoder(order="deterministic").encode


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """What a change came to: with mistakes nothing was saved, and without settings it was all like this already."""

    settings: tuple[str, ...] = ()
    mistakes: tuple[Mistake, ...] = ()


class Spanbook:
    """The spans of a running gateway. `rows` are the newest saved versions, `variables` what the environment sets."""

    def __init__(
        self, settings: Settings, rows: list[Row], writer: Configures, *, variables: Mapping[str, str]
    ) -> None:
        self._settings, self._writer, self._variables = settings, writer, variables
        self._kept: Mapping[str, Kept] = {kept.setting: kept for kept in map(_kept, rows)}
        self.standings: Mapping[str, Standing] = {}
        self.settings = settings
        self._lay()
        for each in self.standings.values():
            if each.kept is not None and each.kept.value is not None and not fits(each.span, each.kept.value):
                log.error(
                    "a saved value is out of its limits and is put aside", setting=each.span.setting, value=each.kept.value
                )  # fmt: skip

    # --- as it is in force ------------------------------------------------------------------------

    def measurements(self) -> rollup.Keep:
        """Return how long measurements are kept."""
        return self.settings.telemetry.keep

    def keeping(self) -> Keeping:
        """Return how long proof is kept."""
        return Keeping(media_days=self.settings.evidence.media_days)

    def backups(self) -> KeptBackups | None:
        """Return which backups stay; None: none are made."""
        return None if self.settings.backup is None else self.settings.backup.keep

    def would_be(self, wanted: Wanted) -> Settings:
        """Return the settings as they would be in force after a change without mistakes."""
        asked = {
            setting: msgspec.structs.replace(each, value=each.below if value is None else value)
            for setting, value in wanted.items()
            if (each := self.standings.get(setting)) is not None
        }
        return in_force(self.settings, {**self.standings, **asked})

    def mistakes(self, wanted: Wanted) -> list[Mistake]:
        """Return everything that is wrong with what somebody asks for."""
        return mistakes(self._settings, self.standings, wanted)

    # --- changes ----------------------------------------------------------------------------------

    def change(
        self,
        wanted: Wanted,
        *,
        by: str,
        seen: Mapping[str, int] | None = None,
        reason: str = "",
        about: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Future[Changed]:
        """Put values in force, all or none; None goes back to the file. With a mistake nothing is saved.

        `seen` are the versions that they looked at; refused (`stale_document`) when one is another by now. `about`
        says more of a setting in its audit row.
        """
        wrong = self.mistakes(wanted)
        if wrong:
            done: Future[Changed] = Future()
            done.set_result(Changed(mistakes=tuple(wrong)))
            return done
        made: dict[str, Kept] = {}
        before: dict[str, float] = {}

        def prepare(at: datetime) -> list[Document]:
            for setting, version in (seen or {}).items():
                self._expect(setting, version)
            for setting, value in wanted.items():
                if not self._same(setting, value):
                    before[setting] = self.standings[setting].value
                    version = self.version(setting) + 1
                    made[setting] = Kept(
                        setting=setting, version=version, author=by, at=at, value=value, reason=reason
                    )
            return [_document(each) for each in made.values()]

        def switch(_: datetime) -> Beside:
            return Beside(
                audit=tuple(
                    self._line(each, before[each.setting], (about or {}).get(each.setting, {}))
                    for each in made.values()
                )
            )

        def answer() -> Changed:
            if made:
                self._kept = {**self._kept, **made}
                self._lay()
            return Changed(settings=tuple(made))

        return answered(self._writer.configure(prepare, switch), answer)

    def version(self, setting: str) -> int:
        """Return the newest version of what the page said of a setting; 0: nothing yet."""
        kept = self._kept.get(setting)
        return kept.version if kept is not None else 0

    # --- within -----------------------------------------------------------------------------------

    def _lay(self) -> None:
        """Lay the page over the file anew; both are replaced as a whole, whoever reads them meanwhile."""
        self.standings = standings(self._settings, self._kept, self._variables)
        self.settings = in_force(self._settings, self.standings)

    def _same(self, setting: str, value: float | None) -> bool:
        kept = self._kept.get(setting)
        present = kept.value if kept is not None else None
        return (present is None and value in (None, self.standings[setting].value)) or present == value

    def _expect(self, setting: str, version: int) -> None:
        if self.version(setting) != version:
            kept = self._kept.get(setting)
            facts = {
                "document": PREFIX + setting, "expected": version, "current_version": self.version(setting),
                "by": kept.author if kept is not None else "",
            }  # fmt: skip
            said = f"{setting} is at version {self.version(setting)} by now"
            raise ActionRefused("stale_document", said, **facts)

    def _line(self, made: Kept, before: float, about: Mapping[str, Any]) -> AuditLine:
        after = self.standings[made.setting].below if made.value is None else made.value
        facts = {
            "version": made.version, "before": before, "after": after, "from": "file" if made.value is None else "page",
            "reason": made.reason, **about,
        }  # fmt: skip
        return AuditLine(
            at=made.at, by=made.author, action="setting.change", subject=made.setting, facts=facts
        )


def setting_documents(connection: Connection) -> list[Row]:
    """Return the newest version of every setting that was saved on the page."""
    return newest_documents(connection, PREFIX)


def _kept(row: Row) -> Kept:
    body = _body.decode(row.body)
    return Kept(
        setting=row.name.removeprefix(PREFIX), version=row.version, author=row.author, at=row.at,
        value=body.value, reason=body.reason,
    )  # fmt: skip


def _document(kept: Kept) -> Document:
    body = _encode(Body(value=kept.value, reason=kept.reason)).decode()
    return Document(
        name=PREFIX + kept.setting, version=kept.version, author=kept.author, at=kept.at, body=body
    )
