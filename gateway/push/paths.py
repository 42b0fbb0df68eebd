"""Paths: which requests some device profile reads, and which headers it looks at."""

from __future__ import annotations

from collections.abc import Iterable

from devices.form import MessageForm, Profile
from devices.match import TopicIndex

ALWAYS = frozenset({"content-type"})


class Paths:
    """An index over the HTTP forms of all profiles."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        self._index: TopicIndex[MessageForm] = TopicIndex()
        named: set[str] = set()
        for profile in profiles:
            for form in profile.forms:
                if form.adapter == "http":
                    self._index.add(form.pattern, form)
                    named |= {
                        path.removeprefix("headers.") for path in form.reads if path.startswith("headers.")
                    }
        self.headers = frozenset(named - SECRET) | ALWAYS

    def readers(self, path: str) -> frozenset[str]:
        """Return the profiles that read what comes to this path (without its query)."""
        return frozenset(form.profile_id for form in self._index.find(path))


SECRET = frozenset({"authorization", "proxy-authorization", "cookie"})
"""Headers that no profile is given, whatever it names: what proves a device is not kept with what it says."""
