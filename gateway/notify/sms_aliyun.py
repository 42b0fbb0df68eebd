"""sms_aliyun: a text message by Aliyun's Dysmsapi (SendSms 2017-05-25), with an approved signature and template.

The template has one variable, the case code. A number gets at most 50 a day of one template. `isv.BUSINESS_LIMIT_CONTROL`
says which limit was hit; an answer that never came is unknown and not repeated. QuerySendDetails tells later
whether the phone has it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from gateway.errors import Rejected
from gateway.notify.address import Resolve, resolve
from gateway.notify.aliyun import Aliyun, AliyunSettings
from gateway.notify.channel import Destination, Limits, Reach, Receipt, Sent, Surroundings, Wording, channel
from gateway.notify.phone import code_of, number_of
from gateway.notify.settings import Checked, Mistake
from gateway.response.model import Message

VERSION = "2017-05-25"
_VENDOR_ZONE = ZoneInfo("Asia/Shanghai")  # the day a message was sent on, as the vendor counts days
_FAILED, _ARRIVED = 2, 3


class SmsAliyunSettings(AliyunSettings, frozen=True, kw_only=True):
    """`sign_name` 短信签名 and `template` 模板 CODE as approved; `variable` is the name of its one variable."""

    sign_name: str
    template: str
    variable: str = "code"
    endpoint: str = "https://dysmsapi.aliyuncs.com"

    def problems(self) -> list[Mistake]:
        """Return what is wrong, all of it."""
        found = super().problems()
        if not self.template.startswith("SMS_"):
            found.append(("template", f"expected a template code like SMS_123456789, not '{self.template}'"))
        if not self.sign_name.strip():
            found.append(("sign_name", "is empty, expected the approved signature without brackets"))
        return found


@channel("sms_aliyun")
class SmsAliyun:
    """Sends to one number; never twice."""

    kind: ClassVar[str]
    reach: ClassVar[Reach] = "outside"
    repeatable: ClassVar[bool] = False
    timeout_s: ClassVar[float] = 12.0
    at_once: ClassVar[int] = 4
    limits: ClassVar[Limits] = Limits(per_day=50)
    for_groups: ClassVar[bool] = False
    Settings: ClassVar[type[Checked]] = SmsAliyunSettings

    def __init__(
        self,
        settings: SmsAliyunSettings,
        *,
        using: Resolve = resolve,
        timeout_s: float = 5.0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings = settings
        self._aliyun = Aliyun(settings, version=VERSION, using=using, timeout_s=timeout_s, now=now)

    @classmethod
    def build(cls, settings: SmsAliyunSettings, *, around: Surroundings) -> SmsAliyun:
        """Return the channel."""
        return cls(settings)

    async def send(self, message: Message, wording: Wording, destination: Destination) -> Receipt:
        """Send the case code; the receipt's reference is the vendor's BizId."""
        variables = {self._settings.variable: code_of(message)}
        answer = await self._aliyun.call(
            "SendSms",
            {
                "PhoneNumbers": number_of(destination),
                "SignName": self._settings.sign_name,
                "TemplateCode": self._settings.template,
                "TemplateParam": json.dumps(variables, separators=(",", ":")),
                "OutId": message.id,
            },
        )
        return Receipt(state="sent", detail="OK", reference=str(answer.get("BizId") or ""))

    async def ask(self, sent: Sent) -> Receipt | None:
        """Return the receipt of a message that was taken over, or None while it is under way."""
        answer = await self._aliyun.ask(
            "QuerySendDetails",
            {
                "PhoneNumber": sent.address,
                "BizId": sent.reference,
                "SendDate": sent.at.astimezone(_VENDOR_ZONE).strftime("%Y%m%d"),
                "PageSize": "10",
                "CurrentPage": "1",
            },
        )
        found = _detail(answer)
        state, why = found.get("SendStatus"), str(found.get("ErrCode") or "")
        if state == _FAILED:
            raise Rejected(f"the network did not deliver it: {why}")
        if state != _ARRIVED:
            return None
        return Receipt(state="delivered", detail=why or "DELIVERED", reference=sent.reference)

    async def close(self) -> None:
        """Close the connections that are kept open."""
        await self._aliyun.close()


def _detail(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what the vendor says of the message; an answer of another shape says nothing yet."""
    match answer:
        case {"SmsSendDetailDTOs": {"SmsSendDetailDTO": [dict() as found, *_]}}:
            return found
    return {}
