"""Why an alert changed, in the words people use: names of people, devices, rules and homes in the place of ids."""

from __future__ import annotations

from typing import Any

import msgspec

from gateway.response.notices import place_words
from gateway.response.world import SiteView
from rules.change import Change
from rules.explain import sentence
from rules.words import Lang

LANGUAGES: tuple[Lang, Lang] = ("zh", "en")


def why_of(site: SiteView, change: Change) -> dict[str, str]:
    """Return why an alert changed as a sentence in zh and en: names, and the site's time."""
    rule = site.rules.get(change.rule)
    return {
        language: sentence(
            _named(site, change, language),
            language,
            rule=rule,
            place=_about(site, change, language),
            zone=site.zone,
        )
        for language in LANGUAGES
    }


def _about(site: SiteView, change: Change, language: Lang) -> str:
    """Return what the alert is about: its device, else the home of its key."""
    if change.device:
        return _device(site, change.device, language)
    home = site.registry.households.get(str(change.key.get("subject.household", "")))
    if home is None:
        return ""
    parts = {"building": home.building, "unit": home.unit, "floor": home.floor}
    building = site.buildings.get(home.building or "")
    if building is not None:
        parts |= {"building_zh": building.name.get("zh"), "building_en": building.name.get("en")}
    return place_words(parts)[language]


def _named(site: SiteView, change: Change, language: Lang) -> Change:
    why: dict[str, Any] = dict(change.why)
    if "by" in why:
        why["by"] = _person(site, why["by"])
    muted = why.get("muted_by")
    if isinstance(muted, dict):
        named = dict(muted)
        if "by" in named:
            named["by"] = _person(site, named["by"])
        if "parent" in named:
            named["parent"] = _device(site, str(named["parent"]), language)
        if "rule" in named:
            named["rule"] = _rule(site, str(named["rule"]), language)
        why["muted_by"] = named
    if why.get("operator") == "corroborate" and isinstance(why.get("values"), list):
        why["values"] = [
            _device(site, value, language) if isinstance(value, str) else value for value in why["values"]
        ]
    return msgspec.structs.replace(change, why=why) if why != change.why else change


def _person(site: SiteView, person: Any) -> Any:
    known = site.people.get(person) if isinstance(person, str) else None
    return known.name if known is not None else person


def _device(site: SiteView, device: str, language: Lang) -> str:
    known = site.registry.get(device)
    names = known.name if known is not None else {}
    return names.get(language) or names.get("zh") or names.get("en") or device


def _rule(site: SiteView, rule: str, language: Lang) -> str:
    known = site.rules.get(rule)
    name = known.name.get(language) if known is not None else None
    return {"zh": f"“{name}”", "en": f"“{name}”"}[language] if name else rule
