"""Issuing: a device's credential is made, shown once, and kept as a hash or sealed; the audit log says who made it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from devices.problem import nearest
from devices.registry import Registry
from gateway.errors import ConfigError
from gateway.push.senders import new_secret, sender_name, sender_names, verifier
from gateway.sealing import site_sealer
from gateway.secret_files import kept_secret
from gateway.store.beside import write_beside
from gateway.store.chain import append_audit
from gateway.store.push_credentials import (
    Scheme,
    StoredCredential,
    credentials,
    put_credential,
    remove_credential,
)

SHELL = "shell"  # whoever can write the data folder


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """A fresh credential with its secret, which nobody can look up again; `profiles` of the devices it speaks for."""

    sender: str
    scheme: Scheme
    secret: str
    profiles: tuple[str, ...]


def issue(data: Path, device: str, registry: Registry, *, scheme: Scheme) -> Issued:
    """Make a credential for a device or `user`, in the place of an earlier one.

    Raises:
        ConfigError: the site has no such device, or it is suspended or retired.
        StoreError: the folder holds no database, or it cannot be written.
    """
    sender = _sender(device, registry)
    secret = new_secret(scheme)

    def job(connection: Any, now: datetime) -> None:
        kept = verifier(scheme, sender, secret, site_sealer(data / "secrets").seal)
        credential = StoredCredential(sender=sender, scheme=scheme, verifier=kept, made_at=now, made_by=SHELL)
        put_credential(connection, credential)
        _note(connection, data, now, "device.credential.made", sender, {"scheme": scheme})

    write_beside(data, job)
    profiles = {each.profile.partition("@")[0] for each in registry if sender_name(each) == sender}
    return Issued(sender=sender, scheme=scheme, secret=secret, profiles=tuple(sorted(profiles)))


def revoke_credential(data: Path, device: str, registry: Registry) -> None:
    """Take a credential away; a running gateway lets the sender in no more within two seconds.

    Raises:
        ConfigError: there is none.
        StoreError: the folder holds no database, or it cannot be written.
    """
    found = registry.get(device)
    sender = device if found is None else sender_name(found)

    def job(connection: Any, now: datetime) -> None:
        if not remove_credential(connection, sender):
            raise ConfigError([f"{device}: has no credential; `gateway devices credentials` lists them"])
        _note(connection, data, now, "device.credential.revoked", sender, {})

    write_beside(data, job)


def issued_credentials(data: Path) -> list[StoredCredential]:
    """Return all credentials of a data folder, by sender.

    Raises:
        StoreError: the folder holds no database.
    """
    return write_beside(data, lambda connection, _: list(credentials(connection)))


def _sender(device: str, registry: Registry) -> str:
    found = registry.get(device)
    sender = device if found is None else sender_name(found)
    names = sender_names(registry)
    if sender not in names:
        raise ConfigError(
            [
                f"{device}: no device of the site has this id or `user`, or it is retired{nearest(device, names)}"
            ]
        )
    return sender


def _note(
    connection: Any, data: Path, now: datetime, action: str, sender: str, facts: dict[str, Any]
) -> None:
    key = kept_secret(data / "secrets", "seal.key")
    append_audit(connection, at=now, actor=SHELL, action=action, subject=sender, facts=facts, key=key)
