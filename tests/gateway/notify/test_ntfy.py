"""ntfy against a server that answers as the real one does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from gateway.errors import Rejected, RetryLater
from gateway.notify.channel import Channel, Destination
from gateway.notify.ntfy import Ntfy, NtfySettings
from gateway.notify.secret import Secret
from tests.contracts.channel import PATIENCE_S, OutsideContract, Vendor, Words, message
from tests.fakes.ntfy import FakeNtfy
from tests.fakes.web import running

WANG = Destination(recipient="wang", address="wang-phone", link="https://gw.example/m")


async def loopback(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


class TestNtfy(OutsideContract):
    def to(self, number: int = 0) -> Destination:
        return WANG

    @pytest.fixture
    async def vendor(self) -> AsyncIterator[FakeNtfy]:
        async with running(FakeNtfy()) as one:
            yield one

    @pytest.fixture
    def make(self, vendor: FakeNtfy) -> Callable[..., Ntfy]:
        def made(port: int | None = None, allow_private: bool = True, token: str = FakeNtfy.TOKEN) -> Ntfy:
            settings = NtfySettings(
                url=f"http://localhost:{port or vendor.port}",
                topic=Secret(vendor.TOPIC),
                token=Secret(token),
                allow_private=allow_private,
            )
            return Ntfy(settings, using=loopback, timeout_s=PATIENCE_S)

        return made

    async def test_level_and_link_go_along(self, channel_under_test: Channel, vendor: FakeNtfy) -> None:
        for level, priority in (("L1", 5), ("L4", 2)):
            await channel_under_test.send(message(level=level), Words(), WANG)
            assert vendor.messages[-1]["priority"] == priority
        assert vendor.messages[-1]["click"] == WANG.link
        assert vendor.messages[-1]["topic"] == "wang-phone"

    async def test_who_has_no_topic_reads_the_channels(
        self, channel_under_test: Channel, vendor: FakeNtfy
    ) -> None:
        await channel_under_test.send(message(), Words(), Destination(recipient="group"))
        assert vendor.messages[-1]["topic"] == vendor.TOPIC

    async def test_a_topic_cannot_be_a_path(self, channel_under_test: Channel, vendor: Vendor) -> None:
        with pytest.raises(Rejected, match="has no topic"):
            await channel_under_test.send(message(), Words(), Destination(recipient="x", address="a/../b"))
        assert vendor.requests == []

    async def test_a_wrong_token_is_final(self, make: Callable[..., Ntfy]) -> None:
        one = make(token="tk_wrong_token")
        with pytest.raises(Rejected, match="401"):
            await one.send(message(), Words(), WANG)
        await one.close()

    @pytest.mark.parametrize(
        ("status", "code", "words", "kind"),
        [
            (429, 42901, "limit reached: too many requests, please be nice", RetryLater),
            (403, 40301, "forbidden", Rejected),
            (413, 41303, "message body too large", Rejected),
            (
                507,
                50701,
                "cannot publish to UnifiedPush topic without previously active subscriber",
                RetryLater,
            ),
        ],
    )
    async def test_codes_by_kind(
        self,
        channel_under_test: Channel,
        vendor: FakeNtfy,
        status: int,
        code: int,
        words: str,
        kind: type[Exception],
    ) -> None:
        vendor.forced = (status, code, words)
        with pytest.raises(kind, match=words):
            await channel_under_test.send(message(), Words(), WANG)


def test_settings_say_everything() -> None:
    bad = NtfySettings(url="http://ntfy.example", topic=Secret("a b/c"))
    assert [field for field, _ in bad.problems()] == ["url", "topic_file"]
    assert "a b/c" not in str(bad.problems())
