"""The channels of the box and the site, and the register of all channels."""

from __future__ import annotations

import io

import pytest

from gateway.errors import Rejected, RetryLater
from gateway.notify.channel import CHANNELS, Destination, channel
from gateway.notify.console import Console
from gateway.notify.lan import Lan, Notice
from gateway.notify.mqtt import Mqtt
from tests.contracts.channel import ChannelContract, Words, message


class TestConsole(ChannelContract):
    @pytest.fixture
    def channel_under_test(self) -> Console:
        return Console(io.StringIO())


class TestLan(ChannelContract):
    @pytest.fixture
    def channel_under_test(self) -> Lan:
        lan = Lan()
        lan.connect("wang", roles=frozenset({"worker"}), grids=frozenset(), tell=lambda _: None)
        return lan


class TestMqtt(ChannelContract):
    @pytest.fixture
    def channel_under_test(self) -> Mqtt:
        async def publish(topic: str, payload: bytes) -> None:
            assert topic.startswith("sc1o/sc/notice/")
            assert payload

        return Mqtt(site="sc", publish=publish)


async def test_a_line_on_the_console_cannot_be_broken_or_coloured() -> None:
    out = io.StringIO()
    await Console(out).send(
        message(drill=True), Words(title="\x1b[31mgate\n2026 ERROR"), Destination(recipient="wang")
    )
    assert out.getvalue().count("\n") == 1
    assert "\x1b" not in out.getvalue()
    assert "【演练】" in out.getvalue()


async def test_a_page_message_waits_until_its_person_opens_one_and_says_so() -> None:
    lan = Lan()
    opened: list[str] = []
    lan.opened = opened.append
    with pytest.raises(RetryLater) as refusal:
        await lan.send(message(), Words(), Destination(recipient="wang"))
    assert refusal.value.after_s is not None
    seen: list[Notice] = []
    close = lan.connect("wang", roles=frozenset({"worker"}), grids=frozenset(), tell=seen.append)
    lan.connect(
        "li", roles=frozenset({"worker"}), grids=frozenset(), tell=lambda _: pytest.fail("not for li")
    )
    assert opened == ["wang", "li"]
    receipt = await lan.send(message(), Words(), Destination(recipient="wang"))
    assert (receipt.state, [n.id for n in seen]) == ("delivered", ["m1"])
    close()
    close()
    with pytest.raises(RetryLater):
        await lan.send(message(), Words(), Destination(recipient="wang"))


@pytest.mark.parametrize(
    ("roles", "grids", "reached"),
    [
        ((), (), True),
        (("guard",), (), True),
        (("manager",), (), False),
        ((), ("g1",), True),
        ((), ("g2",), False),
    ],
)
async def test_a_message_to_the_site_reaches_pages_by_role_and_grid(
    roles: tuple[str, ...], grids: tuple[str, ...], reached: bool
) -> None:
    lan = Lan()
    seen: list[Notice] = []
    lan.connect("wang", roles=frozenset({"guard"}), grids=frozenset({"g1"}), tell=seen.append)
    to = Destination(recipient="site", roles=roles, grids=grids)
    if reached:
        await lan.send(message(recipient="site"), Words(), to)
    else:
        with pytest.raises(RetryLater):
            await lan.send(message(recipient="site"), Words(), to)
    assert bool(seen) is reached


async def test_a_recipient_cannot_become_a_wildcard_topic() -> None:
    async def publish(topic: str, payload: bytes) -> None:
        pytest.fail(f"published to {topic}")

    with pytest.raises(Rejected):
        await Mqtt(site="sc", publish=publish).send(message(), Words(), Destination(recipient="a/#"))


def test_a_second_channel_of_one_name_is_refused_naming_both() -> None:
    with pytest.raises(ValueError, match=r"gateway\.notify\.lan\.Lan and .*Second"):

        @channel("lan")
        class Second:
            pass

    assert CHANNELS["lan"] is Lan
