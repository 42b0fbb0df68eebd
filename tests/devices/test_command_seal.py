"""What a device checks before it moves: signature, device, counter, time. Replays and changes are refused."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from devices.command_seal import SealedCommand, device_key, refusal, sealed

MASTER = b"m" * 32
KEY = device_key(MASTER, site="s", device="gate-1")


def signed(**more: Any) -> SealedCommand:
    fields: dict[str, Any] = {
        "id": "c1", "device": "gate-1", "n": 7, "name": "open", "args": {"door": 1, "a": [1]}, "ttl": 4, "expires": 1000, **more,
    }  # fmt: skip
    return sealed(SealedCommand(**fields), site="s", key=KEY)


def check(command: SealedCommand, **more: Any) -> str | None:
    return refusal(
        command, **{"site": "s", "device": "gate-1", "key": KEY, "last": 6, "now_s": 999.0, **more}
    )


def test_a_right_one_is_carried_out() -> None:
    assert check(signed()) is None
    assert check(signed(), now_s=None) is None  # a device without a clock has counter and the broker's expiry


def test_the_order_of_arguments_does_not_matter() -> None:
    assert signed(args={"a": 1, "b": 2}).sig == signed(args={"b": 2, "a": 1}).sig


def test_the_published_example() -> None:
    key = device_key(bytes(32), site="sc-0173", device="gate-n1")
    command = SealedCommand(
        id="c-1", device="gate-n1", n=1772619302, name="open", args={}, ttl=4, expires=1772619307
    )
    assert key.hex() == "f9336ab2a360a99b006967f905d9dd9c11d52b777eba944e5125a38963f21ab1"
    expected = "d35d38d41096f1644915a512bd4ec7fb755e03ad9f46d298ba149b4e4984c4b5"
    assert sealed(command, site="sc-0173", key=key).sig == expected


@pytest.mark.parametrize(
    ("change", "more", "expected"),
    [
        ({"n": 8}, {}, "signature"),
        ({"name": "unlock"}, {}, "signature"),
        ({"args": {}}, {}, "signature"),
        ({"expires": 2000}, {}, "signature"),
        ({"id": "c2"}, {}, "signature"),
        ({"v": 2}, {}, "version"),
        ({}, {"device": "gate-2"}, "device"),
        ({}, {"site": "other"}, "signature"),
        ({}, {"key": device_key(MASTER, site="s", device="gate-2")}, "signature"),
        ({}, {"last": 7}, "counter"),
        ({}, {"last": 900}, "counter"),
        ({}, {"now_s": 1001.0}, "expired"),
    ],
)
def test_anything_else_is_refused(change: dict[str, Any], more: dict[str, Any], expected: str) -> None:
    assert check(msgspec.structs.replace(signed(), **change), **more) == expected
