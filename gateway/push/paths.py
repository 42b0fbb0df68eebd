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

    def reads(self, path: str) -> bool:
        """Tell whether any profile reads what comes to this path (without its query)."""
        return bool(self._index.find(path))


SECRET = frozenset({"authorization", "proxy-authorization", "cookie"})
"""Headers that no profile is given, whatever it names: what proves a device is not kept with what it says."""
