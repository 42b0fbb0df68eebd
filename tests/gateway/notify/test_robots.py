"""The robots of chat groups against servers that check what the vendors check."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from gateway.errors import Rejected, RetryLater
from gateway.notify import dingtalk, feishu
from gateway.notify.channel import Channel, Destination
from gateway.notify.dingtalk import Dingtalk, DingtalkSettings
from gateway.notify.feishu import Feishu, FeishuSettings
from gateway.notify.secret import Secret
from gateway.notify.wecom import Wecom, WecomSettings
from tests.contracts.channel import PATIENCE_S, OutsideContract, Words, message
from tests.fakes.robots import FakeDingtalk, FakeFeishu, FakeWecom
from tests.fakes.web import running

LINK = "https://gw.example/m"
GROUP = Destination(recipient="group", link=LINK)
Made = Callable[..., Channel]


async def loopback(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


def address(robot: Any, port: int | None) -> Secret:
    return Secret(robot.url if port is None else robot.url.replace(f":{robot.port}", f":{port}"))


class RobotContract(OutsideContract):
    LINK = LINK

    def to(self, number: int = 0) -> Destination:
        return GROUP


class TestWecom(RobotContract):
    @pytest.fixture
    async def vendor(self) -> AsyncIterator[FakeWecom]:
        async with running(FakeWecom()) as robot:
            yield robot

    @pytest.fixture
    def make(self, vendor: FakeWecom) -> Made:
        def made(port: int | None = None, allow_private: bool = True, **more: Any) -> Wecom:
            settings = WecomSettings(webhook=address(vendor, port), allow_private=allow_private, **more)
            return Wecom(settings, using=loopback, timeout_s=PATIENCE_S)

        return made

    async def test_the_21st_in_a_minute_comes_later(
        self, channel_under_test: Channel, vendor: FakeWecom
    ) -> None:
        for n in range(20):
            await channel_under_test.send(message(f"m{n}"), Words(), GROUP)
        with pytest.raises(RetryLater, match="45009") as refusal:
            await channel_under_test.send(message("m20"), Words(), GROUP)
        assert refusal.value.after_s == 60
        vendor.now += 60
        await channel_under_test.send(message("m20"), Words(), GROUP)
        assert len(vendor.texts) == 21

    async def test_markdown_formats_our_title_and_nothing_of_theirs(
        self, make: Made, vendor: FakeWecom
    ) -> None:
        words = Words(title="门 **x** <@all> [点](http://evil.example)", text="> 引 `x` # y" + "长🧯" * 3000)
        one: Any = make(format="markdown")
        await one.send(message(), words, GROUP)
        await one.close()
        (text,) = vendor.texts
        assert text.count("**") == 2
        assert not set(text.replace(f"[打开]({LINK})", "")) & set("<>[]`#")
        assert text.endswith(f"…\n[打开]({LINK})")
        assert 4080 < len(text.encode()) <= 4096

    async def test_a_robot_that_is_gone_is_final_and_says_what_to_do(
        self, channel_under_test: Channel, vendor: FakeWecom
    ) -> None:
        vendor.forced = (93000, "invalid webhook url")
        with pytest.raises(Rejected, match="93000 invalid webhook url; the robot is gone"):
            await channel_under_test.send(message(), Words(), GROUP)

    async def test_text_fills_the_limit_and_keeps_the_link(
        self, channel_under_test: Channel, vendor: FakeWecom
    ) -> None:
        await channel_under_test.send(message(), Words(text="长" * 3000), GROUP)
        assert 2040 < len(vendor.texts[-1].encode()) <= 2048
        assert vendor.texts[-1].endswith(f"…\n{LINK}")


class TestDingtalk(RobotContract):
    @pytest.fixture
    async def vendor(self) -> AsyncIterator[FakeDingtalk]:
        async with running(FakeDingtalk()) as robot:
            yield robot

    @pytest.fixture
    def make(self, vendor: FakeDingtalk) -> Made:
        def made(port: int | None = None, allow_private: bool = True, **more: Any) -> Dingtalk:
            values: dict[str, Any] = {"secret": Secret(vendor.SECRET), **more}
            settings = DingtalkSettings(webhook=address(vendor, port), allow_private=allow_private, **values)
            return Dingtalk(settings, using=loopback, timeout_s=PATIENCE_S, clock=lambda: vendor.now)

        return made

    async def test_every_signature_arrives_encoded_once(
        self, channel_under_test: Channel, vendor: FakeDingtalk
    ) -> None:
        signs = set()
        for n in range(60):  # enough for signatures with + and / in them
            vendor.now += 61.003
            await channel_under_test.send(message(f"m{n}"), Words(), GROUP)
            signs.add(vendor.requests[-1].path.partition("&sign=")[2])
        assert len(signs) == 60
        assert not any("%25" in sign for sign in signs)
        assert any("%2B" in sign for sign in signs)

    async def test_too_fast_blocks_ten_minutes_and_nothing_is_tried_meanwhile(
        self, channel_under_test: Channel, vendor: FakeDingtalk
    ) -> None:
        for n in range(20):
            await channel_under_test.send(message(f"m{n}"), Words(), GROUP)
        for _ in range(3):
            with pytest.raises(RetryLater, match="130101") as refusal:
                await channel_under_test.send(message("m20"), Words(), GROUP)
        assert refusal.value.after_s == 600
        assert len(vendor.requests) == 21
        vendor.now += 599
        with pytest.raises(RetryLater) as refusal:
            await channel_under_test.send(message("m20"), Words(), GROUP)
        assert refusal.value.after_s == pytest.approx(1)
        vendor.now += 1
        await channel_under_test.send(message("m20"), Words(), GROUP)
        assert len(vendor.texts) == 21

    async def test_a_wrong_secret_or_clock_is_final_and_says_so(
        self, make: Made, vendor: FakeDingtalk
    ) -> None:
        one: Any = make(secret=Secret("SECwrong"))
        with pytest.raises(Rejected, match=r"310000 sign not match.*clock of this box"):
            await one.send(message(), Words(), GROUP)
        await one.close()

    async def test_the_keyword_is_put_first_where_it_is_missing(
        self, make: Made, vendor: FakeDingtalk
    ) -> None:
        vendor.keyword, vendor.signs = "小区", False
        one: Any = make(keyword="小区", secret=None)
        await one.send(message(), Words(), GROUP)
        await one.send(message("m2"), Words(title="本小区"), GROUP)
        without: Any = make(secret=None)
        with pytest.raises(Rejected, match="keywords not in content"):
            await without.send(message("m3"), Words(), GROUP)
        await one.close()
        await without.close()
        assert [text.splitlines()[0] for text in vendor.texts] == ["小区 1 号门被强行打开", "本小区"]

    @pytest.mark.parametrize(
        ("code", "words", "kind"),
        [
            (460101, "message too long, exceed 20000 bytes", Rejected),
            (300001, "token is not exist", Rejected),
            (400102, "机器人已停用", Rejected),
            (90030, "webhook over limit", Rejected),
            (430104, "inappropriate text", Rejected),
            (-1, "系统繁忙", RetryLater),
            (90018, "too fast", RetryLater),
        ],
    )
    async def test_codes_by_kind(
        self, channel_under_test: Channel, vendor: FakeDingtalk, code: int, words: str, kind: type[Exception]
    ) -> None:
        vendor.forced = (code, words)
        with pytest.raises(kind, match=words):
            await channel_under_test.send(message(), Words(), GROUP)


class TestFeishu(RobotContract):
    @pytest.fixture
    async def vendor(self) -> AsyncIterator[FakeFeishu]:
        async with running(FakeFeishu()) as robot:
            yield robot

    @pytest.fixture
    def make(self, vendor: FakeFeishu) -> Made:
        def made(port: int | None = None, allow_private: bool = True, **more: Any) -> Feishu:
            values: dict[str, Any] = {"secret": Secret(vendor.SECRET), **more}
            settings = FeishuSettings(webhook=address(vendor, port), allow_private=allow_private, **values)
            return Feishu(settings, using=loopback, timeout_s=PATIENCE_S, clock=lambda: vendor.now)

        return made

    async def test_the_101st_in_a_minute_comes_later(
        self, channel_under_test: Channel, vendor: FakeFeishu
    ) -> None:
        for n in range(100):
            await channel_under_test.send(message(f"m{n}"), Words(), GROUP)
        with pytest.raises(RetryLater, match="11232") as refusal:
            await channel_under_test.send(message("m100"), Words(), GROUP)
        assert refusal.value.after_s == 60

    async def test_a_clock_that_is_an_hour_off_is_told(self, vendor: FakeFeishu) -> None:
        settings = FeishuSettings(
            webhook=address(vendor, None), allow_private=True, secret=Secret(vendor.SECRET)
        )
        one = Feishu(settings, using=loopback, clock=lambda: vendor.now - 3601)
        with pytest.raises(Rejected, match=r"19021.*clock of this box"):
            await one.send(message(), Words(), GROUP)
        await one.close()

    async def test_the_keyword_is_put_first(self, make: Made, vendor: FakeFeishu) -> None:
        vendor.keyword = "小区"
        one: Any = make()
        with pytest.raises(Rejected, match="19024 Key Words Not Found; the robot wants a keyword"):
            await one.send(message(), Words(), GROUP)
        await one.close()
        other: Any = make(keyword="小区")
        await other.send(message(), Words(), GROUP)
        await other.close()

    @pytest.mark.parametrize(
        ("code", "words", "kind"),
        [
            (9499, "Bad Request", Rejected),
            (9499, "too many request", RetryLater),
            (99991400, "request trigger frequency limit", RetryLater),
            (19001, "param invalid: incoming webhook access token invalid", Rejected),
            (19022, "Ip Not Allowed", Rejected),
        ],
    )
    async def test_codes_by_kind(
        self, channel_under_test: Channel, vendor: FakeFeishu, code: int, words: str, kind: type[Exception]
    ) -> None:
        vendor.forced = (code, words)
        with pytest.raises(kind, match=words):
            await channel_under_test.send(message(), Words(), GROUP)


def test_the_two_signatures_are_different_on_purpose() -> None:
    secret = "SECabc"
    ding = base64.b64encode(
        hmac.new(secret.encode(), b"1577808000000\nSECabc", hashlib.sha256).digest()
    ).decode()
    fei = base64.b64encode(hmac.new(b"1577808000\nSECabc", b"", hashlib.sha256).digest()).decode()
    assert dingtalk.sign(secret, 1577808000000) == ding
    assert feishu.sign(secret, 1577808000) == fei
    assert ding != fei


def test_an_address_is_never_shown() -> None:
    for settings in (
        WecomSettings(webhook=Secret("http://user:pw@qyapi.example/send?key=topsecret")),
        DingtalkSettings(webhook=Secret("ftp://x/robot/send?access_token=topsecret"), keyword="长" * 11),
        FeishuSettings(webhook=Secret("https:///hook/topsecret"), secret=Secret("topsecret")),
    ):
        problems = settings.problems()
        assert problems
        assert "topsecret" not in repr(settings) + str(problems)
