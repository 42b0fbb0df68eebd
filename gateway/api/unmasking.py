"""Unmasking: one field of one thing shown in full to one person for a minute, for a reason that is written down first."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

from gateway.access import Access

SHOWN_FOR = timedelta(seconds=60)
_MOST = 2000


class Unmasking:
    """Who may see which field in full until when. A restart masks everything again."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._until: OrderedDict[tuple[str, str, str], datetime] = OrderedDict()

    async def allow(self, viewer: str, about: str, field: str, *, reason: str) -> datetime:
        """Write down who wants to see what and why; return until when (engine time) it is shown to them."""
        facts = {"field": field, "reason": reason}
        await self._access.audit(viewer, "unmask", about, facts)
        until = self._access.now() + SHOWN_FOR
        self._until[viewer, about, field] = until
        if len(self._until) > _MOST:
            self._until.popitem(last=False)
        return until

    def shows(self, viewer: str, about: str, field: str) -> bool:
        """Tell whether this person may see this field in full now."""
        until = self._until.get((viewer, about, field))
        return until is not None and self._access.now() < until
