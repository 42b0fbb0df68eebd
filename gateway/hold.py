"""Hold: while what was said is still being read, the rules' deadlines wait; events and people's actions do not.

A door that was opened and closed while the gateway was away lies in the broker's queue with both events. If the
deadline "left open" were served between reading the one and the other, it would be a false alarm. So the ingest
says up to when everything said has been read (`until`), and deadlines at or after that moment wait: from
the start and from each lost connection until the backlog is read, and under overload as long as the broker holds
a queue. What needs no deadline is judged at once, and the timers of cases go on.

The hold is bounded: a deadline waits `LONGEST` at most. It is an input of the journal (`HoldInput`), so that a
replay serves each deadline where it was served.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from gateway.flow import Flow
from gateway.store.inputs import HoldInput

LONGEST = timedelta(seconds=60)
"""No deadline waits longer for what may still be unread."""
_PIECE = timedelta(seconds=5)  # deadlines that waited that long are served so many seconds' worth at a time


class Hold:
    """From when on the deadlines of a flow wait, and until when at most."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self.since: datetime | None = None  # E up to which everything has been read; None: nothing waits
        self._seq = 0  # the newest input when it last moved

    def begun(self, at: datetime, *, waits: bool) -> None:
        """The process began, and what was said meanwhile is still to be read (or not)."""
        self._set(at if waits else None)

    def move(self, until: datetime | None) -> bool:
        """Everything said before `until` has been read (None: all of it); serve what waited for that.

        False: that changes nothing. Raises EngineBroken; then the same deadlines wait on.
        """
        flow = self._flow
        if until is not None:
            until = min(until, flow.e)
        if until is None and self.since is None:
            return False
        if until is not None and self.since is not None and until <= self.since:
            return False
        effects = flow.reaction.hold(flow.e, until, flow.seq + 1)
        flow.batch.others.append(HoldInput(seq=flow.next(), at=flow.e, until=until))
        self._set(until)
        if effects:
            flow.collect(effects)
            flow.batch.close_for("deadline")
        return True

    def expire(self) -> None:
        """Wait no longer for what is too long in coming; if nothing at all came, for nothing.

        Raises EngineBroken.
        """
        self.move(None if self._flow.seq == self._seq else self._flow.e - LONGEST + _PIECE)

    def _set(self, since: datetime | None) -> None:
        self.since, self._seq = since, self._flow.seq
        self._flow.hold_ends = None if since is None else since + LONGEST
