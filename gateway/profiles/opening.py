"""Opening: from the core of a gateway to what writes device profiles on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import msgspec

from devices.form import Profile
from gateway.core import Core
from gateway.ear import Ear
from gateway.ingest.broker import EmbeddedBroker
from gateway.profiles.desk import ProfileDesk
from gateway.profiles.preview import Previewer
from gateway.sitebook.book import Sitebook
from gateway.writer import Writer


class Follows(Protocol):
    """The part of the ingest that is used here."""

    def follow(self, subscriptions: Iterable[str]) -> None: ...


class Profiling(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about device profiles that a request may ask, in one value."""

    core: Core
    desk: ProfileDesk
    ear: Ear

    def previewer(self, profile: Profile) -> Previewer:
        """Return what reads messages as this gateway would with one profile more."""
        site = self.core.sites.site
        return Previewer(
            profile,
            self.desk.book.profiles,
            registry=site.rules.registry,
            site=site.rules.id,
            zone=site.rules.zone,
        )


def open_profiling(core: Core, writer: Writer, book: Sitebook, ingest: Follows) -> Profiling:
    """Return what writes device profiles on this gateway; the ingest follows what they and the listeners want."""

    def follow() -> None:
        ingest.follow(subscriptions(core, writer.ear))

    writer.ear.changed = follow
    book.changed.append(lambda _: follow())
    return Profiling(core=core, desk=ProfileDesk(core, book), ear=writer.ear)


def subscriptions(core: Core, ear: Ear) -> list[str]:
    """Return the MQTT filters of the profiles in force, of the settings, and of whoever listens right now."""
    wanted = [*core.decoder.subscriptions(), *core.written.settings.mqtt.topics, *ear.filters()]
    embedded = core.written.settings.mqtt.host is None
    return [each for each in wanted if not embedded or EmbeddedBroker.delivers(each)]
