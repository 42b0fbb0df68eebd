"""Channels by the API: how they fare, and a test through each of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

import pytest

from gateway.access import Access
from gateway.channel_board import ChannelBoard
from gateway.channel_tries import TEST_CODE, TITLE, tried
from gateway.clock import to_us
from gateway.errors import GatewayError, Rejected, RetryLater, Unknown
from gateway.notify.channel import NO_LIMITS, Destination, Limits, Reach, Receipt, Wording
from gateway.response.model import Message, Person
from gateway.store.outbox import Outcome
from gateway.store.read_channels import how_it_fares
from gateway.store.tables import outbox
from tests.contracts.channel import message
from tests.gateway.api.house import START, House, house

DAVID = Person(id="zhou", name="周管", roles=("administrator",), contacts={"sms_aliyun": "13812341234"})


class Said:
    """A channel that answers as a test says and keeps what it was given."""

    kind = "sms_aliyun"
    reach: ClassVar[Reach] = "outside"
    repeatable: ClassVar[bool] = False
    timeout_s: ClassVar[float] = 5.0
    at_once: ClassVar[int] = 1
    limits: ClassVar[Limits] = Limits(per_day=50)
    for_groups: ClassVar[bool] = False
    Settings: ClassVar[Any] = None

    def __init__(self, answer: Receipt | Exception | None = None) -> None:
        self.answer = answer or Receipt(detail="OK", reference="b1")
        self.sent: list[tuple[Message, Wording, Destination]] = []

    @classmethod
    def build(cls, settings: Any, *, around: Any) -> Said:
        return cls()

    async def send(self, message: Message, wording: Wording, destination: Destination) -> Receipt:
        self.sent.append((message, wording, destination))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Group(Said):
    kind = "wecom"
    for_groups: ClassVar[bool] = True
    limits: ClassVar[Limits] = NO_LIMITS


def give(it: House, **channels: Any) -> None:
    """Put channels on the board of a house."""
    it.services.board.channels.update(channels)


async def test_a_test_is_a_real_marked_message_and_leaves_an_audit_row(tmp_path):
    async with house(tmp_path) as it:
        text, chat = Said(), Group()
        give(it, text=text, chat=chat)
        answer = await it.browser("zhou").post("/api/channels/chat/test")
        assert answer.status_code == 200, answer.text
        assert answer.json()["state"] == "sent"
        assert (answer.json()["detail"], answer.json()["reference"]) == ("OK", "b1")
        ((sent, words, to),) = chat.sent
        assert words.title == TITLE
        assert TITLE.startswith("【测试】")
        assert to.recipient == "group"
        assert (sent.incident, sent.level, sent.params) == (None, "L4", {"code": TEST_CODE})
        assert [row for row in it.audit() if row[1] == "channel.test"] == [("zhou", "channel.test", "chat")]
        assert text.sent == []


@pytest.mark.parametrize(
    ("answer", "state", "after_s"),
    [
        (RetryLater("130101 send too fast", after_s=600), "later", 600.0),
        (Rejected("310000 sign not match"), "rejected", None),
        (Unknown("no answer"), "unknown", None),
        (Receipt(state="delivered", detail="DELIVERED"), "delivered", None),
    ],
)
async def test_the_vendors_own_words_come_back(tmp_path, answer, state, after_s):
    async with house(tmp_path) as it:
        give(it, text=Said(answer))
        said = (await it.browser("zhou").post("/api/channels/text/test")).json()
        assert said["state"] == state
        assert said["after_s"] == after_s
        assert said["detail"] == (str(answer) if isinstance(answer, GatewayError) else answer.detail)
        assert said["text"]["zh"]


async def test_one_test_in_half_a_minute(tmp_path):
    async with house(tmp_path) as it:
        text = Said()
        give(it, text=text)
        browser = it.browser("zhou")
        await browser.post("/api/channels/text/test")
        it.ticker.advance(seconds=29)
        soon = await browser.post("/api/channels/text/test")
        assert (soon.status_code, soon.json()["code"]) == (429, "too_many")
        it.ticker.advance(seconds=1)
        assert (await browser.post("/api/channels/text/test")).status_code == 200
        assert len(text.sent) == 2
        assert (await browser.post("/api/channels/nothing/test")).status_code == 404


async def test_a_demo_tests_nothing_outside_its_box():
    text = Said()
    became = await tried(text, "text", now=START, to=Destination(recipient="zhou"), demo=True)
    assert became.state == "rejected"
    assert "demo site" in became.detail
    assert text.sent == []


async def test_a_channel_that_hangs_is_given_up():
    class Hangs(Said):
        timeout_s: ClassVar[float] = 0.01

        async def send(self, message: Message, wording: Wording, destination: Destination) -> Receipt:
            import asyncio

            await asyncio.Event().wait()
            raise AssertionError

    became = await tried(Hangs(), "text", now=START, to=Destination(recipient="zhou"), demo=False)
    assert (became.state, became.detail) == ("unknown", "no answer within 0.01 s")


async def test_a_fault_in_the_channel_is_an_answer_too():
    class Faulty(Said):
        async def send(self, message: Message, wording: Wording, destination: Destination) -> Receipt:
            raise KeyError("13812341234")

    became = await tried(Faulty(), "text", now=START, to=Destination(recipient="zhou"), demo=False)
    assert (became.state, became.detail) == ("rejected", "fault in the channel: KeyError")


async def test_a_personal_test_goes_to_my_own_contact(tmp_path):
    async with house(tmp_path) as it:
        text = Said()
        access = Access(store=it.store, writer=it.writer, now=it.clock.now)
        board = ChannelBoard(access, channels={"text": text}, public_url="https://gw.example/")
        await board.test("text", by=DAVID)
        ((_, _, to),) = text.sent
        assert (to.recipient, to.address, to.link) == ("zhou", "13812341234", "https://gw.example/m")


async def test_how_a_channel_fares_is_told_in_words(tmp_path):
    async with house(tmp_path) as it:
        give(it, text=Said(), chat=Group())
        rows = [
            row("m1", "sent", at=1, detail="OK"),
            row("m2", "failed", at=2, detail="isv.AMOUNT_NOT_ENOUGH: 账户余额不足"),
            row("m3", "failed", at=1, detail="older"),
            row("m4", "pending", at=None, detail=""),
        ]
        it.write(lambda connection: connection.execute(outbox.insert(), rows))
        found = (await it.browser("shen").get("/api/channels")).json()["items"]
        text = next(each for each in found if each["name"] == "text")
        assert text["waiting"] == 1
        assert text["last_success"] is not None
        assert text["last_failure"]["detail"] == "isv.AMOUNT_NOT_ENOUGH: 账户余额不足"
        assert text["last_failure"]["state"] == "failed"
        assert text["limits"]["per_day"] == 50
        chat = next(each for each in found if each["name"] == "chat")
        assert (chat["last_success"], chat["last_failure"], chat["for_groups"]) == (None, None, True)


async def test_what_is_tried_again_is_the_newest_trouble(tmp_path):
    async with house(tmp_path) as it:
        rows = [row("m2", "failed", at=2, detail="old"), row("m4", "pending", at=3, detail="429", attempts=2)]
        it.write(lambda connection: connection.execute(outbox.insert(), rows))
        with it.store.read() as connection:
            trouble = how_it_fares(connection, "text").last_failure
        assert trouble is not None
        assert (trouble.state, trouble.detail) == ("pending", "429")


def row(key: str, state: str, *, at: int | None, detail: str, attempts: int = 1) -> dict[str, Any]:
    import msgspec

    when = None if at is None else START + timedelta(minutes=at)
    receipt = (
        None
        if when is None
        else msgspec.json.encode({"at": when, "detail": detail, "reference": ""}).decode()
    )
    told = message(key, channel="text", recipient="zhou")
    return {
        "id": key,
        "channel": "text",
        "recipient": "zhou",
        "level": "L1",
        "state": state,
        "order": int(key[1:]),
        "due_us": to_us(START + timedelta(days=1)),
        "not_after_us": to_us(START + timedelta(days=2)),
        "attempts": attempts,
        "receipt": receipt,
        "body": msgspec.json.encode(told).decode(),
        "settled_us": None if when is None else to_us(when),
    }


def test_an_outcome_has_what_the_board_shows():
    assert {"detail", "reference"} <= set(Outcome.__struct_fields__)
