"""mqtt: messages to `sc1o/{site}/notice/{recipient}` (QoS 1, not retained), for sirens and panels on site."""

from __future__ import annotations

from typing import ClassVar

from devices.event import canonical_json
from gateway.errors import Rejected
from gateway.notify.channel import (
    NO_LIMITS,
    Destination,
    Limits,
    Publish,
    Reach,
    Receipt,
    Surroundings,
    Wording,
    channel,
)
from gateway.notify.settings import Checked, NoSettings
from gateway.notify.text import sound
from gateway.response.model import Message


@channel("mqtt")
class Mqtt:
    """Publishes through the gateway's outgoing connection; sent means that the broker has it."""

    kind: ClassVar[str]
    reach: ClassVar[Reach] = "site"
    repeatable: ClassVar[bool] = True
    timeout_s: ClassVar[float] = 10.0
    at_once: ClassVar[int] = 8
    limits: ClassVar[Limits] = NO_LIMITS
    for_groups: ClassVar[bool] = False
    Settings: ClassVar[type[Checked]] = NoSettings

    def __init__(self, *, site: str, publish: Publish) -> None:
        self._site = site
        self._publish = publish

    @classmethod
    def build(cls, settings: NoSettings, *, around: Surroundings) -> Mqtt:
        """Return the channel over the gateway's own connection."""
        return cls(site=around.site, publish=around.publish)

    async def send(self, message: Message, wording: Wording, destination: Destination) -> Receipt:
        """Publish one message as JSON with its id, so that a receiver knows a repetition."""
        recipient = destination.address or destination.recipient
        if not recipient or set(recipient) & set("+#/\0"):
            raise Rejected(f"'{recipient}' cannot be part of a topic")
        body = {
            "id": message.id,
            "incident": message.incident,
            "alert": message.alert,
            "level": message.level,
            "title": sound(wording.title),
            "text": sound(wording.text),
            "drill": message.drill,
            "not_after": message.not_after,
        }
        await self._publish(f"sc1o/{self._site}/notice/{recipient}", canonical_json(body))
        return Receipt(state="sent")
