"""Seal of a command in our own namespace: what a device checks before it moves anything.

    payload = {"v":1, "id":…, "device":…, "n":counter, "name":…, "args":{…}, "ttl":seconds, "expires":unix seconds, "sig":hex}
    sig     = HMAC-SHA256(key of the device, lines of: sc1-command-1, site, device, id, n, expires, name, args)

`args` are JSON with sorted keys and no spaces. The device refuses a wrong signature, another device's id, a
counter that is not above the last one it carried out (the same counter and id again is a repeat: answered, not
carried out a second time), and what is past `expires` when it knows the time; the broker drops what is past `ttl`.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import msgspec

from devices.event import canonical_json

VERSION = 1
_HEAD = "sc1-command-1"


class SealedCommand(msgspec.Struct, frozen=True, kw_only=True):
    """The payload of `sc1/{site}/{device}/c/{id}`."""

    v: int = VERSION
    id: str
    device: str
    n: int
    name: str
    args: dict[str, Any]
    ttl: int  # whole seconds left when it was sent
    expires: int  # seconds since 1970 UTC
    sig: str = ""


def device_key(master: bytes, *, site: str, device: str) -> bytes:
    """Return the key that one device shares with the gateway: derived, so that none has to be kept."""
    return hmac.digest(master, f"sc1-command-key\n{site}\n{device}".encode(), hashlib.sha256)


def signature(command: SealedCommand, *, site: str, key: bytes) -> str:
    """Return the signature of a command as 64 hexadecimal digits."""
    lines = (
        _HEAD,
        site,
        command.device,
        command.id,
        str(command.n),
        str(command.expires),
        command.name,
        canonical_json(command.args).decode(),
    )
    return hmac.digest(key, "\n".join(lines).encode(), hashlib.sha256).hex()


def sealed(command: SealedCommand, *, site: str, key: bytes) -> SealedCommand:
    """Return the command with its signature."""
    return msgspec.structs.replace(command, sig=signature(command, site=site, key=key))


def refusal(
    command: SealedCommand, *, site: str, device: str, key: bytes, last: int, now_s: float | None
) -> str | None:
    """Return why a device must not carry this out, or None; `last` is the counter it stored last, `now_s` its clock.

    The order is the order in which a device should look: nothing is believed before the signature is right.
    """
    if command.v != VERSION:
        return "version"
    if command.device != device:
        return "device"
    if not hmac.compare_digest(command.sig.encode(), signature(command, site=site, key=key).encode()):
        return "signature"
    if command.n <= last:
        return "counter"
    if now_s is not None and now_s > command.expires:
        return "expired"
    return None
