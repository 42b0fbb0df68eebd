"""Who may push now: made of the registry, what is stored and the settings; nobody out of service is among them."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import ip_address, ip_network

import msgspec
import pytest

from devices.registry import Device, Registry
from gateway.push.senders import ALPHABET, new_secret, sender_names, senders_of, verifier
from gateway.push.settings import Sender
from gateway.sealing import SealError
from gateway.store.push_credentials import Scheme, StoredCredential

REGISTRY = Registry([
    Device(id="bell-1", profile="bell@1"),
    Device(id="gone-1", profile="bell@1", state="retired"),
    Device(id="idle-1", profile="bell@1", state="suspended"),
    Device(id="new-1", profile="bell@1", state="claimed"),
    Device(id="nvr-1", profile="recorder@2"),
    Device(id="cam-1", profile="camera@1", parent="nvr-1"),
    Device(id="lock-1", profile="locker@1", user="cloud"),
    Device(id="lock-2", profile="board@1", user="cloud"),
])  # fmt: skip


def kept(sender: str, scheme: Scheme = "password", secret: str = "s") -> StoredCredential:
    made = verifier(scheme, sender, secret, lambda text: text)
    return StoredCredential(
        sender=sender, scheme=scheme, verifier=made, made_at=datetime(2026, 3, 4, tzinfo=UTC), made_by="shell"
    )


def test_a_device_out_of_service_is_nobody() -> None:
    assert sender_names(REGISTRY) == {"bell-1", "new-1", "nvr-1", "cam-1", "cloud"}
    stored = [kept(each) for each in ("bell-1", "gone-1", "idle-1", "stranger")]
    assert set(senders_of(REGISTRY, stored, {}, str).passwords) == {"bell-1"}
    links = [kept("idle-1", "url", "a"), kept("bell-1", "url", "b")]
    found = senders_of(REGISTRY, links, {}, str)
    assert (found.of_secret("a"), found.of_secret("b")) == (None, "bell-1")


def test_what_cannot_be_opened_lets_nobody_in_and_is_named() -> None:
    def shut(_: str) -> str:
        raise SealError("another key")

    found = senders_of(REGISTRY, [kept("bell-1"), kept("cloud", "url")], {}, shut)
    assert (found.passwords, found.unreadable, len(found.secrets)) == ({}, ("bell-1",), 1)


@pytest.mark.parametrize(
    ("sender", "spoken"),
    [("bell-1", {"bell"}), ("nvr-1", {"recorder", "camera"}), ("cloud", {"locker", "board"})],
)
def test_an_address_proves_a_sender_for_what_it_speaks_only(sender: str, spoken: set[str]) -> None:
    here, elsewhere = ip_address("10.0.0.5"), ip_address("10.0.0.6")
    settings = {sender: Sender(addresses=(ip_network("10.0.0.5"),), by_address=True)}
    found = senders_of(REGISTRY, [], settings, str)
    assert found.by_address == {sender: frozenset(spoken)}
    for profile in spoken:
        assert found.of_address(here, frozenset({profile})) == (sender,)
        assert found.of_address(elsewhere, frozenset({profile})) == ()
    assert found.of_address(here, frozenset({"other"})) == ()
    assert (found.may_come_from(sender, here), found.may_come_from(sender, elsewhere)) == (True, False)
    assert found.may_come_from("new-1", elsewhere), "nothing is said of where it may come from"


def test_a_fresh_password_can_be_typed_and_is_taken_by_devices() -> None:
    for _ in range(50):
        secret = new_secret("password")
        assert set(secret) <= set(ALPHABET)
        assert len(secret) == 16
        assert any(map(str.isdigit, secret))
        assert any(map(str.islower, secret))
        assert any(map(str.isupper, secret))


def test_a_password_itself_is_never_kept() -> None:
    made = verifier("password", "bell-1", "opensesame", lambda text: text)
    assert "opensesame" not in made
    assert set(msgspec.json.decode(made)) == {"MD5", "SHA-256"}
    assert "opensesame" not in verifier("url", "bell-1", "opensesame", lambda text: text)
