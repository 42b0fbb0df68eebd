"""sms_tencent: a text message by Tencent Cloud (SendSms 2021-01-11), with an approved signature and template.

The template has one variable, the case code. One message to a number in 30 seconds, by default. An answer that
never came is unknown and not repeated. PullSmsSendStatusByPhoneNumber tells later whether the phone has it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import ClassVar

from gateway.errors import Rejected, Unknown
from gateway.notify.address import Resolve, resolve
from gateway.notify.channel import Destination, Limits, Reach, Receipt, Sent, Surroundings, Wording, channel
from gateway.notify.phone import code_of, number_of
from gateway.notify.settings import Checked, Mistake
from gateway.notify.tencent import Tencent, TencentSettings
from gateway.response.model import Message

VERSION = "2021-01-11"


class SmsTencentSettings(TencentSettings, frozen=True, kw_only=True):
    """`app_id` SdkAppId, `sign_name` 签名内容 and `template` 模板 ID as approved; its one variable is {1}."""

    app_id: str
    sign_name: str
    template: str
    endpoint: str = "https://sms.tencentcloudapi.com"

    def problems(self) -> list[Mistake]:
        """Return what is wrong, all of it."""
        found = super().problems()
        for field, value in (("app_id", self.app_id), ("template", self.template)):
            if not value.isdecimal():
                found.append((field, f"expected digits in quotes, as the console shows them, not '{value}'"))
        if not self.sign_name.strip():
            found.append(("sign_name", "is empty, expected the approved signature without brackets"))
        return found


@channel("sms_tencent")
class SmsTencent:
    """Sends to one number; never twice."""

    kind: ClassVar[str]
    reach: ClassVar[Reach] = "outside"
    repeatable: ClassVar[bool] = False
    timeout_s: ClassVar[float] = 12.0
    at_once: ClassVar[int] = 4
    limits: ClassVar[Limits] = Limits(per_minute=2)
    for_groups: ClassVar[bool] = False
    Settings: ClassVar[type[Checked]] = SmsTencentSettings

    def __init__(
        self,
        settings: SmsTencentSettings,
        *,
        using: Resolve = resolve,
        timeout_s: float = 5.0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings = settings
        self._tencent = Tencent(
            settings, service="sms", version=VERSION, using=using, timeout_s=timeout_s, now=now
        )

    @classmethod
    def build(cls, settings: SmsTencentSettings, *, around: Surroundings) -> SmsTencent:
        """Return the channel."""
        return cls(settings)

    async def send(self, message: Message, wording: Wording, destination: Destination) -> Receipt:
        """Send the case code; the receipt's reference is the vendor's SerialNo."""
        response = await self._tencent.call(
            "SendSms",
            {
                "PhoneNumberSet": [number_of(destination)],
                "SmsSdkAppId": self._settings.app_id,
                "SignName": self._settings.sign_name,
                "TemplateId": self._settings.template,
                "TemplateParamSet": [code_of(message)],
                "SessionContext": message.id,
            },
        )
        found = response.get("SendStatusSet")
        if not isinstance(found, list) or len(found) != 1 or not isinstance(found[0], dict):
            raise Unknown("the answer does not say what became of the number")
        code = str(found[0].get("Code"))
        if code != "Ok":
            raise self._tencent.refusal(code, str(found[0].get("Message") or ""))
        return Receipt(state="sent", detail="Ok", reference=str(found[0].get("SerialNo") or ""))

    async def ask(self, sent: Sent) -> Receipt | None:
        """Return the receipt of a message that was taken over, or None while it is under way."""
        begin = int(sent.at.timestamp()) - 60
        response = await self._tencent.ask(
            "PullSmsSendStatusByPhoneNumber",
            {
                "BeginTime": begin,
                "Offset": 0,
                "Limit": 100,
                "PhoneNumber": sent.address if sent.address.startswith("+") else f"+86{sent.address}",
                "SmsSdkAppId": self._settings.app_id,
            },
        )
        found = response.get("PullSmsSendStatusSet")
        for status in found if isinstance(found, list) else ():  # of another shape: it says nothing yet
            if not isinstance(status, dict) or status.get("SerialNo") != sent.reference:
                continue
            words = str(status.get("Description") or status.get("ReportStatus"))
            if status.get("ReportStatus") != "SUCCESS":
                raise Rejected(f"the network did not deliver it: {words}")
            return Receipt(state="delivered", detail=words, reference=sent.reference)
        return None

    async def close(self) -> None:
        """Close the connections that are kept open."""
        await self._tencent.close()
