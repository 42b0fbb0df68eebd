"""Packed bytes of the journal: zstd above 1 KiB, plain below it."""

from __future__ import annotations

import threading

import zstandard

COMPRESS_ABOVE = 1024  # bytes
_MAGIC = b"\x28\xb5\x2f\xfd"


class _Own(threading.local):
    """What packs and unpacks, one for each thread: used by two at once it reads garbage or ends the process."""

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(level=3)
        self.decompressor = zstandard.ZstdDecompressor()


_own = _Own()


def packed(plain: bytes) -> bytes:
    """Return the bytes as they are stored."""
    return _own.compressor.compress(plain) if len(plain) > COMPRESS_ABOVE else plain


def unpacked(blob: bytes) -> bytes:
    """Return stored bytes as they were before they were packed."""
    return _own.decompressor.decompress(blob) if blob.startswith(_MAGIC) else blob
