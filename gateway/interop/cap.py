"""CAP 1.2 out: one step of a case as an alert message for systems of named partners, never for the public.

Warning the public is for authorities: scope Public is refused here, and `official_warning_level` is never set. No
name, room or resident's word is in a message: category, level, state, grid and building are. Times carry a numeric
offset; each language has its own block. Every later message refers to all earlier ones of its case.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, TypeAlias
from xml.etree.ElementTree import Element, SubElement, tostring

import msgspec

from gateway.errors import Rejected
from gateway.interop.cap_words import LANGUAGES, CapLanguage, headline, place_of, sentence
from gateway.response.model import Incident
from gateway.response.world import SiteView
from gateway.store.case_feed import Step

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
HEADLINE = 160
Scope: TypeAlias = Literal["Private", "Restricted", "Public"]
SEVERITY = {"L1": "Extreme", "L2": "Severe", "L3": "Moderate", "L4": "Minor"}
CATEGORIES = frozenset(
    ("Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other")
)  # fmt: skip
_OVER = frozenset({"closed", "rejected", "merged"})
_ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_IN_A_NAME = re.compile(r"[\s,<>&]+")  # not allowed in sender and identifier


class Audience(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a message is for: `Restricted` says to whom in `restriction`, `Private` lists `addresses`."""

    scope: Scope = "Restricted"
    restriction: str = "仅限本小区处置使用 / for handling at this site only"
    addresses: tuple[str, ...] = ()


class Sender(msgspec.Struct, frozen=True, kw_only=True):
    """The gateway that speaks, and its clock: `offset` is wall − engine time."""

    gateway: str
    site: SiteView
    offset: timedelta = timedelta(0)


def cap_alert(
    incident: Incident,
    steps: Sequence[Step],
    *,
    sender: Sender,
    audience: Audience = Audience(),  # noqa: B008 - frozen
    test: bool = False,
) -> bytes:
    """Return the message of the last of `steps`, which are the published steps of this case, the oldest first.

    Args:
        incident: the case; a drill gives status Exercise.
        steps: the step to tell and all before it, which the message refers to.
        sender: who speaks and by which clock.
        audience: for whom; scope Public is refused.
        test: status Test, for trying out a connection.

    Returns:
        An XML document in UTF-8.

    Raises:
        Rejected: scope Public, a scope without its audience, or a case without steps.

    """
    _check(audience)
    if not steps:
        raise Rejected(f"{incident.number} has no step to tell")
    step, earlier = steps[-1], steps[:-1]
    root = Element("alert", {"xmlns": NAMESPACE})
    _add(root, "identifier", identifier(step))
    _add(root, "sender", sender_name(sender))
    _add(root, "sent", _time(step.at, sender))
    _add(root, "status", "Test" if test else "Exercise" if incident.drill else "Actual")
    _add(root, "msgType", message_type(incident, step, first=not earlier))
    _add(root, "scope", audience.scope)
    if audience.scope == "Restricted":
        _add(root, "restriction", audience.restriction)
    else:
        _add(root, "addresses", " ".join(_quoted(each) for each in audience.addresses))
    if earlier:
        _add(root, "references", " ".join(_reference(each, sender) for each in earlier))
    _add(root, "incidents", _quoted(_name(incident.number)))
    for language in LANGUAGES:
        _info(root, language, incident, step, sender)
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _check(audience: Audience) -> None:
    if audience.scope == "Public":
        raise Rejected(
            "CAP scope Public is refused: only authorities warn the public; use Restricted or Private"
        )
    if (audience.scope == "Private" and not audience.addresses) or (audience.scope == "Restricted" and not audience.restriction):  # fmt: skip
        raise Rejected(
            f"CAP scope {audience.scope} needs its audience: addresses (Private) or restriction (Restricted)"
        )


def identifier(step: Step) -> str:
    """Return the identifier of a step's message: case number and sequence."""
    return f"{_name(step.incident.number)}-{step.sequence:06d}"


def sender_name(sender: Sender) -> str:
    """Return the globally unique name of the gateway."""
    return _name(f"urn:gw:{sender.site.id}:{sender.gateway}")


def message_type(incident: Incident, step: Step, *, first: bool) -> str:
    """Return Cancel for what was no case or a false alarm, Alert for the first message, Update for the others."""
    false = step.to_state == "closed" and (incident.close_code or "").startswith("false_")
    if step.to_state == "rejected" or false:
        return "Cancel"
    return "Alert" if first else "Update"


def _info(root: Element, language: CapLanguage, incident: Incident, step: Step, sender: Sender) -> None:
    site, over = sender.site, step.to_state in _OVER
    category = site.categories.get(incident.category)
    info = SubElement(root, "info")
    _add(info, "language", language)
    _add(info, "category", category.cap if category is not None and category.cap in CATEGORIES else "Other")
    name = (category.name if category is not None else {}).get(language[:2]) or incident.category
    _add(info, "event", name)
    _add(info, "responseType", _response(incident, over=over))
    _add(info, "urgency", "Past" if over else "Immediate" if incident.level in ("L1", "L2") else "Future")
    _add(info, "severity", SEVERITY[incident.level])
    _add(info, "certainty", _certainty(step))
    _pair(info, "eventCode", "community", incident.category)
    for code in category.contact_id if category is not None else ():
        _pair(info, "eventCode", "CID", code)
    _add(info, "effective", _time(step.at, sender))
    _add(info, "onset", _time(incident.opened_at, sender))
    due = incident.timers.get("resolve")
    if due is not None and not over and due > step.at:
        _add(info, "expires", _time(due, sender))
    _add(info, "senderName", site.name.get(language[:2]) or site.name.get("zh") or site.id)
    _add(info, "headline", headline(incident, name, site, language)[:HEADLINE])
    _add(info, "description", sentence(incident, step, name, site, language))
    for key, value in _parameters(incident, step).items():
        _pair(info, "parameter", key, value)
    area = SubElement(info, "area")
    _add(area, "areaDesc", place_of(incident, site, language))
    grid = site.grids.get(incident.grid or "")
    if grid is not None:
        _pair(
            area, "geocode", "grid15" if re.fullmatch(r"\d{15}", grid.code) else "grid", grid.code or grid.id
        )


def _parameters(incident: Incident, step: Step) -> dict[str, str]:
    found = {"level": incident.level, "state": step.to_state or incident.state, "action": step.action, "alerts": str(len(incident.alerts))}  # fmt: skip
    if incident.grid is not None:
        found["grid"] = incident.grid
    if step.timer is not None:
        found["overdue"] = step.timer
    return found


def _response(incident: Incident, *, over: bool) -> str:
    if over:
        return "AllClear"
    if incident.category == "0101":
        return "Evacuate"
    if incident.group == "09":
        return "Prepare"
    return "Assess" if incident.level in ("L1", "L2") else "Monitor"


def _certainty(step: Step) -> str:
    if step.to_state == "rejected":
        return "Unlikely"
    return "Likely" if step.to_state == "pending_verify" else "Observed"


def _reference(step: Step, sender: Sender) -> str:
    return f"{sender_name(sender)},{identifier(step)},{_time(step.at, sender)}"


def _time(at: datetime, sender: Sender) -> str:
    """Return a time of the site with its offset; the letter Z is not allowed, UTC is written -00:00."""
    text = (at + sender.offset).astimezone(sender.site.zone).isoformat(timespec="seconds")
    return text.replace("+00:00", "-00:00")


def _pair(parent: Element, tag: str, name: str, value: str) -> None:
    pair = SubElement(parent, tag)
    _add(pair, "valueName", name)
    _add(pair, "value", value)


def _add(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = _ILLEGAL.sub("\ufffd", text)


def _name(text: str) -> str:
    return _IN_A_NAME.sub("_", text)


def _quoted(text: str) -> str:
    flat = text.replace('"', "'")
    return f'"{flat}"' if re.search(r"\s", flat) else flat
