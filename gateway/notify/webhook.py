"""webhook: messages to another system as CloudEvents 1.0 (structured JSON), signed by Standard Webhooks.

`webhook-id` is the CloudEvent's `id`; a 2xx with a JSON body that says it failed is not a delivery.
"""

from __future__ import annotations

from typing import ClassVar

from devices.event import canonical_json
from gateway.errors import Rejected
from gateway.notify.address import Resolve, resolve
from gateway.notify.channel import (
    NO_LIMITS,
    Destination,
    Limits,
    Reach,
    Receipt,
    Surroundings,
    Wording,
    channel,
)
from gateway.notify.settings import Checked
from gateway.notify.signed import SignedPosts, WebhookSettings, says_failed
from gateway.notify.text import sound
from gateway.response.model import Message

_TYPE = "application/cloudevents+json; charset=utf-8"


@channel("webhook")
class Webhook:
    """Posts to one receiver; follows no redirect, uses no proxy, connects only to the address it checked."""

    kind: ClassVar[str]
    reach: ClassVar[Reach] = "outside"
    repeatable: ClassVar[bool] = True
    timeout_s: ClassVar[float] = 10.0
    at_once: ClassVar[int] = 4
    limits: ClassVar[Limits] = NO_LIMITS
    for_groups: ClassVar[bool] = False
    Settings: ClassVar[type[Checked]] = WebhookSettings

    def __init__(
        self, settings: WebhookSettings, *, site: str, using: Resolve = resolve, timeout_s: float = 5.0
    ) -> None:
        self._site = site
        self._posts = SignedPosts(settings, using=using, timeout_s=timeout_s)

    @classmethod
    def build(cls, settings: WebhookSettings, *, around: Surroundings) -> Webhook:
        """Return the channel to one receiver."""
        return cls(settings, site=around.site)

    async def send(self, message: Message, wording: Wording, destination: Destination) -> Receipt:
        """Post one message and read the answer."""
        body = cloud_event(message, wording, site=self._site, link=destination.link)
        answer = await self._posts.post(message.id, body, _TYPE)
        self._posts.judge(answer)
        if says_failed(answer):
            said = f"HTTP {answer.status}, but the answer says it failed: {answer.shown}"
            raise Rejected(self._posts.hushed(said))
        reference = str(answer.headers.get("x-request-id", ""))[:100]
        return Receipt(state="delivered", detail=f"HTTP {answer.status}", reference=reference)

    async def close(self) -> None:
        """Close the connections that are kept open."""
        await self._posts.close()


def cloud_event(message: Message, wording: Wording, *, site: str, link: str = "") -> bytes:
    """Return the message as a CloudEvent in canonical JSON; it holds the wording and no other parameters."""
    data = {
        "title": sound(wording.title),
        "text": sound(wording.text),
        "level": message.level,
        "link": link,
    }
    about = "incident" if message.incident else "alert"
    return canonical_json(
        {
            "specversion": "1.0",
            "id": message.id,
            "source": f"/gw/{site}",
            "type": f"community.{about}.{message.template}.v1",
            "subject": message.incident or message.alert or site,
            "time": message.created_at,
            "datacontenttype": "application/json",
            "severity": message.level,
            "drill": message.drill,
            "data": data,
        }
    )
