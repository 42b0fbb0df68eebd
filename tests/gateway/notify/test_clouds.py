"""Text messages and calls against clouds that check signatures, keep limits and answer in their own words."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.errors import Rejected, RetryLater, Unknown
from gateway.notify import aliyun, tencent
from gateway.notify.channel import Askable, Channel, Destination, Sent
from gateway.notify.secret import Secret
from gateway.notify.sms_aliyun import SmsAliyun, SmsAliyunSettings
from gateway.notify.sms_tencent import SmsTencent, SmsTencentSettings
from gateway.notify.voice import Voice, VoiceSettings, read_reports
from tests.contracts.channel import PATIENCE_S, OutsideContract, Words, message
from tests.fakes.clouds import FakeAliyun, FakeTencent
from tests.fakes.web import running

Made = Callable[..., Channel]
WANG = Destination(recipient="wang", address="13812341234", link="https://gw.example/m")


async def loopback(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


class PhoneContract(OutsideContract):
    WORDS = False

    def to(self, number: int = 0) -> Destination:
        return Destination(recipient="wang", address=f"138000000{number:02d}", link="https://gw.example/m")

    async def test_only_six_digits_and_a_number_go_out(
        self, channel_under_test: Channel, vendor: Any
    ) -> None:
        receipt = await channel_under_test.send(message(), Words(), WANG)
        assert vendor.texts[-1].endswith("13812341234 204617")
        assert receipt.reference == vendor.sent[-1]["reference"]

    @pytest.mark.parametrize("code", ["", "see https://x", "12", "1234567890", "12345六"])
    async def test_without_a_code_nothing_goes_out(
        self, channel_under_test: Channel, vendor: Any, code: str
    ) -> None:
        with pytest.raises(Rejected, match="no case code"):
            await channel_under_test.send(message(params={"code": code}), Words(), WANG)
        assert vendor.requests == []

    async def test_the_code_may_have_its_long_name(self, channel_under_test: Channel, vendor: Any) -> None:
        await channel_under_test.send(message(params={"case_code": "770001"}), Words(), WANG)
        assert vendor.texts[-1].endswith("770001")

    @pytest.mark.parametrize("number", ["", "wang@example", "138-not", "1" * 21])
    async def test_no_number_is_final_and_not_shown(self, channel_under_test: Channel, number: str) -> None:
        with pytest.raises(Rejected, match="the number of wang") as refusal:
            await channel_under_test.send(message(), Words(), Destination(recipient="wang", address=number))
        assert not number or number not in str(refusal.value)

    async def test_each_goes_over_a_connection_of_its_own(
        self, channel_under_test: Channel, vendor: Any
    ) -> None:
        for n in range(3):
            await channel_under_test.send(message(f"m{n}"), Words(), self.to(n))
        assert vendor.connections == 3

    def test_nothing_is_ever_sent_twice_by_itself(self, channel_under_test: Channel) -> None:
        assert channel_under_test.repeatable is False
        assert isinstance(channel_under_test, Askable)

    async def test_a_wrong_key_is_final(self, make: Made, vendor: Any) -> None:
        one: Any = make(secret=Secret("not the secret at all"))
        with pytest.raises(Rejected, match="Signature"):
            await one.send(message(), Words(), WANG)
        await one.close()

    async def test_a_wrong_clock_is_told_and_can_be_mended(
        self, channel_under_test: Channel, vendor: Any
    ) -> None:
        vendor.now += timedelta(hours=1)
        with pytest.raises(RetryLater, match="clock of this box"):
            await channel_under_test.send(message(), Words(), WANG)


class AliyunContract(PhoneContract):
    @pytest.fixture
    async def vendor(self) -> AsyncIterator[FakeAliyun]:
        async with running(FakeAliyun()) as cloud:
            yield cloud

    @pytest.mark.parametrize(
        ("status", "code", "words", "kind", "after_s"),
        [
            (200, "isv.BUSINESS_LIMIT_CONTROL", "触发分钟级流控Permits:1", RetryLater, 60.0),
            (200, "isv.BUSINESS_LIMIT_CONTROL", "触发小时级流控Permits:5", RetryLater, 3600.0),
            (200, "isv.BUSINESS_LIMIT_CONTROL", "触发天级流控Permits:10", Rejected, None),
            (200, "isv.DAY_LIMIT_CONTROL", "已经达到您在控制台设置的短信日发送量限额值", Rejected, None),
            (200, "isv.AMOUNT_NOT_ENOUGH", "账户余额不足", Rejected, None),
            (200, "isv.OUT_OF_SERVICE", "业务停机", Rejected, None),
            (200, "isv.SMS_SIGNATURE_ILLEGAL", "签名不合法", Rejected, None),
            (200, "isp.SYSTEM_ERROR", "isp.SYSTEM_ERROR", Unknown, None),
            (500, "InternalError", "The request processing has failed", Unknown, None),
            (503, "ServiceUnavailable", "temporary failure of the server", Unknown, None),
            (400, "Throttling.User", "Request was denied due to user flow control.", RetryLater, 1.0),
            (403, "Forbidden.RAM", "User not authorized to operate", Rejected, None),
            (400, "InvalidAccessKeyId.NotFound", "Specified access key is not found.", Rejected, None),
        ],
    )
    async def test_codes_by_kind(
        self,
        channel_under_test: Channel,
        vendor: FakeAliyun,
        status: int,
        code: str,
        words: str,
        kind: type[Exception],
        after_s: float | None,
    ) -> None:
        vendor.forced = (status, code, words)
        with pytest.raises(kind, match=code) as refusal:
            await channel_under_test.send(message(), Words(), WANG)
        assert words[:150] in str(refusal.value)
        assert getattr(refusal.value, "after_s", None) == after_s


class TestSmsAliyun(AliyunContract):
    @pytest.fixture
    def make(self, vendor: FakeAliyun) -> Made:
        def made(
            port: int | None = None, allow_private: bool = True, secret: Secret | None = None
        ) -> SmsAliyun:
            settings = SmsAliyunSettings(
                access_key_id=vendor.KEY_ID,
                access_key_secret=secret or Secret(vendor.SECRET),
                sign_name="幸福里物业",
                template="SMS_154950909",
                endpoint=f"http://localhost:{port or vendor.port}",
                allow_private=allow_private,
            )
            return SmsAliyun(
                settings,
                using=loopback,
                timeout_s=PATIENCE_S,
                now=lambda: datetime(2026, 3, 4, 10, 15, tzinfo=UTC),
            )

        return made

    async def test_the_51st_of_a_day_is_final(self, channel_under_test: Channel, vendor: FakeAliyun) -> None:
        for n in range(50):
            await channel_under_test.send(message(f"m{n}"), Words(), WANG)
        with pytest.raises(Rejected, match=r"天级流控.*all it may get in a day"):
            await channel_under_test.send(message("m50"), Words(), WANG)
        assert len(vendor.texts) == 50

    async def test_whether_it_arrived_is_asked_later(
        self, channel_under_test: SmsAliyun, vendor: FakeAliyun
    ) -> None:
        receipt = await channel_under_test.send(message(), Words(), WANG)
        sent = Sent(reference=receipt.reference, address=WANG.address, at=vendor.now)
        assert await channel_under_test.ask(sent) is None
        assert "SendDate=20260304" in vendor.requests[-1].path
        vendor.states[receipt.reference] = {"SendStatus": 3, "ErrCode": "DELIVERED"}
        assert (await channel_under_test.ask(sent) or receipt).state == "delivered"
        vendor.states[receipt.reference] = {"SendStatus": 2, "ErrCode": "MK:0012"}
        with pytest.raises(Rejected, match="MK:0012"):
            await channel_under_test.ask(sent)
        vendor.mode = "html"
        with pytest.raises(RetryLater):
            await channel_under_test.ask(sent)


class TestVoice(AliyunContract):
    @pytest.fixture
    def make(self, vendor: FakeAliyun) -> Made:
        def made(port: int | None = None, allow_private: bool = True, secret: Secret | None = None) -> Voice:
            settings = VoiceSettings(
                access_key_id=vendor.KEY_ID,
                access_key_secret=secret or Secret(vendor.SECRET),
                template="TTS_10001",
                shown_number="057112345678",
                endpoint=f"http://localhost:{port or vendor.port}",
                allow_private=allow_private,
            )
            return Voice(
                settings,
                using=loopback,
                timeout_s=PATIENCE_S,
                now=lambda: datetime(2026, 3, 4, 10, 15, tzinfo=UTC),
            )

        return made

    async def test_the_second_call_in_a_minute_comes_later(
        self, channel_under_test: Channel, vendor: FakeAliyun
    ) -> None:
        await channel_under_test.send(message("a message id of more than fifteen"), Words(), WANG)
        with pytest.raises(RetryLater, match="分钟级流控") as refusal:
            await channel_under_test.send(message("m2"), Words(), WANG)
        assert refusal.value.after_s == 60
        assert "2+0+4" in vendor.requests[0].path or "2%200%204" in vendor.requests[0].path  # digit by digit

    async def test_whether_it_was_answered_is_asked_later(
        self, channel_under_test: Voice, vendor: FakeAliyun
    ) -> None:
        receipt = await channel_under_test.send(message(), Words(), WANG)
        sent = Sent(reference=receipt.reference, address=WANG.address, at=vendor.now)
        assert await channel_under_test.ask(sent) is None
        vendor.states[receipt.reference] = {"state": "200000", "stateDesc": "用户接听", "duration": 12}
        assert (await channel_under_test.ask(sent) or receipt).detail == "用户接听"
        vendor.states[receipt.reference] = {"state": "200011", "stateDesc": "用户拒接"}
        with pytest.raises(Rejected, match="用户拒接"):
            await channel_under_test.ask(sent)


class TestSmsTencent(PhoneContract):
    @pytest.fixture
    async def vendor(self) -> AsyncIterator[FakeTencent]:
        async with running(FakeTencent()) as cloud:
            yield cloud

    @pytest.fixture
    def make(self, vendor: FakeTencent) -> Made:
        def made(
            port: int | None = None, allow_private: bool = True, secret: Secret | None = None
        ) -> SmsTencent:
            settings = SmsTencentSettings(
                secret_id=vendor.ID,
                secret_key=secret or Secret(vendor.SECRET),
                app_id="1400006666",
                sign_name="幸福里物业",
                template="1110",
                endpoint=f"http://localhost:{port or vendor.port}",
                allow_private=allow_private,
            )
            return SmsTencent(
                settings,
                using=loopback,
                timeout_s=PATIENCE_S,
                now=lambda: datetime(2026, 3, 4, 10, 15, tzinfo=UTC),
            )

        return made

    async def test_the_second_in_thirty_seconds_comes_later(
        self, channel_under_test: Channel, vendor: FakeTencent
    ) -> None:
        await channel_under_test.send(message(), Words(), WANG)
        with pytest.raises(RetryLater, match="ThirtySecondLimit") as refusal:
            await channel_under_test.send(message("m2"), Words(), WANG)
        assert refusal.value.after_s == 30
        assert len(vendor.texts) == 1

    @pytest.mark.parametrize(
        ("code", "kind"),
        [
            ("LimitExceeded.PhoneNumberOneHourLimit", RetryLater),
            ("LimitExceeded.PhoneNumberDailyLimit", Rejected),
            ("LimitExceeded.DeliveryFrequencyLimit", RetryLater),
            ("FailedOperation.InsufficientBalanceInSmsPackage", Rejected),
            ("FailedOperation.TemplateIncorrectOrUnapproved", Rejected),
            ("FailedOperation.PhoneNumberInBlacklist", Rejected),
            ("InternalError.Timeout", Unknown),
            ("InternalError.OtherError", Unknown),
            ("InternalError", Unknown),
            ("RequestLimitExceeded", RetryLater),
            ("UnauthorizedOperation.SmsSdkAppIdVerifyFail", Rejected),
            ("AuthFailure.SecretIdNotFound", Rejected),
        ],
    )
    async def test_codes_by_kind(
        self, channel_under_test: Channel, vendor: FakeTencent, code: str, kind: type[Exception]
    ) -> None:
        vendor.forced = (200, code, "in the vendor's words")
        with pytest.raises(kind, match=f"{code}: in the vendor's words"):
            await channel_under_test.send(message(), Words(), WANG)
        assert vendor.texts == []

    async def test_whether_it_arrived_is_asked_later(
        self, channel_under_test: SmsTencent, vendor: FakeTencent
    ) -> None:
        receipt = await channel_under_test.send(message(), Words(), WANG)
        sent = Sent(reference=receipt.reference, address=WANG.address, at=vendor.now)
        assert await channel_under_test.ask(sent) is None
        vendor.states["another"] = {"ReportStatus": "SUCCESS", "Description": "DELIVRD"}
        assert await channel_under_test.ask(sent) is None
        vendor.states[receipt.reference] = {"ReportStatus": "SUCCESS", "Description": "DELIVRD"}
        assert (await channel_under_test.ask(sent) or receipt).state == "delivered"
        vendor.states[receipt.reference] = {"ReportStatus": "FAIL", "Description": "MK:0001"}
        with pytest.raises(Rejected, match="MK:0001"):
            await channel_under_test.ask(sent)


def test_the_signature_of_aliyun_is_that_of_its_published_example() -> None:
    headers = aliyun.signed_headers(
        key_id="YourAccessKeyId",
        key="YourAccessKeySecret",
        host="ecs.cn-shanghai.aliyuncs.com",
        action="RunInstances",
        version="2014-05-26",
        query=aliyun.canonical_query(
            {"RegionId": "cn-shanghai", "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"}
        ),
        at=datetime(2023, 10, 26, 10, 22, 32, tzinfo=UTC),
        nonce="3156853299f313e23d1673dc12e1703d",
    )
    assert headers["authorization"].endswith(
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


def test_the_signature_of_tencent_is_that_of_its_published_example() -> None:
    """The published example has asterisks where the keys stood, and was computed with them."""
    made = tencent.authorization(
        secret_id="AKID" + "*" * 32,
        secret_key="*" * 32,
        service="cvm",
        host="cvm.tencentcloudapi.com",
        action="DescribeInstances",
        body=rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}',
        timestamp=1551113065,
    )
    assert made.endswith("Signature=10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f")


def test_settings_say_everything_that_is_wrong_and_no_secret() -> None:
    sms = SmsAliyunSettings(
        access_key_id=" ",
        access_key_secret=Secret("topsecret"),
        sign_name="",
        template="12",
        endpoint="http://x",
    )
    assert [field for field, _ in sms.problems()] == ["endpoint", "access_key_id", "template", "sign_name"]
    tx = SmsTencentSettings(
        secret_id="", secret_key=Secret("topsecret"), app_id="x", sign_name=" ", template="SMS_1"
    )
    assert [field for field, _ in tx.problems()] == ["secret_id", "app_id", "template", "sign_name"]
    call = VoiceSettings(
        access_key_id="k", access_key_secret=Secret("topsecret"), template="SMS_1", play_times=4
    )
    assert [field for field, _ in call.problems()] == ["template", "play_times"]
    assert "topsecret" not in repr([sms, tx, call])


def test_reports_of_calls_are_read_whatever_else_is_in_them() -> None:
    body = b'[{"call_id":"1^2","out_id":"m1","status_code":"200000","status_msg":"ok","dtmf":"1"},{"x":1},3,{"call_id":"2^2","status_code":"200011","dtmf":"1"}]'
    first, second = read_reports(body)
    assert (first.call, first.message, first.takes) == ("1^2", "m1", True)
    assert (second.answered, second.takes) == (False, False)
    assert read_reports(b'{"call_id":"3","status_code":200000}')[0].answered
    for bad in (b"<html>", b"\xff", b"[" * 100_000):
        with pytest.raises(Rejected):
            read_reports(bad)
