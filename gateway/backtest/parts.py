"""Parts: what a backtest is made of: the site and the live rules as the data folder holds them, and what is tested.

A rule is rarely alone: who inhibits it, and whose silence explains its own, must run beside it, or it would be told
louder than it would have been. Those rules run too and are not counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from gateway.errors import ConfigError
from gateway.site import SiteFile, load_site_file
from gateway.store.history import History
from rules.load import Loaded, load_rules
from rules.model import Inhibit, Rule
from rules.site import Site

PREFIX = "rule:"
INHIBITS = "inhibit"


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """`tested` are counted; `beside` only run. `versions` are the newest of the live rules."""

    site: SiteFile
    tested: tuple[Rule, ...]
    beside: tuple[Rule, ...] = ()
    inhibits: tuple[Inhibit, ...] = ()
    versions: dict[str, int] = {}
    live: frozenset[str] = frozenset()  # ids of the live rules
    switched_on: frozenset[str] = frozenset()  # those of `tested` that are off, and run all the same


def site_of(history: History, *, today: date | None = None) -> SiteFile:
    """Return the site as it was last saved in the data folder.

    Raises:
        ConfigError: it cannot be read.
    """
    _, text = history.documents("site").get("site", (0, ""))
    if not text:
        raise ConfigError([f"{history.name}: holds no site; start the gateway on it once, or give --site"])
    site, problems = load_site_file(text, "site", today=today or datetime.now(UTC).date())
    if problems:
        raise ConfigError([str(problem) for problem in problems])
    return site


def live_rules(history: History, site: SiteFile) -> tuple[Loaded, dict[str, int]]:
    """Return the rules as they were last in force on the data folder, and their versions."""
    texts, versions = {}, {}
    for name, (version, body) in sorted(history.documents(PREFIX).items()):
        source = _source(body)
        if source is not None:
            texts[name] = msgspec.json.encode([source]).decode()
            versions[name.removeprefix(PREFIX)] = version
    found = history.documents(INHIBITS).get(INHIBITS)
    if found is not None:
        texts[INHIBITS] = msgspec.json.encode({"inhibit": _inhibits(found[1])}).decode()
    loaded = load_rules(texts, zone=site.rules.zone, calendars=site.rules.calendars)
    return loaded, versions


def _source(body: str) -> dict[str, Any] | None:
    """Return a saved rule as plain data; None for one that was taken away."""
    value = msgspec.json.decode(body)
    if not isinstance(value, dict):
        return None
    if isinstance(value.get("source"), dict):
        return None if value.get("act") == "removed" else value["source"]
    return value


def parse_saved(body: str, site: Site) -> Rule | None:
    """Return the rule that a saved document holds; None when it cannot be read any more."""
    source = _source(body)
    if source is None:
        return None
    text = msgspec.json.encode([source]).decode()
    found = load_rules({"saved": text}, zone=site.zone, calendars=site.calendars)
    return found.rules[0] if found.rules and not found.problems else None


def _inhibits(body: str) -> Any:
    value = msgspec.json.decode(body)
    if isinstance(value, dict):
        return value.get("source", value.get("inhibit", []))
    return value


def parts_of(site: SiteFile, tested: Loaded, live: Loaded, versions: dict[str, int]) -> Parts:
    """Return what runs together: the tested rules, and the live ones without which they would be told otherwise."""
    ids = {rule.id for rule in tested.rules}
    others = [rule for rule in live.rules if rule.id not in ids and rule.enabled]
    inhibits = _for(live.inhibits, ids, tested.inhibits)
    beside = [rule for rule in others if _mutes(rule, inhibits)]
    if any(rule.detect.name == "absence" for rule in tested.rules):
        beside += [rule for rule in others if rule.detect.name == "absence" and rule not in beside]
    return Parts(
        site=site,
        tested=tested.rules,
        beside=tuple(beside),
        inhibits=tuple(inhibits),
        versions=versions,
        live=frozenset(rule.id for rule in live.rules),
    )


def _for(live: Sequence[Inhibit], ids: Iterable[str], own: Sequence[Inhibit]) -> list[Inhibit]:
    """Return the inhibitions that may mute the tested rules, each once."""
    found = list(own)
    for each in live:
        if any(each.target.names(rule) for rule in ids) and repr(each) not in {repr(one) for one in found}:
            found.append(each)
    return found


def _mutes(rule: Rule, inhibits: Sequence[Inhibit]) -> bool:
    return any(each.source.names(rule.id) for each in inhibits)
