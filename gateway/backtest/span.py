"""Span: from when to when is asked, in the words of the command line and the API, against what the journal holds."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from gateway.clock import from_us, to_us
from gateway.errors import ConfigError
from gateway.store.history import Extent
from rules.duration import LONGEST_US, parse_duration

LAST = timedelta(days=7)
_EXAMPLES = "2026-03-06T22:00, 2026-03-06 or 2026-03-06T22:00:00+08:00"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asked for, as text; None: not said."""

    begin: str | None = None
    end: str | None = None
    last: str | None = None
    warm_up: str | None = None  # a duration, or `all`; None: as much as is needed


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """The span in engine time, [begin_us, end_us), and how it differs from what was asked."""

    begin_us: int
    end_us: int
    offset_us: int  # wall − E
    warm_up_us: int | None = None  # asked for; None: as much as is needed
    whole: bool = False  # the warm-up is everything there is
    begins_late: bool = False  # the journal begins after the begin that was asked for
    lately: bool = False  # no end was asked for: the span ends with the journal
    ends_early: bool = False  # the journal ends before the end that was asked for

    def shown(self, us: int) -> datetime:
        """Return an engine time as wall time."""
        return from_us(us + self.offset_us)


def window_of(asked: Asked, extent: Extent | None, zone: ZoneInfo, *, where: str) -> Window:
    """Return the span that is asked for, cut to what the journal holds.

    Args:
        asked: times with or without a zone (then the site's), durations like `7d`.
        extent: how far the journal reaches.
        zone: the site's.
        where: the data folder, for the messages.

    Raises:
        ConfigError: every mistake at once, each with what to do.
    """
    problems: list[str] = []
    begin, end = (_time(asked, name, zone, problems) for name in ("begin", "end"))
    last = _duration("--last", asked.last, problems) if asked.last is not None else None
    if asked.last is not None and asked.begin is not None:
        problems.append("--last: say either --last or --from, not both")
    warm_up = None
    if asked.warm_up not in {None, "all"}:
        warm_up = _duration("--warm-up", asked.warm_up, problems, words="or all")
    if extent is None:
        problems.append(
            f"--data: {where}: the journal is empty; nothing was ever taken in, so there is nothing to look at"
        )
        raise ConfigError(problems)
    offset = extent.offset_us
    newest = extent.last_us + 1
    end_us = newest if end is None else to_us(end) - offset
    begin_us = (
        to_us(begin) - offset if begin is not None else end_us - (last or LAST // timedelta(microseconds=1))
    )
    if begin is not None and end is not None and begin >= end:
        problems.append(f"--from: {asked.begin} is not before --to {asked.end}; exchange them")
    if not problems:
        problems += _outside(begin_us, end_us, extent, zone)
    if problems:
        raise ConfigError(problems)
    return Window(
        begin_us=max(begin_us, extent.first_us),
        end_us=min(end_us, newest),
        offset_us=offset,
        warm_up_us=warm_up,
        whole=asked.warm_up == "all",
        lately=end is None and begin is None,
        begins_late=begin_us < extent.first_us,
        ends_early=end is not None and end_us > newest,
    )


def _outside(begin_us: int, end_us: int, extent: Extent, zone: ZoneInfo) -> list[str]:
    first, last = (
        from_us(us + extent.offset_us).astimezone(zone).isoformat(timespec="seconds")
        for us in (extent.first_us, extent.last_us)
    )
    if begin_us > extent.last_us:
        return [f"--from: the journal ends at {last}; name an earlier time"]
    if end_us <= extent.first_us:
        return [f"--to: the journal begins only at {first}; name a later time"]
    if begin_us >= end_us:
        return [f"--from: the span is empty; the journal reaches from {first} to {last}"]
    return []


def _time(asked: Asked, name: str, zone: ZoneInfo, problems: list[str]) -> datetime | None:
    text = getattr(asked, name)
    if text is None:
        return None
    found = read_time(text, zone)
    if found is None:
        option = {"begin": "--from", "end": "--to"}[name]
        problems.append(f"{option}: expected a time such as {_EXAMPLES}, found '{text}'")
    return found


def read_time(text: str, zone: ZoneInfo) -> datetime | None:
    """Read a time; one without a zone is the site's. None: it is none."""
    try:
        found = datetime.fromisoformat(text)
        found = found if found.tzinfo is not None else found.replace(tzinfo=zone)
        to_us(found)
    except (ValueError, OverflowError):
        return None
    return found


def _duration(option: str, text: str | None, problems: list[str], *, words: str = "") -> int | None:
    found = parse_duration(text)
    if found is None or not 0 < found <= LONGEST_US:
        more = f" {words}" if words else ""
        problems.append(f"{option}: expected a duration such as 12h or 7d{more}, found '{text}'")
        return None
    return found
