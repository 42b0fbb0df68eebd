"""Heads as the door looks at them: secrets taken out of addresses, proxies believed only where they are trusted."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.push.gauge import Rates, Room, Seats
from gateway.push.request import REFUSALS, Answer, Head, plain_address, read_head, refusal, split_target

PROXY = (ip_network("127.0.0.1"), ip_network("10.0.0.0/24"))


def head(asked: str = "/a", method: str = "GET", peer: str = "192.168.1.9", **headers: str) -> Head | Answer:
    fields = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return read_head(method, asked, fields, peer=peer, secure=False, proxies=PROXY)


@pytest.mark.parametrize(
    ("asked", "target", "secret"),
    [
        ("/iclock/cdata?SN=1&x", "/iclock/cdata?SN=1&x", ""),
        ("/push/s3/iclock/cdata?SN=1", "/iclock/cdata?SN=1", "s3"),
        ("/push/s3", "/", "s3"),
        ("/a?SN=1&push_token=s3&b=2", "/a?SN=1&b=2", "s3"),
        ("/a?push_token=s3", "/a", "s3"),
        ("/push/s3/a?push_token=other", "/a", "s3"),
        ("/a?", "/a?", ""),
        ("http://box:80/push/s3/a?b", "/a?b", "s3"),
        ("/pushed/a", "/pushed/a", ""),
    ],
)
def test_a_secret_is_taken_out_of_the_address(asked: str, target: str, secret: str) -> None:
    assert split_target(asked) == (target, secret)


@given(st.text(alphabet="/?&=pushtoken_ab1", max_size=60))
def test_no_secret_is_ever_left_in_what_is_kept(asked: str) -> None:
    for whole in (f"/push/S3cret9/{asked}", f"/a?{asked}&push_token=S3cret9"):
        target, secret = split_target(whole)
        assert "S3cret9" not in target
        assert secret


@pytest.mark.parametrize(
    ("peer", "forwarded", "wanted"),
    [
        ("192.168.1.9", "6.6.6.6", "192.168.1.9"),
        ("127.0.0.1", "6.6.6.6", "6.6.6.6"),
        ("127.0.0.1", "1.1.1.1, 6.6.6.6, 10.0.0.3", "6.6.6.6"),
        ("127.0.0.1", "1.1.1.1, nonsense", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("::ffff:127.0.0.1", "[2001:db8::1]", "2001:db8::1"),
    ],
)
def test_an_address_is_taken_from_a_trusted_proxy_alone(peer: str, forwarded: str, wanted: str) -> None:
    found = head(peer=peer, x_forwarded_for=forwarded)
    assert isinstance(found, Head)
    assert found.address == ip_address(wanted)


def test_encryption_is_what_the_proxy_says_and_nothing_on_this_box_is_read_along() -> None:
    def secure(**more: Any) -> bool:
        found = head(**more)
        assert isinstance(found, Head)
        return found.secure

    assert not secure(x_forwarded_proto="https")
    assert secure(peer="10.0.0.3", x_forwarded_proto="https", x_forwarded_for="192.168.1.9")
    assert not secure(peer="10.0.0.3", x_forwarded_proto="http", x_forwarded_for="192.168.1.9")
    assert secure(peer="127.0.0.1")


def test_addresses_lose_their_zone_and_their_mapping() -> None:
    assert plain_address("fe80::1%eth0") == ip_address("fe80::1")
    assert plain_address("::ffff:192.0.2.1") == ip_address("192.0.2.1")


def test_repeated_headers_are_joined() -> None:
    found = read_head("GET", "/a", [("x", "1"), ("x", "2")], peer="10.1.1.1", secure=False)
    assert isinstance(found, Head)
    assert found.headers == {"x": "1, 2"}


def test_every_refusal_has_a_status_that_says_so() -> None:
    for why in REFUSALS:
        answer = refusal(why, wait_s=0.2)
        assert (answer.why, 400 <= answer.status < 600, bool(answer.body)) == (why, True, True)
        assert ("Retry-After", "1") in answer.headers
    assert ("Allow", "GET, POST, PUT") in refusal("method").headers


def test_rates_are_apart_and_come_back_with_time() -> None:
    rates = Rates()
    waits = [rates.wait("a", 2, 0.0) for _ in range(7)]
    assert waits == [0, 0, 0, 0, 0, 0, 0.5]
    assert rates.wait("b", 2, 0.0) == 0
    assert rates.wait("a", 2, 0.6) == 0
    assert rates.longest_wait([("a", 2), ("c", 2)], 0.6) > 0
    assert rates.longest_wait([], 0.6) == 0


def test_room_and_seats_are_given_back() -> None:
    room = Room(10)
    assert [room.take(6), room.take(5), room.take(4)] == [True, False, True]
    room.give_back(6)
    assert (room.take(5), room.taken) == (True, 9)
    seats = Seats(3, of_address=1)
    assert [seats.take("a"), seats.take("a"), seats.take("p", shared=True), seats.take("p", shared=True)] == [
        True,
        False,
        True,
        True,
    ]
    assert not seats.take("b")
    seats.leave("p")
    assert (seats.take("b"), seats.open) == (True, 3)
