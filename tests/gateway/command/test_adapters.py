"""Every adapter that ships passes the contract; and what is its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from devices.command_seal import SealedCommand, refusal
from gateway.command.adapter import ADAPTERS, Out, Target, adapter
from gateway.command.adapters.tasmota import pulse_time
from gateway.errors import NotSent
from tests.contracts.commands import COUNTER, AdapterContract, MqttContract, Sent, command, order
from tests.fakes.hikvision import Hikvision
from tests.fakes.web import running
from tests.integration.servers import free_port

RELAY = frozenset({"open", "lock", "unlock", "siren_on", "siren_off"})


def target(family: str, **more: Any) -> Target:
    fields: dict[str, Any] = {
        "device": "g1", "adapter": family, "offers": RELAY, "site": "sc", "topic": "dev-1", "key": b"k" * 32, **more,
    }  # fmt: skip
    return Target(**fields)


def word(name: str) -> str:
    return "accept" if name == "open" else "finish"


class TestOwn(MqttContract):
    FAMILY = "own"
    TARGET = target("own")

    def answers(self, name: str, sent: dict[str, Any]) -> list[tuple[str, bytes, str]]:
        return []  # its replies are events of the device, proven like all others

    async def test_the_device_can_prove_it(self) -> None:
        sent = Sent()
        await self.family.send(order(self.TARGET, "open"), Out(publish=sent.publish))
        packet = sent.packets[0][0]
        assert packet.topic == f"sc1/sc/dev-1/c/{command('open').id}"
        assert packet.qos == 1
        said = msgspec.json.decode(packet.payload, type=SealedCommand)
        assert refusal(said, site="sc", device="dev-1", key=b"k" * 32, last=COUNTER - 1, now_s=None) is None
        assert (said.args, said.ttl) == ({"pulse_s": 1.0}, 4)


class TestShelly2(MqttContract):
    FAMILY = "shelly2"
    TARGET = target("shelly2")

    def answers(self, name: str, sent: dict[str, Any]) -> list[tuple[str, bytes, str]]:
        asked = msgspec.json.decode(sent["packet"].payload)
        reply = {"id": asked["id"], "src": "dev-1", "dst": asked["src"], "result": {"was_on": False}}
        fault = {
            **reply,
            "result": None,
            "error": {"code": -105, "message": "Argument 'id', value 3 not found!"},
        }
        topic = f"{asked['src']}/rpc"
        return [(topic, msgspec.json.encode(reply), word(name)), (topic, msgspec.json.encode(fault), "fail")]

    async def test_the_pulse_is_the_devices_own(self) -> None:
        sent = Sent()
        await self.family.send(order(self.TARGET, "open"), Out(publish=sent.publish))
        asked = msgspec.json.decode(sent.packets[0][0].payload)
        assert (asked["method"], asked["params"]) == (
            "Switch.Set",
            {"id": 0, "on": True, "toggle_after": 1.0},
        )

    def test_an_answer_to_another_request_is_not_ours(self) -> None:
        said = msgspec.json.encode({"id": COUNTER + 1, "src": "dev-1", "result": {}})
        assert self.family.hear(command("open"), self.TARGET, "sc1-commands-sc/rpc", said) is None


class TestShelly1(MqttContract):
    FAMILY = "shelly1"
    TARGET = target("shelly1", ends_itself=True)

    def answers(self, name: str, sent: dict[str, Any]) -> list[tuple[str, bytes, str]]:
        return [("shellies/dev-1/relay/0", sent["packet"].payload, word(name))]

    def test_it_may_open_and_sound_only_when_it_ends_by_itself(self) -> None:
        found = self.family.problems(target("shelly1"))
        assert len(found) == 1
        assert "auto-off" in found[0]
        assert self.family.problems(target("shelly1", offers=frozenset({"lock"}))) == []


class TestTasmota(MqttContract):
    FAMILY = "tasmota"
    TARGET = target("tasmota")

    def answers(self, name: str, sent: dict[str, Any]) -> list[tuple[str, bytes, str]]:
        state = "OFF" if sent["packet"].payload.endswith(b"OFF") else "ON"
        return [
            ("stat/dev-1/RESULT", msgspec.json.encode({power: state}), word(name))
            for power in ("POWER", "POWER1")
        ]

    @pytest.mark.parametrize(("seconds", "expected"), [(0, 0), (1, 10), (11.1, 111), (12, 112), (600, 700)])
    def test_its_own_way_to_count_time(self, seconds: float, expected: int) -> None:
        assert pulse_time(timedelta(seconds=seconds)) == expected

    def test_another_relay_of_the_device_is_not_this_one(self) -> None:
        second = target("tasmota", channel=1)
        assert self.family.hear(command("lock"), second, "stat/dev-1/RESULT", b'{"POWER1":"ON"}') is None
        assert self.family.hear(command("lock"), second, "stat/dev-1/RESULT", b'{"POWER2":"ON"}') is not None


class TestZigbee2Mqtt(MqttContract):
    FAMILY = "zigbee2mqtt"
    TARGET = target("zigbee2mqtt")

    def answers(self, name: str, sent: dict[str, Any]) -> list[tuple[str, bytes, str]]:
        topic = "zigbee2mqtt/dev-1"
        said: dict[str, list[tuple[str, bytes, str]]] = {
            "open": [(topic, b'{"state":"ON","linkquality":90}', "accept")],
            "lock": [
                (topic, b'{"state":"LOCK","lock_state":"locked"}', "finish"),
                (topic, b'{"state":"LOCK"}', "accept"),
            ],
            "unlock": [(topic, b'{"lock_state":"unlocked"}', "finish")],
        }
        return said.get(name, [])  # a siren says nothing

    def test_a_lock_that_only_repeats_the_order_has_not_moved(self) -> None:
        said = b'{"state":"LOCK","lock_state":"not_fully_locked"}'
        assert self.family.hear(command("lock"), self.TARGET, "zigbee2mqtt/dev-1", said) is None


class TestHikvision(AdapterContract):
    FAMILY = "hikvision"
    TARGET = target(
        "hikvision", offers=frozenset({"open", "lock"}), channel=2, url="http://127.0.0.1:1", user="opener", password="abc-12345",
    )  # fmt: skip

    @pytest.fixture
    async def controller(self) -> AsyncIterator[Hikvision]:
        async with running(Hikvision()) as one:
            yield one

    async def ask(self, controller: Hikvision, name: str = "open", *, left_s: int = 4, **more: Any) -> Any:
        there = msgspec.structs.replace(self.TARGET, url=f"http://127.0.0.1:{controller.port}", **more)
        return await self.family.send(order(there, name, left_s=left_s), Out(publish=Sent().publish))

    async def test_it_logs_in_by_digest_and_opens_one_door_once(self, controller: Hikvision) -> None:
        heard = await self.ask(controller)
        assert (heard.word, heard.result) == ("accept", "device")
        assert controller.opened == [2]
        assert [each.headers.get("authorization", "")[:6] for each in controller.requests] == ["", "Digest"]
        assert (await self.ask(controller, "lock")).word == "accept"
        assert (controller.opened, controller.locked) == ([2], [2])

    async def test_a_wrong_password_is_said_and_not_tried_again(self, controller: Hikvision) -> None:
        heard = await self.ask(controller, password="wrong")
        assert (heard.word, heard.result) == ("fail", "login")
        assert (len(controller.requests), controller.opened) == (2, [])

    @pytest.mark.parametrize(
        ("says", "expected"),
        [
            ("busy", ("fail", "busy")),
            ("device error", ("fail", "refused")),
            ("not allowed", ("fail", "refused")),
            ("bad xml", ("fail", "refused")),
            ("gibberish", ("lose", "unreadable")),
            ("other xml", ("lose", "unreadable")),
        ],
    )
    async def test_only_its_own_ok_counts(
        self, controller: Hikvision, says: str, expected: tuple[str, str]
    ) -> None:
        controller.says = says
        heard = await self.ask(controller)
        assert (heard.word, heard.result) == expected
        assert controller.opened == []

    @pytest.mark.parametrize(
        ("mode", "expected"),
        [
            ("silence", ("lose", "no_reply")), ("reset", ("lose", "no_reply")), ("half", ("lose", "no_reply")),
            ("html", ("lose", "unreadable")), ("empty", ("lose", "unreadable")), ("huge", ("lose", "unreadable")),
            ("deep", ("lose", "unreadable")), ("bad gateway", ("fail", "refused")), ("redirect", ("fail", "refused")),
        ],
    )  # fmt: skip
    async def test_what_nobody_can_know_is_said_so(
        self, controller: Hikvision, mode: str, expected: tuple[str, str]
    ) -> None:
        controller.mode = mode
        heard = await self.ask(controller, left_s=1)
        assert (heard.word, heard.result) == expected

    async def test_nobody_there_is_not_sent(self) -> None:
        nowhere = msgspec.structs.replace(self.TARGET, url=f"http://127.0.0.1:{free_port()}")
        with pytest.raises(NotSent):
            await self.family.send(order(nowhere, "open"), Out(publish=Sent().publish))

    def test_what_is_missing_is_named(self) -> None:
        found = self.family.problems(target("hikvision", offers=frozenset({"open", "unlock"})))
        assert [problem.partition(":")[0] for problem in found] == [
            "offers",
            "url",
            "user, password_file",
            "channel",
        ]


def test_every_adapter_that_ships_has_a_contract() -> None:
    contracts = {
        kind.FAMILY
        for kind in (TestOwn, TestShelly1, TestShelly2, TestTasmota, TestZigbee2Mqtt, TestHikvision)
    }
    assert contracts == set(ADAPTERS)


def test_two_adapters_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two adapters for 'own': Own and int"):
        adapter("own")(int)
