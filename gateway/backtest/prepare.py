"""Prepare: from what somebody asks to a backtest that can run; every mistake at once, each with what to do.

The command line and the pages ask the same way: rule files as texts, or ids of rules that are in force.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from devices.problem import nearest
from gateway.backtest.parts import Parts, live_rules, parts_of, site_of
from gateway.backtest.run import Backtest
from gateway.backtest.span import Asked, window_of
from gateway.errors import ConfigError, StoreError
from gateway.site import SiteFile, load_site_file
from gateway.store.history import Extent, History, open_history
from rules.load import Loaded, load_rules
from rules.site import DEFAULT_ZONE


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be tested: rule files (name -> text), live rules by their ids, and over which span."""

    texts: Mapping[str, str] = {}
    ids: Sequence[str] = ()
    asked: Asked = Asked()
    site: str | None = None  # the text of another site than the saved one
    site_name: str = "site.yaml"


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A data folder with its site and its live rules."""

    history: History
    extent: Extent | None
    site: SiteFile
    live: Loaded
    versions: dict[str, int]


def prepare(
    data: Path, question: Question, *, unread: Sequence[str] = (), today: date | None = None
) -> Backtest:
    """Return the backtest; close its `history` afterwards.

    Args:
        data: the data folder.
        question: what is asked.
        unread: mistakes that the caller has found already; they are told with the others.
        today: for the roster of the site.

    Raises:
        ConfigError: with every mistake there is.
    """
    problems = list(unread)
    opened = open_data(data, problems, question=question, today=today)
    site, live, versions = (opened.site, opened.live, opened.versions) if opened else (None, Loaded(), {})
    tested = _tested(question, site, live, problems)
    try:
        zone = site.rules.zone if site is not None else ZoneInfo(DEFAULT_ZONE)
        extent = opened.extent if opened is not None else _ANY
        window = window_of(question.asked, extent, zone, where=str(data))
    except ConfigError as error:
        problems += error.problems
    if problems or opened is None or opened.extent is None:
        if opened is not None:
            opened.history.close()
        raise ConfigError(problems)
    parts: Parts = parts_of(opened.site, _enabled(tested), live, versions)
    off = frozenset(rule.id for rule in tested.rules if not rule.enabled)
    parts = msgspec.structs.replace(parts, switched_on=off)
    return Backtest(opened.history, opened.extent, parts, window)


def _enabled(tested: Loaded) -> Loaded:
    """Return the rules as if all were enabled: whoever tests one wants to know what it would do."""
    rules = tuple(msgspec.structs.replace(rule, enabled=True) for rule in tested.rules)
    return msgspec.structs.replace(tested, rules=rules)


_ANY = Extent(first_seq=1, last_seq=1, first_us=0, last_us=1 << 52, offset_us=0)
"""Stands for a journal that could not be opened, so that the other mistakes are found too."""


def open_data(
    data: Path, problems: list[str], *, question: Question, today: date | None = None
) -> Opened | None:
    """Open a data folder with its site and rules; None when it cannot be, and `problems` says why."""
    try:
        history = open_history(data)
    except StoreError as error:
        problems.append(f"--data: {error}")
        return None
    try:
        site = _site(history, question, today)
        live, versions = live_rules(history, site)
        return Opened(history=history, extent=history.extent(), site=site, live=live, versions=versions)
    except ConfigError as error:
        problems += error.problems
    except StoreError as error:
        problems.append(f"--data: {error}")
    history.close()
    return None


def _site(history: History, question: Question, today: date | None) -> SiteFile:
    if question.site is None:
        return site_of(history, today=today)
    site, found = load_site_file(question.site, question.site_name, today=today or date.today())  # noqa: DTZ011 - only for gaps in the roster
    if found:
        raise ConfigError([str(problem) for problem in found])
    return site


def _tested(question: Question, site: SiteFile | None, live: Loaded, problems: list[str]) -> Loaded:
    if site is not None:
        loaded = load_rules(question.texts, zone=site.rules.zone, calendars=site.rules.calendars)
    else:
        loaded = load_rules(question.texts)
    problems += [str(problem) for problem in loaded.problems]
    known = {rule.id: rule for rule in live.rules}
    rules = list(loaded.rules)
    for name in question.ids if site is not None else ():
        if name in known:
            rules.append(known[name])
        else:
            problems.append(f"rules: unknown rule '{name}'{nearest(name, known)}")
    if not rules and not problems:
        problems.append("--rules: no rule in these files; name a file that holds at least one")
    return Loaded(rules=tuple(rules), inhibits=loaded.inhibits)
