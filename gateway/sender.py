"""Sender: one attempt on one channel, and what its answer means: sent, later, refused, or nobody knows.

One guard stands in front of every channel and in code (`kept_inside`): a demo site reaches nothing outside this
box, and a drill never leaves the site.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

from gateway.errors import Rejected, RetryLater, Unknown
from gateway.notify.channel import Channel, Destination, Wording, kept_inside
from gateway.response.bundle import bundled
from gateway.response.message import Rendered
from gateway.response.model import Message
from gateway.rests import Rests
from gateway.store.outbox import Outcome, State
from gateway.store.sending import Claimed

FIRST_RETRY_S = 1.0
LONGEST_RETRY_S = 300.0
_chance = random.SystemRandom()
_log = structlog.get_logger(__name__)


class Sender:
    """Belongs to the outbox's worker. `rests` learns which destinations fail."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        *,
        render: Callable[[Message, str], Rendered],
        destination: Callable[[Message], Destination],
        now: Callable[[], datetime],
        rests: Rests,
        demo: bool,
    ) -> None:
        self._channels = channels
        self._render = render
        self._destination = destination
        self._now = now
        self._rests = rests
        self._demo = demo

    async def attempt(self, claimed: Claimed) -> Outcome:
        message = claimed.message
        channel = self._channels.get(message.channel)
        try:
            if channel is None:
                names = ", ".join(sorted(self._channels))
                raise Rejected(f"no channel '{message.channel}' is configured; there are: {names}")  # noqa: TRY301  # one place answers by kind
            why = kept_inside(channel, demo=self._demo, drill=message.drill, name=message.channel)
            if why is not None:
                raise Rejected(why)  # noqa: TRY301  # one place answers by kind
            destination = self._destination(message)
            wording = self._words(claimed, channel, destination)
            async with asyncio.timeout(channel.timeout_s):
                receipt = await channel.send(message, wording, destination)
        except RetryLater as error:
            return self._later(claimed, str(error), error.after_s)
        except Rejected as error:
            return self._ended(claimed, "failed", str(error))
        except Unknown as error:
            return self._ended(claimed, "unknown", str(error))
        except TimeoutError:
            assert channel is not None
            text = f"no answer within {channel.timeout_s:g} s"
            if channel.repeatable:
                return self._later(claimed, text, None)
            return self._ended(claimed, "unknown", text)
        except Exception as error:  # noqa: BLE001  # task boundary: a fault in one channel must not stop the others
            _log.exception("channel failed", channel=message.channel, message=message.id)
            return self._later(claimed, f"fault in the channel: {error!r}", None)
        return self._ended(claimed, receipt.state, receipt.detail, receipt.reference)

    def _words(self, claimed: Claimed, channel: Channel, destination: Destination) -> Wording:
        lead = self._render(claimed.message, claimed.language)
        others = [self._render(each, claimed.language) for each in claimed.others]
        words = bundled(lead, others, claimed.digest, claimed.language)
        note = destination.link_note.get("en" if claimed.language.startswith("en") else "zh", "")
        if note and destination.link and channel.reach != "box":
            words = Rendered(title=words.title, text=f"{words.text}\n{note}")
        return words

    def _ended(self, claimed: Claimed, state: State, detail: str, reference: str = "") -> Outcome:
        message = claimed.message
        if state != "unknown":  # the receiver answered
            self._rests.end(message.channel, message.recipient)
        return Outcome(
            id=message.id,
            channel=message.channel,
            state=state,
            detail=detail,
            reference=reference,
            others=claimed.ids[1:],
            told_lost=claimed.digest is not None,
        )

    def _later(self, claimed: Claimed, detail: str, after_s: float | None) -> Outcome:
        message, now = claimed.message, self._now()
        channel = self._channels.get(message.channel)
        most = channel.limits.attempts if channel is not None else None
        if after_s is None and most is not None and claimed.attempts >= most:
            return self._ended(claimed, "failed", f"given up after {claimed.attempts} attempts: {detail}")
        backoff = min(LONGEST_RETRY_S, FIRST_RETRY_S * 2 ** (claimed.attempts - 1))
        wait = after_s if after_s is not None else backoff * _chance.uniform(0.5, 1.0)
        self._rests.failed(message.channel, message.recipient, now, asked_s=after_s)
        return Outcome(
            id=message.id,
            channel=message.channel,
            state="pending",
            detail=detail,
            due=now + timedelta(seconds=wait),
            others=claimed.ids[1:],
        )
