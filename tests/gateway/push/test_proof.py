"""Who sent a request, from its head alone; and how long whoever guesses has to wait."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from gateway.credentials import FREE_TRIES_ADDRESS, token_hash
from gateway.push.digest import ha1
from gateway.push.proof import Proof, Proven
from gateway.push.request import Answer, Head, read_head
from gateway.push.senders import Senders

SECRET, PASSWORD = "kT7rightSecretOfABell4WQ", "abcDEF2345ghjkmn"
SENDERS = Senders(secrets={token_hash(SECRET): "bell-1"}, passwords={"hik-1": ha1("hik-1", PASSWORD)})
HERE, NEIGHBOUR = "192.168.1.20", "192.168.1.21"


class Gate:
    """A proof and the time it looks at."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 4, tzinfo=UTC)
        self._proof = Proof(lambda: SENDERS, basic="tls", now=lambda: self.now, steady=lambda: 0.0)

    def by_secret(self, secret: str, *, address: str = HERE) -> str:
        return self.says(head(f"/push/{secret}/bell", address=address))

    def by_basic(self, password: str, *, secure: bool = True) -> str:
        coded = b64encode(f"hik-1:{password}".encode()).decode()
        return self.says(head("/bell", secure=secure, authorization=f"Basic {coded}"))

    def says(self, one: Head) -> str:
        """Return who is proven, or the word of the refusal."""
        found = self._proof.who(one, frozenset())
        return ",".join(found.names) if isinstance(found, Proven) else found.why


def head(target: str, *, address: str = HERE, secure: bool = False, **headers: str) -> Head:
    found = read_head("POST", target, headers.items(), peer=address, secure=secure)
    assert not isinstance(found, Answer), found
    return found


def test_a_secret_in_the_address_proves_its_sender() -> None:
    gate = Gate()
    assert gate.by_secret(SECRET) == "bell-1"
    assert gate.by_secret(SECRET.swapcase()) == "wrong_credential"
    assert gate.says(head("/bell")) == "no_credential"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (lambda gate: gate.by_secret("guess"), lambda gate: gate.by_secret(SECRET)),
        (lambda gate: gate.by_basic("guess"), lambda gate: gate.by_basic(PASSWORD)),
    ],
    ids=["secret", "password"],
)
def test_who_guesses_waits_and_a_neighbour_does_not(
    wrong: Callable[[Gate], str], right: Callable[[Gate], str]
) -> None:
    gate = Gate()
    assert [wrong(gate) for _ in range(FREE_TRIES_ADDRESS)] == ["wrong_credential"] * FREE_TRIES_ADDRESS
    assert wrong(gate) == "guessing"
    assert right(gate) == "guessing", "a right guess is not told from a wrong one meanwhile"
    assert gate.by_secret(SECRET, address=NEIGHBOUR) == "bell-1"
    gate.now += timedelta(seconds=2)
    assert right(gate) in SENDERS.passwords.keys() | {"bell-1"}


def test_who_proved_itself_here_is_not_shut_out_by_one_that_guesses_here() -> None:
    gate = Gate()
    assert gate.by_secret(SECRET) == "bell-1"
    for _ in range(2 * FREE_TRIES_ADDRESS):
        gate.by_secret("guess")
    assert gate.by_secret("guess") == "guessing"
    assert gate.by_secret(SECRET) == "bell-1"


def test_a_readable_password_travels_only_where_nobody_reads_along() -> None:
    gate = Gate()
    assert gate.by_basic(PASSWORD) == "hik-1"
    assert gate.by_basic(PASSWORD, secure=False) == "basic_in_clear"
