"""Whatever a vendor answers when asked: a receipt, nothing yet, or one of the errors a channel may raise."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gateway.errors import Rejected, RetryLater
from gateway.notify.channel import Askable, Receipt, Sent
from gateway.notify.secret import Secret
from gateway.notify.sms_aliyun import SmsAliyun, SmsAliyunSettings
from gateway.notify.sms_tencent import SmsTencent, SmsTencentSettings
from gateway.notify.voice import Voice, VoiceSettings
from tests.fakes.web import Request, Web, running

NOW = datetime(2026, 3, 6, 2, 0, tzinfo=UTC)
SENT = Sent(reference="b1", address="13812341234", at=NOW)
KEY = Secret("aSecretOfThirtyCharactersLong0")
ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(max_size=8) | st.just("b1"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
ONE = st.fixed_dictionaries(
    {}, optional={"SerialNo": st.just("b1") | ANY, "SendStatus": ANY, "ReportStatus": ANY, "state": ANY}
)
MANY = ANY | ONE | st.lists(ONE | ANY, max_size=2)
FIELDS = st.fixed_dictionaries(
    {"Code": st.just("OK")},
    optional={
        "SmsSendDetailDTOs": ANY | st.fixed_dictionaries({"SmsSendDetailDTO": MANY}),
        "Data": MANY | MANY.map(json.dumps),
        "PullSmsSendStatusSet": MANY,
        "Error": ANY,
    },
)


@dataclass
class Says(Web):
    """A vendor that answers every question with what a test wants."""

    body: bytes = b"{}"

    def reply(self, request: Request) -> tuple[str, dict[str, str], bytes]:
        return "200 OK", {"content-type": "application/json"}, self.body


async def loopback(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


def channels(port: int) -> list[Any]:
    at: Any = {"endpoint": f"http://localhost:{port}", "allow_private": True}
    aliyun: Any = {"access_key_id": "LTAI5t", "access_key_secret": KEY, **at}
    made: Any = {"using": loopback, "timeout_s": 2.0, "now": lambda: NOW}
    return [
        SmsAliyun(SmsAliyunSettings(sign_name="幸福里", template="SMS_1", **aliyun), **made),
        SmsTencent(
            SmsTencentSettings(
                secret_id="id", secret_key=KEY, app_id="1400", sign_name="幸福里", template="1110", **at
            ),
            **made,
        ),
        Voice(VoiceSettings(template="TTS_1", **aliyun), **made),
    ]


@pytest.fixture
async def asked() -> AsyncIterator[tuple[Says, list[Any]]]:
    async with running(Says()) as vendor:
        found = channels(vendor.port)
        yield vendor, found
        for each in found:
            await each.close()


@given(fields=FIELDS | ANY)
@example(fields={"Code": "OK", "SmsSendDetailDTOs": "none"})
@example(fields={"Code": "OK", "SmsSendDetailDTOs": {"SmsSendDetailDTO": {"SendStatus": 3}}})
@example(fields={"Code": "OK", "SmsSendDetailDTOs": {"SmsSendDetailDTO": ["x"]}})
@example(fields={"PullSmsSendStatusSet": ["b1"]})
@example(fields={"PullSmsSendStatusSet": "b1"})
@example(fields={"Code": "OK", "Data": "[" * 5000})
@example(fields={"Code": "OK", "Data": "\ud800"})
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)  # fmt: skip
async def test_any_answer_is_understood_or_refused_by_kind(
    asked: tuple[Says, list[Any]], fields: Any
) -> None:
    vendor, found = asked
    for wrapped in (fields, {"Response": fields}):
        vendor.body = json.dumps(wrapped).encode()
        for channel in found:
            assert isinstance(channel, Askable)
            try:
                answer = await channel.ask(SENT)
            except (Rejected, RetryLater):
                continue
            assert answer is None or isinstance(answer, Receipt)


async def test_the_right_shapes_are_still_read(asked: tuple[Says, list[Any]]) -> None:
    vendor, (sms, tencent, voice) = asked
    vendor.body = (
        b'{"Code":"OK","SmsSendDetailDTOs":{"SmsSendDetailDTO":[{"SendStatus":3,"ErrCode":"DELIVERED"}]}}'
    )
    assert (await sms.ask(SENT)).detail == "DELIVERED"
    vendor.body = b'{"Response":{"PullSmsSendStatusSet":["x",{"SerialNo":"b1","ReportStatus":"SUCCESS"}]}}'
    assert (await tencent.ask(SENT)).state == "delivered"
    vendor.body = b'{"Code":"OK","Data":"{\\"state\\":\\"200000\\"}"}'
    assert (await voice.ask(SENT)).state == "delivered"
