"""Sealing: text about people that lies in the database as nobody without the site's key file can read it.

Sealed text is `sealed:1:<key>:<nonce and AES-256-GCM ciphertext, base64url>`; `<key>` names which of the
site's keys closed it. The keys are files of their own (`sealing-1.key` …, mode 0600) outside the database,
so that a copy of the database alone betrays nobody. The newest key seals; every older one still opens.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.errors import GatewayError
from gateway.secret_files import secret

PREFIX = "sealed:1:"
KEY_FILE = re.compile(r"sealing-([1-9]\d{0,5})\.key")
_NONCE = 12


class SealError(GatewayError):
    """A sealed text cannot be opened: it was changed, or its key is not among the site's keys."""


class Sealer:
    """Seals with the newest key, opens with any; safe in any thread.

    Args:
        key: the secret of the newest key, at least 16 random bytes.
        older: secrets that sealed before and may still have to open.

    """

    def __init__(self, key: bytes, older: Iterable[bytes] = ()) -> None:
        keys = [key, *older]
        if any(len(each) < 16 for each in keys):
            raise SealError("a sealing key holds at least 16 bytes")
        self._newest = _name(key)
        self._keys = {_name(each): AESGCM(_derived(each, b"seal")) for each in keys}
        self._fingerprints = _derived(
            keys[-1], b"fingerprint"
        )  # the first key for ever: searches outlive rotation

    def seal(self, text: str) -> str:
        """Return the sealed form; the same text is sealed differently each time."""
        nonce = os.urandom(_NONCE)
        head = f"{PREFIX}{self._newest}:"
        closed = self._keys[self._newest].encrypt(nonce, text.encode(), head.encode())
        return head + urlsafe_b64encode(nonce + closed).decode()

    def open(self, text: str) -> str:
        """Return the text that was sealed; text that never was is returned as it is.

        Raises:
            SealError: it was changed, or sealed with a key that is not here.
        """
        if not is_sealed(text):
            return text
        name, _, closed = text.removeprefix(PREFIX).partition(":")
        key = self._keys.get(name)
        if key is None:
            raise SealError(
                f"sealed with key {name[:16]}, which is not among this site's keys; restore secrets/sealing-*.key from the backup"
            )
        try:
            raw = urlsafe_b64decode(closed.encode())
            return key.decrypt(raw[:_NONCE], raw[_NONCE:], f"{PREFIX}{name}:".encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise SealError("a sealed text was changed after it was sealed") from error

    def fingerprint(self, text: str) -> str:
        """Return a keyed hash by which an exact text is found again without opening anything."""
        return hmac.new(self._fingerprints, text.strip().encode(), "sha256").hexdigest()[:32]

    def current(self, text: str) -> bool:
        """Tell whether a text is sealed with the newest key."""
        return text.startswith(f"{PREFIX}{self._newest}:")


def is_sealed(text: str) -> bool:
    """Tell whether a text is in sealed form."""
    return text.startswith(PREFIX)


def sealed_values(values: Mapping[str, str], seal: Callable[[str], str]) -> dict[str, str]:
    """Return a mapping with every value sealed that is not yet."""
    return {name: text if is_sealed(text) else seal(text) for name, text in values.items()}


def opened(value: Any, sealer: Sealer) -> Any:
    """Return a JSON value with every sealed text in it opened."""
    if isinstance(value, str):
        return sealer.open(value)
    if isinstance(value, Mapping):
        return {name: opened(each, sealer) for name, each in value.items()}
    return [opened(each, sealer) for each in value] if isinstance(value, list | tuple) else value


def site_sealer(secrets: Path) -> Sealer:
    """Return the sealer of a data folder's `secrets`, making its first key at the first start.

    Raises:
        ConfigError: a key file can be read by others or is too short.
    """
    files = _files(secrets)
    if not files:
        return Sealer(secret(secrets, "sealing-1.key"))
    keys = [secret(secrets, name) for name in files]
    return Sealer(keys[-1], reversed(keys[:-1]))


def rotate(secrets: Path) -> Path:
    """Make a new key that seals from the next start on; older ones stay to open what they sealed."""
    site_sealer(secrets)  # the first one, if there was none; refuses files that others can read
    last = KEY_FILE.fullmatch(_files(secrets)[-1])
    assert last is not None
    name = f"sealing-{int(last.group(1)) + 1}.key"
    secret(secrets, name)
    return secrets / name


def _files(secrets: Path) -> list[str]:
    """Return the names of the key files, oldest first."""
    names = [file.name for file in secrets.glob("sealing-*.key")] if secrets.exists() else []
    found = [(int(match.group(1)), name) for name in names if (match := KEY_FILE.fullmatch(name))]
    return [name for _, name in sorted(found)]


def _name(key: bytes) -> str:
    return hashlib.sha256(b"name of a sealing key:" + key).hexdigest()[:8]


def _derived(key: bytes, purpose: bytes) -> bytes:
    return hmac.new(key, b"smart-community-gateway:" + purpose, "sha256").digest()


def without_people(text: str, values: Iterable[str], sealer: Sealer) -> str:
    """Return a file's text with these values (addresses, names) replaced by marks that tell only equal from different.

    What is kept of a site file in the database must not say what the sealed documents beside it do not say. Values
    of fewer than two characters, or five when they are letters and digits only, are left: they would be found in
    other words, and say nothing.
    """
    found = {each for each in values if len(each) >= (5 if each.isascii() else 2)}
    for value in sorted(found, key=lambda each: (-len(each), each)):
        text = text.replace(value, f"hidden-{sealer.fingerprint(value)[:12]}")
    return text
