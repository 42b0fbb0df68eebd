"""Spots: the places a resident can stand at, as a printed code names them: building, unit, zone, lift, locker."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias, get_args

import msgspec

from gateway.api.schemas.common import Bilingual
from gateway.api.views.lens import Lens, both
from gateway.resident.signing import Signer

SpotKind: TypeAlias = Literal["building", "unit", "zone", "lift", "locker"]
KINDS: tuple[str, ...] = get_args(SpotKind)
_DEVICES: dict[str, SpotKind] = {"lift": "lift", "parcel_locker": "locker"}


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """One place with its name. `id` is `building/unit` for a unit and the device's for lifts and lockers."""

    kind: SpotKind
    id: str
    name: Bilingual
    parts: dict[str, str]  # building, unit, floor, zone, grid
    device: str | None = None

    @property
    def key(self) -> str:
        """Return what names the spot within its site."""
        return f"{self.kind}:{self.id}"


def spots_of(lens: Lens) -> Iterator[Spot]:
    """Return every spot of the site: buildings with their units, zones, then lifts and lockers."""
    for place in lens.community.places:
        if place.kind == "building":
            yield _spot("building", place.id, {"building": place.id}, lens)
        elif place.kind == "unit":
            building, _, unit = place.id.rpartition("/")
            yield _spot("unit", place.id, {"building": building, "unit": unit}, lens)
        elif place.kind == "zone":
            yield _spot("zone", place.id, {"zone": place.id}, lens)
    for device in lens.community.registry:
        if (kind := _DEVICES.get(device.type)) is not None:
            parts = {part: getattr(device, part) for part in ("building", "unit", "zone", "grid")}
            own = both(device.name, device.id)
            yield Spot(
                kind=kind, id=device.id, name=own, device=device.id, parts={k: v for k, v in parts.items() if v}
            )  # fmt: skip


def spot_with(lens: Lens, key: str) -> Spot | None:
    """Return the spot with this key, or None: the site has no such place (any more)."""
    return next((spot for spot in spots_of(lens) if spot.key == key), None)


def place_token(signer: Signer, spot: Spot, *, site: str, round_: int) -> str:
    """Return the token of a printed code; codes of an earlier round no longer open anything."""
    return signer.token(f"{site} {round_} {spot.key}")


def spot_of_token(signer: Signer, token: str, lens: Lens, *, round_: int) -> Spot | None:
    """Return the spot of a printed code, or None: not ours, of an earlier round, or the place is gone."""
    text = signer.read(token)
    if text is None:
        return None
    site, _, rest = text.partition(" ")
    round_text, _, key = rest.partition(" ")
    if site != lens.community.id or round_text != str(round_):
        return None
    return spot_with(lens, key)


def _spot(kind: SpotKind, name: str, parts: dict[str, str], lens: Lens) -> Spot:
    return Spot(kind=kind, id=name, name=lens.place(dict(parts)), parts=parts)
