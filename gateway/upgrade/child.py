"""The process in which a package is proven or installed: a nice one, so that alarms do not wait for it.

`python -m gateway.upgrade.child`: one question as JSON on standard input, the answer as JSON on standard output; a
refusal is one line of JSON on standard error.
"""

from __future__ import annotations

import os
import resource
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import msgspec

from gateway.errors import PackageRefused, UpgradeError
from gateway.upgrade.bundle import public_key, verify
from gateway.upgrade.versions import Versions

MEMORY_BYTES = 512 << 20  # a package that nobody has proven may claim to be anything
REFUSED, FAILED = 3, 4


class Look(msgspec.Struct, frozen=True, kw_only=True, tag="look"):
    """Prove a package; nothing of it is run or written."""

    file: Path
    key_file: Path


class Install(msgspec.Struct, frozen=True, kw_only=True, tag="install"):
    """Prove a package and install its version beside the others."""

    file: Path
    key_file: Path
    folder: Path


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Why a package is not taken: a word of the catalogue, and the sentence for who reads the log."""

    code: str
    said: str


Ask: TypeAlias = Look | Install


def main() -> int:
    """Do what is asked; return the exit code."""
    os.nice(19)
    ask = msgspec.json.decode(sys.stdin.buffer.read(), type=Ask, dec_hook=_path)
    try:
        if isinstance(ask, Look):
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
            answer: msgspec.Struct = verify(ask.file, public_key(ask.key_file))
        else:
            versions = Versions(ask.folder)
            answer = versions.install(ask.file, public_key(ask.key_file), now=datetime.now(UTC))
    except MemoryError:
        return _refused("upgrade_foreign", "the package claims more than any package holds")
    except PackageRefused as error:
        return _refused(error.code, str(error))
    except UpgradeError as error:
        sys.stderr.write(f"{' '.join(str(error).split())}\n")
        return FAILED
    sys.stdout.buffer.write(msgspec.json.encode(answer))
    return 0


def encoded(ask: Ask) -> bytes:
    """Return a question as the child reads it."""
    return msgspec.json.encode(ask, enc_hook=str)


def _refused(code: str, said: str) -> int:
    sys.stderr.buffer.write(msgspec.json.encode(Refusal(code=code, said=said)) + b"\n")
    return REFUSED


def _path(kind: type, value: object) -> object:
    return kind(value)


if __name__ == "__main__":
    sys.exit(main())
