"""Digest against the example of RFC 7616 and against what breaks it: replay, made-up and old nonces, other targets."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.push import digest
from gateway.push.digest import ALGORITHMS, NONCE_S, Nonces, challenges, ha1, judge, read_digest

KEPT = ha1("gate-1", "Right4uAndMe9xyz")


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def answered(nonce: str, **more: Any) -> dict[str, str]:
    """Return an answer as a client of the RFC makes it."""
    given = {
        "algorithm": "MD5",
        "method": "POST",
        "uri": "/a?b=c",
        "nc": "00000001",
        "cnonce": "c0",
        "qop": "auth",
        "kept": KEPT,
        **more,
    }
    named = given["algorithm"]
    hashed = ALGORITHMS[named.removesuffix("-sess")]
    secret = given["kept"][named.removesuffix("-sess")]
    if named.endswith("-sess"):
        secret = hashed(f"{secret}:{nonce}:{given['cnonce']}".encode())
    about = hashed(f"{given['method']}:{given['uri']}".encode())
    middle = f"{nonce}:{given['nc']}:{given['cnonce']}:{given['qop']}" if given["qop"] else nonce
    found = {
        "username": "gate-1",
        "realm": "devices",
        "nonce": nonce,
        "uri": given["uri"],
        "algorithm": named,
    }
    found["response"] = hashed(f"{secret}:{middle}:{about}".encode())
    return found | (
        {"qop": given["qop"], "nc": given["nc"], "cnonce": given["cnonce"]} if given["qop"] else {}
    )


def judged(parts: dict[str, str], nonces: Nonces, *, method: str = "POST", asked: str = "/a?b=c") -> str:
    return judge(parts, KEPT, method=method, asked=asked, nonces=nonces)


class Anything:
    """Takes every nonce: for the example of the RFC, whose nonce is not ours."""

    def take(self, nonce: str, count: int) -> bool:
        return True


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_example_of_rfc_7616(algorithm: str, response: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest, "REALM", "http-auth@example.org")
    header = (
        'Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", '
        f'algorithm={algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001, '
        f'cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, response="{response}", '
        'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    parts = read_digest(header)
    assert parts is not None
    kept = digest.ha1("Mufasa", "Circle of Life")
    found = judge(parts, kept, method="GET", asked="/dir/index.html", nonces=Anything())  # type: ignore[arg-type]  # it takes every nonce
    assert found == "right"
    assert (
        judge(
            {**parts, "response": response[::-1]},
            kept,
            method="GET",
            asked="/dir/index.html",
            nonces=Anything(),
        )
        == "wrong"
    )  # type: ignore[arg-type]  # it takes every nonce


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256", "MD5-sess", "SHA-256-sess"])
def test_each_count_of_a_nonce_is_taken_once_and_in_order(algorithm: str) -> None:
    nonces = Nonces(Clock())
    nonce = nonces.mint()
    first, second = (answered(nonce, algorithm=algorithm, nc=f"0000000{n}") for n in (1, 2))
    assert [judged(each, nonces) for each in (first, second, second, first)] == [
        "right",
        "right",
        "stale",
        "stale",
    ]


def test_old_firmware_without_qop_gets_one_request_out_of_a_nonce() -> None:
    nonces = Nonces(Clock())
    old = answered(nonces.mint(), qop="")
    assert [judged(old, nonces), judged(old, nonces)] == ["right", "stale"]


def test_firmware_that_signs_its_path_without_the_query_is_heard() -> None:
    nonces = Nonces(Clock())
    assert judged(answered(nonces.mint(), uri="/a"), nonces) == "right"


def test_a_nonce_ends_and_cannot_be_made_up() -> None:
    clock = Clock()
    nonces, other = Nonces(clock), Nonces(clock)
    nonce = nonces.mint()
    clock.now += NONCE_S + 1
    assert judged(answered(nonce), nonces) == "stale"
    assert judged(answered(other.mint()), nonces) == "stale"
    assert judged(answered("nonsense"), nonces) == "stale"
    fresh = nonces.mint()
    assert judged(answered("f" + fresh[1:]), nonces) == "stale"


def test_nonces_that_are_forgotten_are_worth_nothing() -> None:
    clock = Clock()
    nonces = Nonces(clock, most=3)
    first = nonces.mint()
    replay = answered(first)
    assert judged(replay, nonces) == "right"
    for _ in range(5):
        clock.now += 0.01
        assert judged(answered(nonces.mint()), nonces) == "right"
    assert judged(replay, nonces) == "stale"


@pytest.mark.parametrize(
    "more",
    [
        {"uri": "/other"},
        {"method": "GET"},
        {"kept": ha1("gate-1", "another")},
        {"kept": ha1("gate-2", "Right4uAndMe9xyz")},
        {"qop": "auth-int"},
        {"cnonce": ""},
        {"nc": "1"},
        {"nc": "0000000g"},
    ],
)
def test_what_does_not_fit_is_wrong(more: dict[str, Any]) -> None:
    nonces = Nonces(Clock())
    assert judged(answered(nonces.mint(), **more), nonces) == "wrong"


def test_an_unknown_algorithm_is_wrong() -> None:
    nonces = Nonces(Clock())
    assert judged({**answered(nonces.mint()), "algorithm": "SHA-512-256"}, nonces) == "wrong"


def test_the_challenge_offers_md5_first_and_says_when_only_the_nonce_is_old() -> None:
    assert challenges("n") == [
        'Digest realm="devices", qop="auth", algorithm=MD5, nonce="n"',
        'Digest realm="devices", qop="auth", algorithm=SHA-256, nonce="n"',
    ]
    assert all(each.endswith(", stale=true") for each in challenges("n", stale=True))


@given(st.text(max_size=200))
def test_no_header_breaks_the_reader(text: str) -> None:
    for header in (text, f"Digest {text}"):
        parts = read_digest(header)
        if parts is not None:
            assert judged(parts, Nonces(Clock())) == "wrong"


def test_quotes_and_backslashes_in_names_are_read() -> None:
    parts = read_digest('digest UserName="a\\"b, c", nonce="n", uri="/x", response=ff, nc=00000001')
    assert parts == {"username": 'a"b, c', "nonce": "n", "uri": "/x", "response": "ff", "nc": "00000001"}
    assert hashlib.sha256(b'a"b, c:devices:p').hexdigest() == ha1('a"b, c', "p")["SHA-256"]
