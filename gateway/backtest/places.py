"""Places: how people call what a key of a rule names: a device, a building, a household."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.backtest.result import Words
from gateway.response.notices import place_words
from gateway.response.world import SiteView

_PARTS = {
    "device.building": "building",
    "device.unit": "unit",
    "device.floor": "floor",
    "device.zone": "zone",
}
SITE: Words = {"zh": "全小区", "en": "the site"}


def device_words(site: SiteView, device: str) -> Words:
    """Return the name of a device; its id where it has none."""
    known = site.registry.get(device)
    names = known.name if known is not None else {}
    zh, en = names.get("zh"), names.get("en")
    return {"zh": zh or en or device, "en": en or zh or device}


def key_words(site: SiteView, key: Mapping[str, Any]) -> Words:
    """Return what a key names, as people say it."""
    found: list[Words] = []
    parts: dict[str, str | None] = {}
    for path, value in key.items():
        if path in {"device", "device.id"}:
            found.append(device_words(site, str(value)))
        elif path in _PARTS:
            part = _PARTS[path]
            parts[part] = str(value)
            own = {"building": site.buildings, "zone": site.zones}.get(part, {}).get(str(value))
            if own is not None and own.name:
                parts[f"{part}_zh"] = own.name.get("zh") or own.name.get("en")
                parts[f"{part}_en"] = own.name.get("en") or own.name.get("zh")
        else:
            found.append({"zh": str(value), "en": str(value)})
    if parts:
        found.insert(0, place_words(parts))
    if not found:
        return SITE
    return {"zh": " ".join(each["zh"] for each in found), "en": ", ".join(each["en"] for each in found)}
