"""The contract of every channel: a success is a Receipt, each failure is RetryLater, Rejected or Unknown.

A test module derives a class named `Test…` from `ChannelContract`, or from `OutsideContract` when the channel speaks
to a server outside, and gives it fixtures: `channel_under_test`, whose receiver is there and says yes, and for
outside channels also `vendor`, its server (`tests/fakes`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Protocol

import pytest

from gateway.errors import GatewayError, Rejected, RetryLater, Unknown
from gateway.notify.channel import CHANNELS, Channel, Destination, Limits, Receipt, kept_inside
from gateway.response.model import Message
from tests.fakes.web import Request, Web, running

NOW = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)
NAME, PHONE, ROOM = "王强", "13800000000", "1-2-301"


@dataclass(frozen=True)
class Words:
    """A rendered message."""

    title: str = "1 号门被强行打开"
    text: str = "幸福里 1 号门,10:15"


PATIENCE_S = 3.0  # more than an answer takes on a busy machine; the tests of a silent server wait it out


def message(key: str = "m1", **changes: object) -> Message:
    """Return a message as the transaction wrote it, with `changes`."""
    values: dict[str, object] = {
        "id": key,
        "incident": "sc-20260304-001",
        "alert": None,
        "channel": "lan",
        "recipient": "wang",
        "template": "dispatched",
        "params": {"name": NAME, "phone": PHONE, "room": ROOM, "photo": "9f86d081884c", "code": "204617"},
        "level": "L1",
        "created_at": NOW,
        "not_after": NOW + timedelta(minutes=10),
    }
    return Message(**(values | changes))  # type: ignore[arg-type]  # the fields are named by the test


class ChannelContract:
    """Derive and give a fixture `channel_under_test` whose receiver is there and says yes."""

    LINK: ClassVar[str] = ""

    def to(self, number: int = 0) -> Destination:
        """Return somebody whom the channel reaches; another one for each number, where that makes a difference."""
        return Destination(recipient="wang")

    async def test_a_delivery_gives_a_receipt(self, channel_under_test: Channel) -> None:
        receipt = await channel_under_test.send(message(), Words(), self.to())
        assert isinstance(receipt, Receipt)
        assert receipt.state in {"sent", "delivered"}

    async def test_the_same_message_may_be_sent_twice_if_it_says_so(
        self, channel_under_test: Channel
    ) -> None:
        first = await channel_under_test.send(message(), Words(), self.to())
        if channel_under_test.repeatable:
            again = await channel_under_test.send(message(), Words(), self.to())
            assert again.state == first.state

    async def test_many_at_once_are_each_answered(self, channel_under_test: Channel) -> None:
        sends = [channel_under_test.send(message(f"m{n}"), Words(), self.to(n)) for n in range(20)]
        assert len(await asyncio.gather(*sends)) == 20

    def test_it_is_registered_and_says_what_it_is(self, channel_under_test: Channel) -> None:
        kind = type(channel_under_test)
        assert CHANNELS[channel_under_test.kind] is kind
        assert channel_under_test.reach in {"box", "site", "outside"}
        assert channel_under_test.at_once > 0
        assert channel_under_test.timeout_s > 0
        assert isinstance(channel_under_test.limits, Limits)
        assert isinstance(kind.for_groups, bool)
        assert callable(kind.build)
        assert hasattr(kind.Settings, "problems")

    def test_a_demo_stays_on_the_box_and_a_drill_on_the_site(self, channel_under_test: Channel) -> None:
        reach = channel_under_test.reach
        assert (kept_inside(channel_under_test, demo=True, drill=False) is None) == (reach == "box")
        assert (kept_inside(channel_under_test, demo=False, drill=True) is None) == (reach != "outside")
        assert kept_inside(channel_under_test, demo=False, drill=False) is None

    @pytest.mark.parametrize(
        "words",
        [
            Words(title="", text=""),
            Words(title="🧯" * 3000, text="👨‍👩‍👧‍👦é́" * 3000),
            Words(title="a\0b\x1b[31m\u2028c\u202ed", text="\r\n.\r\nQUIT\r\n"),
            Words(title="half \ud83d of a character", text="\udcff"),
        ],
    )
    async def test_any_words_can_be_sent(self, channel_under_test: Channel, words: Words) -> None:
        receipt = await channel_under_test.send(message(), words, self.to())
        assert receipt.state in {"sent", "delivered"}


class Vendor(Protocol):
    """What the contract needs of a fake server."""

    mode: str
    echo: bool
    requests: list[Request]
    connections: int
    texts: list[str]

    @property
    def secrets(self) -> tuple[str, ...]: ...


Make = Callable[..., Channel]


class OutsideContract(ChannelContract):
    """Derive and give `vendor`, and `make(**settings)`, which builds the channel for it; both fixtures.

    `TAKES_ANY_200`: a 2xx without a JSON object is a delivery (webhook). `WORDS`: it carries the message's words.
    """

    TAKES_ANY_200: ClassVar[bool] = False
    WORDS: ClassVar[bool] = True

    @pytest.fixture
    async def channel_under_test(self, make: Callable[..., Any]) -> AsyncIterator[Any]:
        one = make()
        yield one
        await one.close()

    def doubtful(self, channel: Channel) -> type[GatewayError]:
        """Return what must be raised when nobody knows whether the message arrived."""
        return RetryLater if channel.repeatable else Unknown

    @pytest.mark.parametrize("mode", ["silence", "reset", "half", "wrong encoding"])
    async def test_no_whole_answer_is_repeated_only_where_that_is_right(
        self, channel_under_test: Channel, vendor: Vendor, mode: str
    ) -> None:
        vendor.mode = mode
        with pytest.raises(self.doubtful(channel_under_test)):
            await channel_under_test.send(message(), Words(), self.to())
        assert len(vendor.requests) == 1  # the channel itself never tries twice

    @pytest.mark.parametrize("mode", ["html", "empty", "charset", "huge", "deep", "list", "no code"])
    async def test_a_200_that_is_not_the_vendors_answer_is_no_delivery(
        self, channel_under_test: Channel, vendor: Vendor, mode: str
    ) -> None:
        vendor.mode = mode
        send = channel_under_test.send(message(), Words(), self.to())
        if self.TAKES_ANY_200:
            assert (await send).state == "delivered"
            return
        with pytest.raises(self.doubtful(channel_under_test)) as refusal:
            await send
        assert len(str(refusal.value)) < 600

    async def test_a_server_in_between_that_fails_leaves_the_fate_open(
        self, channel_under_test: Channel, vendor: Vendor
    ) -> None:
        vendor.mode = "bad gateway"
        with pytest.raises(self.doubtful(channel_under_test), match="502"):
            await channel_under_test.send(message(), Words(), self.to())

    async def test_a_busy_server_is_asked_again_when_it_says(
        self, channel_under_test: Channel, vendor: Vendor
    ) -> None:
        vendor.mode = "busy"
        with pytest.raises(RetryLater) as refusal:
            await channel_under_test.send(message(), Words(), self.to())
        assert refusal.value.after_s == 7.0

    async def test_a_redirect_is_not_followed(self, channel_under_test: Channel, vendor: Vendor) -> None:
        vendor.mode = "redirect"
        with pytest.raises(Rejected, match="redirect"):
            await channel_under_test.send(message(), Words(), self.to())
        assert len(vendor.requests) == 1

    async def test_nobody_there_is_always_asked_again(self, make: Make) -> None:
        with pytest.raises(RetryLater):
            await make(port=1).send(message(), Words(), self.to())

    async def test_a_private_address_is_refused_before_a_connection(self, make: Make, vendor: Vendor) -> None:
        with pytest.raises(Rejected, match="private address"):
            await make(allow_private=False).send(message(), Words(), self.to())
        assert vendor.connections == 0

    @pytest.mark.parametrize("mode", ["answer", "silence", "reset", "html", "bad gateway", "half"])
    async def test_no_secret_stands_in_an_error(
        self, channel_under_test: Channel, vendor: Vendor, mode: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        if mode == "html" and self.TAKES_ANY_200:
            return
        vendor.mode, vendor.echo = mode, True
        assert vendor.secrets
        with caplog.at_level("DEBUG"), pytest.raises(GatewayError) as refusal:
            await channel_under_test.send(message(), Words(), self.to())
        said = [
            str(refusal.value),
            repr(refusal.value),
            repr(refusal.value.__cause__),
            repr(channel_under_test),
        ]
        for secret in vendor.secrets:
            assert not [text for text in [*said, caplog.text] if secret in text]

    async def test_an_error_in_a_200_is_no_delivery(
        self, channel_under_test: Channel, vendor: Vendor
    ) -> None:
        vendor.echo = True
        with pytest.raises(Rejected):
            await channel_under_test.send(message(), Words(), self.to())

    async def test_words_arrive_whole_or_cut_between_characters(
        self, channel_under_test: Channel, vendor: Vendor
    ) -> None:
        if not self.WORDS:
            return
        await channel_under_test.send(message(), Words(), self.to())
        assert Words.title in vendor.texts[-1]
        assert Words.text in vendor.texts[-1]
        assert self.LINK in vendor.texts[-1]
        await channel_under_test.send(message("m2"), Words(text="🧯长" * 9000), self.to())
        long = vendor.texts[-1]
        most = channel_under_test.limits.text_bytes
        assert most is None or len(long.encode()) <= most + len(Words.title.encode()) + len(self.LINK) + 8
        assert "�" not in long
        assert "…" in long
        assert self.LINK in long

    async def test_a_title_stays_a_title(self, channel_under_test: Channel, vendor: Vendor) -> None:
        if not self.WORDS:
            return
        evil = '门\r\nBcc: all@x\n\n# <@all> <at user_id="all">x</at> [点](http://evil.example)\u2029y\u202e'
        await channel_under_test.send(message(), Words(title=evil), self.to())
        first, *rest = vendor.texts[-1].splitlines()
        assert first.endswith("y")  # all of it is on the first line
        assert Words.text in "".join(rest)

    async def test_a_drill_says_so_once(self, channel_under_test: Channel, vendor: Vendor) -> None:
        if not self.WORDS:
            return
        for title in ("火警", "【演练】火警"):
            await channel_under_test.send(message(drill=True), Words(title=title), self.to())
            assert vendor.texts[-1].count("【演练】") == 1

    async def test_the_facts_of_a_message_stay_here(
        self, channel_under_test: Channel, vendor: Vendor
    ) -> None:
        await channel_under_test.send(message(), Words(), self.to())
        sent = "".join(r.path + r.body.decode() for r in vendor.requests)
        for fact in (NAME, ROOM, "9f86d081884c"):
            assert fact not in sent
            assert fact.encode("unicode_escape").decode() not in sent
        if not self.WORDS:
            assert Words.title not in sent
            assert "http" not in sent

    async def test_a_group_gets_nothing_that_is_meant_for_somebody(
        self, channel_under_test: Channel, vendor: Vendor
    ) -> None:
        if not type(channel_under_test).for_groups:
            return
        for recipient in ("wang", "site"):
            with pytest.raises(Rejected, match="group"):
                await channel_under_test.send(message(), Words(), Destination(recipient=recipient))
        assert vendor.requests == []


@dataclass
class Receiver(Web):
    """A web server that answers what a test says."""

    status: str = "200 OK"
    headers: Any = None
    body: bytes = b"{}"

    def says(self, status: str, body: bytes = b"", **headers: str) -> None:
        """Answer from now on with this status line, body and headers (underscores become hyphens)."""
        self.status, self.body = status, body
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    def reply(self, request: Request) -> tuple[str, dict[str, str], bytes]:
        return self.status, self.headers or {}, self.body


@asynccontextmanager
async def receiver() -> AsyncIterator[Receiver]:
    """Run a receiver on a free port of 127.0.0.1."""
    async with running(Receiver()) as one:
        yield one
