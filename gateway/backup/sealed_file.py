"""A sealed file: a stream of bytes that only the passphrase opens, and that shows any change or missing end.

A head in the clear says how the key is made of the passphrase (scrypt); the content follows in pieces of 1 MiB,
each sealed with AES-256-GCM. A piece's nonce holds its number and whether it is the last, and its seal covers the
head: pieces cannot be changed, swapped, repeated or cut off (the STREAM construction of Hoang, Reyhanitabar,
Rogaway and Vizár, 2015).
"""

from __future__ import annotations

import hmac
import os
import struct
from typing import BinaryIO

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from gateway.errors import BackupError

MAGIC = b"SCGBACKUP1\n"
PIECE = 1 << 20  # bytes
_TAG = 16
_START = 7  # bytes; number and end of a piece make it a nonce of twelve
_LONGEST_HEAD = 4096
SHORTEST_PASSPHRASE = 12  # characters
_COST = 15  # log2 of scrypt's n: 32 MiB and some tenths of a second for each guess
_COSTS = range(1, 19)  # that are believed of a file, up to 256 MiB: nobody has proven yet who wrote it


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the clear before the content."""

    site: str
    made_at: str
    salt: bytes
    check: bytes  # tells a wrong passphrase from a damaged file
    start: bytes  # of every nonce
    cost: int = _COST


class SealedWriter:
    """Seals what is written; without `close` the file has no end and cannot be opened."""

    def __init__(self, file: BinaryIO, passphrase: str, *, site: str, made_at: str) -> None:
        salt = os.urandom(16)
        key, check = _key(passphrase, salt, _COST)
        head = Head(site=site, made_at=made_at, salt=salt, check=check, start=os.urandom(_START), cost=_COST)
        self._head = msgspec.json.encode(head)
        self._file, self._cipher, self._start = file, AESGCM(key), head.start
        self._waiting = bytearray()
        self._number = 0
        file.write(MAGIC + struct.pack(">I", len(self._head)) + self._head)

    def write(self, data: bytes) -> int:
        """Take some content."""
        self._waiting += data
        while len(self._waiting) > PIECE:  # the last piece may be a whole one: it is known when all is there
            self._put(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]
        return len(data)

    def flush(self) -> None:
        """Nothing: pieces go out when they are whole."""

    def close(self) -> None:
        """Write the last piece."""
        self._put(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _put(self, piece: bytes, *, last: bool) -> None:
        nonce = _nonce(self._start, self._number, last=last)
        self._file.write(self._cipher.encrypt(nonce, piece, self._head))
        self._number += 1


class SealedReader:
    """Opens a sealed file piece by piece.

    Raises:
        BackupError: also from `read`: it is no backup, the passphrase is wrong, or it was changed or cut off.
    """

    def __init__(self, file: BinaryIO, passphrase: str, *, name: str) -> None:
        self.head, self._head = read_head(file, name=name)
        key, check = _key(passphrase, self.head.salt, self.head.cost)
        if not hmac.compare_digest(check, self.head.check):
            raise BackupError(f"{name}: the passphrase does not open it / 口令不对，打不开")
        self._file, self._cipher, self._name = file, AESGCM(key), name
        self._opened = bytearray()
        self._number, self._ended = 0, False
        self._next = file.read(PIECE + _TAG)

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes of the content; empty at its end, which was then proven to be the end."""
        while not self._ended and (size < 0 or len(self._opened) < size):
            self._piece()
        size = len(self._opened) if size < 0 else size
        found = bytes(self._opened[:size])
        del self._opened[:size]
        return found

    def _piece(self) -> None:
        sealed, self._next = self._next, self._file.read(PIECE + _TAG)
        last = not self._next
        nonce = _nonce(self.head.start, self._number, last=last)
        try:
            self._opened += self._cipher.decrypt(nonce, sealed, self._head)
        except InvalidTag:
            raise BackupError(
                f"{self._name}: is damaged or cut off after {self._number} MiB; use another backup / 文件损坏或不完整，请用另一份"
            ) from None
        self._number += 1
        self._ended = last


def read_head(file: BinaryIO, *, name: str) -> tuple[Head, bytes]:
    """Return the head of a sealed file, also as it was written.

    Raises:
        BackupError: it is no backup.
    """
    begin = file.read(len(MAGIC) + 4)
    try:
        length = struct.unpack(">I", begin[len(MAGIC) :])[0] if begin.startswith(MAGIC) else 0
        written = file.read(min(length, _LONGEST_HEAD))
        head = msgspec.json.decode(written, type=Head)
    except (struct.error, msgspec.DecodeError):
        raise BackupError(f"{name}: is not a backup of this gateway / 不是本网关的备份文件") from None
    if head.cost not in _COSTS or len(head.start) != _START:
        raise BackupError(f"{name}: its head is not one that a gateway writes / 文件头不对，不是本网关写的")
    return head, written


def fit_passphrase(text: str, *, where: str) -> str:
    """Return a passphrase that may be used.

    Raises:
        BackupError: it is too short.
    """
    if len(text) < SHORTEST_PASSPHRASE:
        raise BackupError(
            f"{where}: holds a passphrase of {len(text)} characters, expected at least {SHORTEST_PASSPHRASE}"
            f" / 口令至少 {SHORTEST_PASSPHRASE} 个字符"
        )
    return text


def _key(passphrase: str, salt: bytes, cost: int) -> tuple[bytes, bytes]:
    made = Scrypt(salt=salt, length=48, n=2**cost, r=8, p=1).derive(passphrase.encode())
    return made[:32], made[32:]


def _nonce(start: bytes, number: int, *, last: bool) -> bytes:
    return start + struct.pack(">I?", number, last)
