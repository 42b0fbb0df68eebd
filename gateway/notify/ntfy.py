"""ntfy: a push to phones by ntfy.sh or a server of one's own (JSON publishing, https://docs.ntfy.sh/publish/).

Who knows a topic reads it, unless the server asks for a login: the topic is a secret, or the server is one's own
with a token. A message has at most 4096 bytes.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from devices.event import canonical_json
from gateway.errors import Rejected, RetryLater
from gateway.notify.address import Resolve, resolve
from gateway.notify.channel import Destination, Limits, Reach, Receipt, Surroundings, Wording, channel
from gateway.notify.http import Outside
from gateway.notify.secret import Secret
from gateway.notify.settings import Checked, Mistake, OutsideSettings, address_mistakes
from gateway.notify.text import cut, marked, one_line
from gateway.response.model import Message

TEXT_BYTES = 4096
TITLE_BYTES = 250
_TOPIC = re.compile(r"[-_A-Za-z0-9]{1,64}")
_PRIORITY = {"L1": 5, "L2": 4, "L3": 3, "L4": 2}


class NtfySettings(OutsideSettings, frozen=True, kw_only=True):
    """`topic_file` holds the topic for messages without an address; `token_file` a token of the server."""

    url: str
    topic: Secret | None = None
    token: Secret | None = None

    def problems(self) -> list[Mistake]:
        """Return what is wrong, all of it."""
        found = address_mistakes("url", self.url, allow_private=self.allow_private)
        if self.topic is not None and not _TOPIC.fullmatch(self.topic.reveal()):
            found.append(("topic_file", "expected a topic of letters, digits, - and _, at most 64"))
        return found


@channel("ntfy")
class Ntfy:
    """Publishes to the topic of a person (their contact), or of the channel."""

    kind: ClassVar[str]
    reach: ClassVar[Reach] = "outside"
    repeatable: ClassVar[bool] = True
    timeout_s: ClassVar[float] = 10.0
    at_once: ClassVar[int] = 4
    limits: ClassVar[Limits] = Limits(per_minute=12, bundle=True, text_bytes=TEXT_BYTES, attempts=6)
    for_groups: ClassVar[bool] = False
    Settings: ClassVar[type[Checked]] = NtfySettings

    def __init__(self, settings: NtfySettings, *, using: Resolve = resolve, timeout_s: float = 5.0) -> None:
        self._url = settings.url.rstrip("/") + "/"
        self._topic = settings.topic.reveal() if settings.topic is not None else ""
        self._token = settings.token.reveal() if settings.token is not None else ""
        self._outside = Outside(
            settings, repeatable=True, secrets=(self._topic, self._token), using=using, timeout_s=timeout_s
        )

    @classmethod
    def build(cls, settings: NtfySettings, *, around: Surroundings) -> Ntfy:
        """Return the channel to one server."""
        return cls(settings)

    async def send(self, message: Message, wording: Wording, destination: Destination) -> Receipt:
        """Publish one message; the receipt's reference is the server's id for it."""
        topic = destination.address or self._topic
        if not _TOPIC.fullmatch(topic):
            raise Rejected(f"{destination.recipient} has no topic; set it in the contacts or as topic_file")
        body: dict[str, Any] = {
            "topic": topic,
            "title": cut(one_line(marked(message, wording.title)), TITLE_BYTES),
            "message": cut(one_line(wording.text), TEXT_BYTES) or " ",
            "priority": _PRIORITY.get(message.level, 3),
        }
        if destination.link:
            body["click"] = destination.link
        headers = {"content-type": "application/json"}
        if self._token:
            headers["authorization"] = f"Bearer {self._token}"
        answer = await self._outside.post(self._url, canonical_json(body), headers)
        fields = self._outside.fields(answer)
        if answer.status == 200 and fields.get("event") == "message" and fields.get("id"):
            return Receipt(state="sent", detail="message", reference=str(fields["id"])[:100])
        self._outside.judge(answer)
        said = self._outside.hushed(f"HTTP {answer.status}, but it is no receipt: {answer.shown}")
        raise Rejected(said) if fields.get("error") else RetryLater(said)

    async def close(self) -> None:
        """Close the connections that are kept open."""
        await self._outside.close()
