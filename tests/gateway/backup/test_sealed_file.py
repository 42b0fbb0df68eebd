"""A sealed file: what goes in comes out, and no change goes unseen."""

from __future__ import annotations

import io

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.backup import sealed_file
from gateway.backup.sealed_file import SealedReader, SealedWriter, fit_passphrase
from gateway.errors import BackupError

PASS = "a passphrase of the site"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch):
    """Guessing need not be dear here, nor pieces large."""
    monkeypatch.setattr(sealed_file, "_COST", 4)
    monkeypatch.setattr(sealed_file, "PIECE", 64)


def sealed(content: bytes, step: int = 50) -> bytes:
    file = io.BytesIO()
    writer = SealedWriter(file, PASS, site="s", made_at="now")
    for start in range(0, len(content), step):
        writer.write(content[start : start + step])
    writer.close()
    return file.getvalue()


def opened(written: bytes, passphrase: str = PASS) -> bytes:
    return SealedReader(io.BytesIO(written), passphrase, name="x").read()


@pytest.mark.parametrize("length", [0, 1, 63, 64, 65, 128, 1000])
def test_what_goes_in_comes_out(length):
    content = bytes(number % 251 for number in range(length))
    assert opened(sealed(content)) == content
    assert b"\x07\x08\x09\x0a" not in sealed(content)[200:] or length < 11


def test_the_same_content_is_sealed_differently_each_time():
    assert sealed(b"the same") != sealed(b"the same")


def test_a_wrong_passphrase_is_told_from_damage():
    with pytest.raises(BackupError, match="passphrase"):
        opened(sealed(b"x"), "another passphrase")


def test_something_else_is_no_backup():
    for other in (b"", b"SCG", b"PK\x03\x04 a zip", sealed_file.MAGIC + b"\x00\x00\xff\xffrubbish"):
        with pytest.raises(BackupError, match="not a backup"):
            opened(other)


def test_a_file_that_was_never_finished_does_not_open():
    file = io.BytesIO()
    writer = SealedWriter(file, PASS, site="s", made_at="now")
    writer.write(b"x" * 200)  # and then the power went
    with pytest.raises(BackupError, match="damaged or cut off"):
        opened(file.getvalue())


WHOLE = bytes(range(250))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_change_goes_unseen(data):
    written = sealed(WHOLE)
    how = data.draw(st.sampled_from(["flip", "cut", "swap"]))
    if how == "flip":
        place = data.draw(st.integers(0, len(written) - 1))
        changed = written[:place] + bytes([written[place] ^ 1]) + written[place + 1 :]
    elif how == "cut":
        changed = written[: data.draw(st.integers(0, len(written) - 1))]
    else:
        first, piece = len(written) - 4 * 80 + (64 - 250 % 64), 80
        changed = (
            written[:first] + written[first + piece : first + 2 * piece] + written[first : first + piece]
        )
    with pytest.raises(BackupError):
        opened(changed)


@pytest.mark.parametrize("cost", [-3, 0, 20, 2_000_000_000])
def test_a_head_that_asks_for_all_memory_or_for_nonsense_is_refused(cost):
    head = sealed_file.Head(site="s", made_at="", salt=b"0" * 16, check=b"0" * 16, start=b"0" * 7, cost=cost)
    body = msgspec.json.encode(head)
    with pytest.raises(BackupError, match="head"):
        opened(sealed_file.MAGIC + len(body).to_bytes(4, "big") + body)


def test_a_short_passphrase_is_refused():
    with pytest.raises(BackupError, match="at least 12"):
        fit_passphrase("short", where="pass")
