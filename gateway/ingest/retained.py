"""Retained: which topics at the broker hold the state of which case, so that no old state is left lying.

A case that changes its grid changes its topic; the broker, or our database, may come back from a backup. So the topic
a case had before is emptied, and after each connect whatever the broker holds of cases that are over is emptied too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from devices.event import canonical_json
from gateway.response.model import TERMINAL, Incident

_SAFE = re.compile(r"[^+#/\x00-\x1f]{1,100}")


def incident_topic(incident: Incident) -> str:
    """Return the topic of an incident's last state; a case without a grid stands under `-`."""
    grid = incident.grid if incident.grid and _SAFE.fullmatch(incident.grid) else "-"
    return f"sc1o/{incident.site}/incident/{grid}/{incident.number}"


def incident_state(incident: Incident) -> bytes:
    """Return what the world outside may know of a case: no names, no persons; empty when it is over."""
    if incident.state in TERMINAL:
        return b""
    return canonical_json(
        {
            "number": incident.number,
            "state": incident.state,
            "version": incident.version,
            "level": incident.level,
            "category": incident.category,
            "grid": incident.grid,
            "building": incident.building,
            "title": incident.title,
            "opened_at": incident.opened_at,
            "drill": incident.drill,
        }
    )


class Shown:
    """The topics of open cases by number; touched by the writer's thread and the event loop, each step by itself."""

    def __init__(self) -> None:
        self._topics: dict[str, str] = {}

    def states(self, incidents: Iterable[Incident]) -> dict[str, tuple[int, bytes]]:
        """Return what is to be published for these cases: topic -> version and payload."""
        found: dict[str, tuple[int, bytes]] = {}
        for incident in incidents:
            topic = incident_topic(incident)
            before = self._topics.pop(incident.number, topic)
            if before != topic:
                found[before] = (incident.version, b"")
            found[topic] = (incident.version, incident_state(incident))
            if incident.is_open:
                self._topics[incident.number] = topic
        return found

    def is_stale(self, topic: str) -> bool:
        """Tell whether the broker holds a state under this topic that no open case has."""
        return topic not in set(self._topics.copy().values())


def states_filter(marker_topic: str) -> str:
    """Return the filter of all states of this site; empty when the site is not known."""
    root = marker_topic.split("/")[:2]
    return "/".join([*root, "incident", "#"]) if len(root) == 2 and root[0] == "sc1o" else ""
