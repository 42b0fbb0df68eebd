"""Lens: the community and the clock through which every stored value is shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec
from starlette.requests import Request

from devices.registry import Device
from gateway.api.answers import services
from gateway.api.community import Community
from gateway.api.permissions import Viewer
from gateway.api.schemas.common import Bilingual
from gateway.response.called import CHANNELS, ROLES, SEATS, called
from gateway.response.model import SOMEBODY
from gateway.response.report import SOMEBODY_NAME

NOWHERE = Bilingual(zh="地点不详", en="place unknown")
_PARTS = ("building", "unit", "floor", "zone")


class Lens(msgspec.Struct, frozen=True, kw_only=True):
    """Turns ids into names and engine times into wall times."""

    community: Community
    now: datetime  # engine time
    offset: timedelta  # wall − engine time

    def shown(self, at: datetime) -> datetime:
        """Return an engine time as the wall clock would have shown it."""
        return at + self.offset

    def maybe(self, at: datetime | None) -> datetime | None:
        """Return the shown time, or None."""
        return None if at is None else at + self.offset

    def name(self, person: str | None) -> str | None:
        """Return the name of an actor."""
        return self.community.person_name(person)

    def actor(self, actor: str) -> Bilingual:
        """Return who acted, as people say it: a person, the system, or a rule by its name."""
        if actor == SOMEBODY:
            return Bilingual(**SOMEBODY_NAME)
        if actor.startswith("rule:"):
            card = self.community.rules.get(actor.removeprefix("rule:"))
            if card is None:
                return Bilingual(zh="规则", en="A rule")
            name = both(card.name, card.id)
            return Bilingual(zh=f"规则“{name.zh}”", en=f"Rule “{name.en}”")
        person = self.name(actor)
        known = person is not None and person != actor
        return both(None, person or actor) if known else Bilingual(**called(ROLES, actor))

    def channel(self, channel: str) -> Bilingual:
        """Return what a channel is called."""
        return Bilingual(**called(CHANNELS, self.community.channels.get(channel, channel)))

    def recipient(self, recipient: str) -> Bilingual:
        """Return who a message was for: a person, the duty desk, a group."""
        seat = SEATS.get(recipient)
        return Bilingual(**seat) if seat is not None else both(None, self.name(recipient) or recipient)

    def category(self, code: str) -> Bilingual:
        """Return the name of a category; an unknown code stands for itself."""
        return both(self.community.categories.get(code), code)

    def device_name(self, device_id: str | None) -> Bilingual | None:
        """Return the name of a device, None when there is no device."""
        if device_id is None:
            return None
        device = self.community.device(device_id)
        return both(device.name if device else None, device_id)

    def place(self, parts: Mapping[str, str | None], grid: str | None = None) -> Bilingual:
        """Return a place as people say it: building, unit, floor, zone; the grid when nothing finer is known."""
        names = [self._part(kind, parts.get(kind), parts.get("building")) for kind in _PARTS]
        known = [name for name in names if name is not None]
        if words := parts.get("text"):  # where a person said it is
            known.append(Bilingual(zh=f" {words}" if known else words, en=words))
        if not known:
            return both(self.community.grid_name(grid), grid) if grid else NOWHERE
        return Bilingual(
            zh="".join(name.zh for name in known), en=", ".join(name.en for name in reversed(known))
        )

    def place_of_device(self, device: Device | None) -> Bilingual:
        """Return where a device stands; one that stands nowhere, such as the gateway itself, is its own place."""
        if device is None:
            return NOWHERE
        parts = {kind: getattr(device, kind) for kind in _PARTS}
        if device.grid is None and not any(parts.values()):
            return both(device.name, device.id)
        return self.place(parts, device.grid)

    def devices_in(self, viewer: Viewer) -> list[str]:
        """Return the ids of the devices that a viewer's scope covers by their grid."""
        return [device.id for device in self.community.registry if viewer.sees_grid(device.grid)]

    def _part(self, kind: str, part: str | None, building: str | None) -> Bilingual | None:
        if not part:
            return None
        for place in self.community.places:
            if place.kind == kind and place.id in {part, f"{building}/{part}"}:
                return both(place.name, part)
        return _WORDED[kind](part)


def _unit(part: str) -> Bilingual:
    return Bilingual(zh=f"{part}单元", en=f"unit {part}")


def _floor(part: str) -> Bilingual:
    return Bilingual(zh=f"{part}层", en=f"floor {part}")


def _plain(part: str) -> Bilingual:
    return Bilingual(zh=part, en=part)


_WORDED = {"building": _plain, "unit": _unit, "floor": _floor, "zone": _plain}


def both(name: Mapping[str, str] | None, otherwise: str) -> Bilingual:
    """Return a name in both languages; a missing language borrows the other, a missing name the id."""
    zh = (name or {}).get("zh")
    en = (name or {}).get("en")
    return Bilingual(zh=zh or en or otherwise, en=en or zh or otherwise)


def lens_of(request: Request) -> Lens:
    """Return the lens for this moment."""
    made_with = services(request)
    return Lens(community=made_with.community(), now=made_with.now(), offset=made_with.offset())
