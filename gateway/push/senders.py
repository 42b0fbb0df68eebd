"""Senders: who may push, by credential or by address, as one value that is replaced whole when anything changes."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from devices.registry import Device, Registry
from gateway.credentials import token_hash
from gateway.push.digest import ha1
from gateway.push.request import Address, within
from gateway.push.settings import Sender
from gateway.sealing import SealError
from gateway.store.push_credentials import Scheme, StoredCredential

# Letters and digits that nobody confuses on a small screen or a printed sheet.
ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
PASSWORD_LENGTH = 16  # what the narrowest of these devices takes; 91 random bits
SECRET_LENGTH = 24
GONE = ("suspended", "retired")
PLAIN = Sender()


class Senders(msgspec.Struct, frozen=True, kw_only=True):
    """Everybody who may push. `passwords` holds hashes by algorithm, `secrets` the sender by hash of the URL's secret."""

    settings: Mapping[str, Sender] = {}
    passwords: Mapping[str, Mapping[str, str]] = {}
    secrets: Mapping[str, str] = {}
    by_address: Mapping[str, frozenset[str]] = {}  # who is proven by its address, with the profiles it speaks
    unreadable: tuple[str, ...] = ()  # their hashes cannot be opened with the keys of this box

    def of_secret(self, secret: str) -> str | None:
        """Return who sends with this secret in the URL."""
        return self.secrets.get(token_hash(secret))

    def of_address(self, address: Address, profiles: frozenset[str]) -> tuple[str, ...]:
        """Return everybody whom this address alone proves, of those that speak one of these profiles.

        Others at the same address (behind one router) are asked for their credential, as everywhere.
        """
        return tuple(
            name
            for name, spoken in self.by_address.items()
            if within(address, self.settings[name].addresses) and not spoken.isdisjoint(profiles)
        )

    def may_come_from(self, name: str, address: Address) -> bool:
        """Tell whether a sender may speak from this address."""
        wanted = self.settings.get(name, PLAIN).addresses
        return not wanted or within(address, wanted)


def sender_name(device: Device) -> str:
    """Return the name under which a device is let in: its `user`, or its id."""
    return device.user or device.id


def sender_names(registry: Registry) -> set[str]:
    """Return the names of everybody who may push: nobody whose device is suspended or retired."""
    return {sender_name(each) for each in registry if each.state not in GONE}


def senders_of(
    registry: Registry,
    stored: Sequence[StoredCredential],
    settings: Mapping[str, Sender],
    open_seal: Callable[[str], str],
) -> Senders:
    """Return who may push now; a credential whose sender is no longer on the site lets nobody in."""
    names = sender_names(registry)
    passwords: dict[str, Mapping[str, str]] = {}
    url: dict[str, str] = {}
    unreadable: list[str] = []
    for each in stored:
        if each.sender not in names:
            continue
        if each.scheme == "url":
            url[each.verifier] = each.sender
            continue
        try:
            passwords[each.sender] = msgspec.json.decode(open_seal(each.verifier), type=dict[str, str])
        except (SealError, msgspec.DecodeError):
            unreadable.append(each.sender)
    known = {name: each for name, each in settings.items() if name in names}
    return Senders(
        settings=known,
        passwords=passwords,
        secrets=url,
        by_address={name: _spoken(registry, name) for name, each in known.items() if each.by_address},
        unreadable=tuple(unreadable),
    )


def _spoken(registry: Registry, name: str) -> frozenset[str]:
    """Return the profiles of the devices that a sender speaks for."""
    return frozenset(
        each.profile.partition("@")[0]
        for each in registry
        if sender_name(each) == name or (not each.user and name in registry.parents(each.id))
    )


def new_secret(scheme: Scheme) -> str:
    """Return a fresh password or URL secret; a password has a digit and letters of both cases, as devices demand."""
    length = PASSWORD_LENGTH if scheme == "password" else SECRET_LENGTH
    while True:
        text = "".join(secrets.choice(ALPHABET) for _ in range(length))
        if _mixed(text):
            return text


def verifier(scheme: Scheme, sender: str, secret: str, seal: Callable[[str], str]) -> str:
    """Return what is stored of a secret: a hash of what stands in a URL, sealed digest hashes of a password."""
    if scheme == "url":
        return token_hash(secret)
    return seal(msgspec.json.encode(ha1(sender, secret), order="deterministic").decode())


def _mixed(text: Iterable[str]) -> bool:
    letters = list(text)
    return (
        any(each.isdigit() for each in letters)
        and any(each.islower() for each in letters)
        and any(each.isupper() for each in letters)
    )
