"""The contract of every command adapter: one order is one packet or request, alive no longer than the order, and

never retained; what did not leave is NotSent; an answer to another command or of another device is nobody's.

A test module derives a class named `Test…` from `AdapterContract` and gives it `FAMILY`, `TARGET` and `answers`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import msgspec
import pytest

from devices.command import COMMANDS, Command
from gateway.command.adapter import ADAPTERS, Order, Out, Packet, Target
from gateway.command.opening import Commanding  # noqa: F401 - it registers the adapters that ship
from gateway.errors import NotSent

T0 = datetime(2026, 3, 4, 10, tzinfo=UTC)
COUNTER = 1_772_618_400


def command(name: str, **more: object) -> Command:
    return Command(
        **{
            "id": "0f8fad5bd9cb469fa16570867728950e", "device": "g1", "name": name, "counter": COUNTER, "by": "wang",
            "created_at": T0, "state": "sent", "sends": 1, "sent_at": T0, **more,
        }
    )  # fmt: skip


def order(target: Target, name: str, *, left_s: int = 4) -> Order:
    expires = int((T0 + timedelta(seconds=left_s)).timestamp())
    return Order(command=command(name), target=target, left_s=left_s, expires=expires)


class Sent:
    """Takes packets like a broker, or has no connection."""

    def __init__(self, *, connected: bool = True) -> None:
        self.packets: list[tuple[Packet, int]] = []
        self.connected = connected

    async def publish(self, packet: Packet, left_s: int) -> None:
        if not self.connected:
            raise NotSent("no connection")
        self.packets.append((packet, left_s))


class AdapterContract:
    """What every adapter keeps."""

    FAMILY: ClassVar[str]
    TARGET: ClassVar[Target]

    @property
    def family(self) -> Any:
        return ADAPTERS[self.FAMILY]

    def offered(self) -> list[str]:
        return sorted(self.TARGET.offers)

    def test_it_says_its_name_in_both_languages_and_knows_its_commands(self) -> None:
        assert set(self.family.names) == {"zh", "en"}
        assert self.family.commands <= set(COMMANDS)
        assert self.family.way in ("mqtt", "http")
        assert "unlock_all" not in self.family.commands

    def test_its_target_is_described_rightly_and_more_than_it_can_say_is_refused(self) -> None:
        assert self.family.problems(self.TARGET) == []
        more = msgspec.structs.replace(self.TARGET, offers=frozenset({*self.TARGET.offers, "self_destruct"}))
        if self.family.commands != frozenset(COMMANDS) or self.FAMILY != "own":
            assert any("offers" in problem for problem in self.family.problems(more))

    @pytest.mark.parametrize(
        "payload", [b"", b"\xff\xfe", b"[]", b"{}", b"null", b'{"id":1}', b"[" * 5000, b'"ON"', b"1e999"]
    )
    def test_no_answer_can_break_it(self, payload: bytes) -> None:
        for topic in (*self.family.topics(self.TARGET), "", "x/y"):
            for name in self.offered():
                assert self.family.hear(command(name), self.TARGET, topic, payload) is None


class MqttContract(AdapterContract):
    """What every adapter over MQTT keeps besides."""

    def answers(self, name: str, sent: dict[str, Any]) -> list[tuple[str, bytes, str]]:
        """Return (topic, payload, word) of what the device says to a command; empty: it is read elsewhere."""
        raise NotImplementedError

    async def test_one_order_is_one_packet_with_the_life_that_is_left(self) -> None:
        for name in self.offered():
            sent = Sent()
            assert await self.family.send(order(self.TARGET, name), Out(publish=sent.publish)) is None
            ((packet, left_s),) = sent.packets
            assert left_s == 4
            assert self.TARGET.topic in packet.topic
            assert not set(packet.topic) & set("+#")
            if not COMMANDS[name].repeatable and self.FAMILY != "own":
                assert packet.qos == 0  # a broker must not deliver it twice to who cannot tell

    async def test_without_a_connection_it_says_so(self) -> None:
        sent = Sent(connected=False)
        for name in self.offered():
            with pytest.raises(NotSent):
                await self.family.send(order(self.TARGET, name), Out(publish=sent.publish))

    async def test_a_siren_ends_by_itself(self) -> None:
        if "siren_on" not in self.TARGET.offers or self.TARGET.ends_itself:
            return
        packets = []
        for longest in (60, 120):
            sent = Sent()
            target = msgspec.structs.replace(self.TARGET, longest=timedelta(seconds=longest))
            await self.family.send(order(target, "siren_on"), Out(publish=sent.publish))
            packets.append(sent.packets[0][0].payload)
        assert packets[0] != packets[1]

    async def test_its_answers_are_understood_and_those_of_others_are_not(self) -> None:
        other = msgspec.structs.replace(self.TARGET, topic="somebody-else")
        for name in self.offered():
            sent = Sent()
            await self.family.send(order(self.TARGET, name), Out(publish=sent.publish))
            for topic, payload, word in self.answers(name, {"packet": sent.packets[0][0]}):
                heard = self.family.hear(command(name), self.TARGET, topic, payload)
                assert heard is not None, (name, topic)
                assert (heard.command, heard.word) == (command(name).id, word)
                assert self.family.hear(command(name), other, topic, payload) is None
