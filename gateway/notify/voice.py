"""voice: a call that reads an approved text, by Aliyun's Dyvmsapi (SingleCallByTts 2017-05-25).

For L1 and L2. The template has one variable, the case code, read digit by digit. One call a minute, five an hour
and twenty a day reach a number. An answer that never came is unknown and not repeated: the ladder goes on. The
vendor reports later how the call ended and which key was pressed (`read_reports`); key 1 means: I take it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, ClassVar

import msgspec

from gateway.errors import Rejected
from gateway.notify.address import Resolve, resolve
from gateway.notify.aliyun import Aliyun, AliyunSettings
from gateway.notify.channel import Destination, Limits, Reach, Receipt, Sent, Surroundings, Wording, channel
from gateway.notify.phone import code_of, number_of
from gateway.notify.settings import Checked, Mistake
from gateway.response.model import Message

VERSION = "2017-05-25"
ANSWERED = "200000"
KEY_TAKE = "1"
_PRODUCT = "11000000300006"  # voice notices, as the vendor numbers its products
_PLAY_MOST = 3


class VoiceSettings(AliyunSettings, frozen=True, kw_only=True):
    """`template` TTS 模板 CODE as approved, `variable` its one variable.

    `shown_number` 被叫显号 is a number of one's own; empty: the vendor's common numbers.
    """

    template: str
    variable: str = "code"
    shown_number: str = ""
    play_times: int = 2
    endpoint: str = "https://dyvmsapi.aliyuncs.com"

    def problems(self) -> list[Mistake]:
        """Return what is wrong, all of it."""
        found = super().problems()
        if not self.template.startswith("TTS_"):
            found.append(("template", f"expected a template code like TTS_123456789, not '{self.template}'"))
        if not 1 <= self.play_times <= _PLAY_MOST:
            found.append(("play_times", f"expected 1 to {_PLAY_MOST}, not {self.play_times}"))
        return found


class CallReport(msgspec.Struct, frozen=True, kw_only=True):
    """How one call ended, as the vendor reports it: `message` is our message's id, `key` what was pressed."""

    call: str
    message: str
    answered: bool
    words: str
    key: str = ""

    @property
    def takes(self) -> bool:
        """Whether the person said that they take the case."""
        return self.answered and self.key == KEY_TAKE


@channel("voice")
class Voice:
    """Calls one number; never twice for one message."""

    kind: ClassVar[str]
    reach: ClassVar[Reach] = "outside"
    repeatable: ClassVar[bool] = False
    timeout_s: ClassVar[float] = 12.0
    at_once: ClassVar[int] = 2
    limits: ClassVar[Limits] = Limits(per_minute=1, per_hour=5, per_day=20)
    for_groups: ClassVar[bool] = False
    Settings: ClassVar[type[Checked]] = VoiceSettings

    def __init__(
        self,
        settings: VoiceSettings,
        *,
        using: Resolve = resolve,
        timeout_s: float = 5.0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings = settings
        self._aliyun = Aliyun(settings, version=VERSION, using=using, timeout_s=timeout_s, now=now)

    @classmethod
    def build(cls, settings: VoiceSettings, *, around: Surroundings) -> Voice:
        """Return the channel."""
        return cls(settings)

    async def send(self, message: Message, wording: Wording, destination: Destination) -> Receipt:
        """Start the call; the receipt's reference is the vendor's CallId."""
        spoken = " ".join(code_of(message))  # digit by digit, not as one large number
        parameters = {
            "CalledNumber": number_of(destination),
            "TtsCode": self._settings.template,
            "TtsParam": json.dumps({self._settings.variable: spoken}, separators=(",", ":")),
            "PlayTimes": str(self._settings.play_times),
            "OutId": message.id[:15],  # all that fits; the CallId is the key of a report
        }
        if self._settings.shown_number:
            parameters["CalledShowNumber"] = self._settings.shown_number
        answer = await self._aliyun.call("SingleCallByTts", parameters)
        return Receipt(state="sent", detail="OK", reference=str(answer.get("CallId") or ""))

    async def ask(self, sent: Sent) -> Receipt | None:
        """Return whether the call was answered, or None while it rings."""
        answer = await self._aliyun.ask(
            "QueryCallDetailByCallId",
            {
                "CallId": sent.reference,
                "ProdId": _PRODUCT,
                "QueryDate": str(int(sent.at.timestamp() * 1000)),
            },
        )
        found = _object(answer.get("Data"))
        state = str(found.get("state") or found.get("status") or "")
        if not state:
            return None
        words = str(found.get("stateDesc") or state)
        if state != ANSWERED:
            raise Rejected(f"the call was not answered: {words}")
        return Receipt(state="delivered", detail=words, reference=sent.reference)

    async def close(self) -> None:
        """Close the connections that are kept open."""
        await self._aliyun.close()


def read_reports(body: bytes) -> list[CallReport]:
    """Read the vendor's reports of calls: one object or a list of them; entries without a call are skipped.

    Raises:
        Rejected: it is no JSON.
    """
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Rejected(f"expected a JSON list of call reports: {error}") from error
    entries = found if isinstance(found, list) else [found]
    return [
        CallReport(
            call=str(entry["call_id"]),
            message=str(entry.get("out_id") or ""),
            answered=str(entry.get("status_code") or "") == ANSWERED,
            words=str(entry.get("status_msg") or ""),
            key=str(entry.get("dtmf") or ""),
        )
        for entry in entries
        if isinstance(entry, dict) and entry.get("call_id")
    ]


def _object(text: Any) -> dict[str, Any]:
    """Read the JSON text that the vendor puts into a field; anything else is nothing yet."""
    try:
        found = msgspec.json.decode(text) if isinstance(text, str) and text else text
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
