"""Claims: which open case holds which alert key; at most one does.

The store enforces the same. Found here a double claim costs one decision; found by the database it would
cost the process.
"""

from __future__ import annotations

from collections.abc import Iterable

from gateway.response.model import Decision, Incident


class Claims:
    """The alert keys of all open cases."""

    def __init__(self, incidents: Iterable[Incident]) -> None:
        self._holder: dict[str, str] = {}
        self._keys: dict[str, tuple[str, ...]] = {}
        for each in incidents:
            self._put(each)

    def check(self, decision: Decision) -> None:
        """Make sure that a decision gives no alert key to two open cases.

        Raises:
            ValueError: it would; names the cases and the key.
        """
        changed = {each.number: each for each in decision.incidents}
        fresh: dict[str, str] = {}
        for number, incident in changed.items():
            for key in _held(incident):
                other = fresh.setdefault(key, number)
                before = self._holder.get(key)
                if other == number and before is not None and before not in changed:
                    other = before
                if other != number:
                    raise ValueError(f"cases {other} and {number} would both hold alert key '{key}'")

    def apply(self, decision: Decision) -> None:
        """Take over a decision that was checked."""
        changed = {each.number: each for each in decision.incidents}
        for number in changed:
            for key in self._keys.pop(number, ()):
                self._holder.pop(key, None)
        for incident in changed.values():
            self._put(incident)

    def _put(self, incident: Incident) -> None:
        keys = _held(incident)
        if keys:
            self._keys[incident.number] = keys
            self._holder.update(dict.fromkeys(keys, incident.number))


def _held(incident: Incident) -> tuple[str, ...]:
    return incident.alert_keys if incident.is_open else ()
