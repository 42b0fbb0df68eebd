"""The process in which a backup is made or read: a nice one, so that alarms do not wait for it.

`python -m gateway.backup.child`: one `Ask` as JSON on standard input, the answer as JSON on standard output.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import msgspec

from gateway.backup.making import make
from gateway.backup.opening import verify
from gateway.backup.order import Order, passphrase_of
from gateway.errors import GatewayError


class Make(msgspec.Struct, frozen=True, kw_only=True, tag="make"):
    """Make a backup."""

    order: Order


class Verify(msgspec.Struct, frozen=True, kw_only=True, tag="verify"):
    """Read a backup from end to end."""

    file: Path
    passphrase_file: Path


Ask: TypeAlias = Make | Verify


def main() -> int:
    """Do what is asked; return the exit code."""
    os.nice(19)
    ask = msgspec.json.decode(sys.stdin.buffer.read(), type=Ask, dec_hook=_path)
    try:
        if isinstance(ask, Make):
            answer: msgspec.Struct = make(ask.order, now=datetime.now(UTC))
        else:
            answer = verify(ask.file, passphrase_of(ask.passphrase_file))
    except GatewayError as error:
        sys.stderr.write(f"{error}\n")
        return 3
    sys.stdout.buffer.write(msgspec.json.encode(answer))
    return 0


def encoded(ask: Ask) -> bytes:
    """Return a question as the child reads it."""
    return msgspec.json.encode(ask, enc_hook=str)


def _path(kind: type, value: object) -> object:
    return kind(value)


if __name__ == "__main__":
    sys.exit(main())
