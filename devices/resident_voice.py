"""What residents report, as events: `resident.report` of the gateway, made by this process alone.

The event says what, where and which case; the words and the telephone number lie sealed elsewhere, `text` is
only the reference under which they are found (or, once erased, not). Pictures and voice are named by their hash.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from devices.event import Decoded, Event, Evidence, Quarantine, RawMessage, Source
from devices.kinds import KINDS

KIND = "resident.report"
PROFILE = "self"
GATEWAY = "gateway"  # the device that speaks for the form


class Said(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The payload: the facts of the event, and what was sent with it. `text` is the reference, and its dedup key."""

    facts: dict[str, str | bool]
    evidence: tuple[Evidence, ...] = ()


_decode = msgspec.json.Decoder(Said).decode


def read_report(message: RawMessage, *, site: str, mint: Callable[[], str]) -> Decoded:
    """Return the event of one report; a fact that does not exist, or no reference, is quarantined."""
    try:
        said = _decode(message.payload)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return _refused(f"not a report: {error}")
    if unknown := sorted(said.facts.keys() - KINDS[KIND].fields.keys()):
        return _refused(f"{KIND} has no fact '{unknown[0]}'")
    reference = said.facts.get("text")
    if not isinstance(reference, str) or not reference:
        return _refused(f"{KIND} needs the reference of its report in 'text'")
    return Event(
        id=mint(),
        site=site,
        device=GATEWAY,
        kind=KIND,
        at=message.received_at,
        time_quality="synced",
        received_at=message.received_at,
        dedup=reference,
        data=dict(said.facts),
        evidence=said.evidence,
        source=Source(profile=PROFILE),
    )


def _refused(reason: str) -> Quarantine:
    return Quarantine(code="malformed", reason=reason, device=GATEWAY, profile=PROFILE)
