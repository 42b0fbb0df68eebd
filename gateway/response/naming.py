"""Why an alert changed, in the words people use: names of people, devices, rules and homes in the place of ids."""

from __future__ import annotations

import msgspec

from gateway.response.notices import place_words
from gateway.response.world import SiteView
from rules.change import Change
from rules.explain import sentence
from rules.told import Names
from rules.words import Lang

LANGUAGES: tuple[Lang, Lang] = ("zh", "en")


def why_of(site: SiteView, change: Change) -> dict[str, str]:
    """Return why an alert changed as a sentence in zh and en: names, and the site's time."""
    rule = site.rules.get(f"{change.rule}@{change.version}") or site.rules.get(change.rule)
    return {
        language: sentence(
            _of_known_rule(site, change, language),
            language,
            rule=rule,
            zone=site.zone,
            names=names_of(site, language),
        )
        for language in LANGUAGES
    }


def _of_known_rule(site: SiteView, change: Change, language: Lang) -> Change:
    """Return the change; an alert whose rule is gone is called by its category."""
    category = site.categories.get(change.category)
    if change.rule in site.rules or category is None:
        return change
    return msgspec.structs.replace(change, rule=_in(category.name, language) or change.rule)


def names_of(site: SiteView, language: Lang) -> Names:
    """Return what names a device, a person, a rule, a home or a building by its id."""

    def name(id_: str) -> str | None:
        return _device(site, id_, language) or _person(site, id_) or _other(site, id_, language)

    return name


def _device(site: SiteView, id_: str, language: Lang) -> str | None:
    known = site.registry.get(id_)
    return _in(known.name, language) if known is not None else None


def _person(site: SiteView, id_: str) -> str | None:
    known = site.people.get(id_)
    return known.name if known is not None else None


def _other(site: SiteView, id_: str, language: Lang) -> str | None:
    """Name a rule, a home by where it is, or a building."""
    rule = site.rules.get(id_)
    if rule is not None:
        return rule.name.get(language)
    building = site.buildings.get(id_)
    if building is not None:
        return _in(building.name, language)
    home = site.registry.households.get(id_)
    if home is None:
        return None
    parts = {"building": home.building, "unit": home.unit, "floor": home.floor}
    above = site.buildings.get(home.building or "")
    if above is not None:
        parts |= {"building_zh": above.name.get("zh"), "building_en": above.name.get("en")}
    return place_words(parts)[language]


def _in(names: dict[str, str], language: Lang) -> str | None:
    return names.get(language) or names.get("zh") or names.get("en")
