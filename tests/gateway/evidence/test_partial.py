"""Partial files: in whatever pieces, repeated or overlapping, the bytes end up as they were sent, or the refusal says why."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import StoreFull
from gateway.evidence.partial import Partials
from gateway.evidence.refused import UploadRefused

WHOLE = bytes(range(200))


def add(partials: Partials, begin: int, end: int, *, size: int = len(WHOLE), sent: bytes = WHOLE) -> int:
    chunk = sent[begin:end]
    return partials.add("a1", begin, chunk, size=size, sha256=hashlib.sha256(chunk).hexdigest())


@given(st.lists(st.tuples(st.integers(0, len(WHOLE)), st.integers(0, len(WHOLE))), max_size=12))
def test_pieces_in_any_order_give_a_beginning_of_the_whole_and_never_anything_else(
    pieces: list[tuple[int, int]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        partials, held = Partials(Path(folder)), 0
        for begin, length in pieces:
            if begin > held:
                with pytest.raises(UploadRefused) as refused:
                    add(partials, begin, begin + length)
                assert refused.value.code == "upload_offset"
                assert refused.value.facts["offset"] == held
                continue
            held = max(held, min(len(WHOLE), begin + length))
            assert add(partials, begin, begin + length) == partials.offset("a1") == held
        assert partials.sha256("a1") == hashlib.sha256(WHOLE[:held]).hexdigest()
        assert partials.head("a1") == WHOLE[: min(held, 64)]


def test_what_cannot_be_right_is_refused_with_the_offset_to_go_on_from(tmp_path: Path) -> None:
    partials = Partials(tmp_path)
    add(partials, 0, 80)
    refusals: dict[str, Any] = {}
    other = bytes(reversed(WHOLE))
    for what in (
        lambda: partials.add("a1", 80, b"abc", size=200, sha256="0" * 64),
        lambda: add(partials, 80, 200, size=199),
        lambda: add(partials, 81, 90),
        lambda: add(partials, 70, 90, sent=other),
    ):
        with pytest.raises(UploadRefused) as refused:
            what()
        refusals[refused.value.code] = refused.value.facts["offset"]
    assert refusals == dict.fromkeys(
        ("upload_damaged", "upload_overrun", "upload_offset", "upload_differs"), 80
    )
    assert partials.sha256("a1") == hashlib.sha256(WHOLE[:80]).hexdigest()


def test_a_full_disk_tears_no_chunk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    partials, real = Partials(tmp_path), os.pwrite
    add(partials, 0, 80)
    room = [10]  # bytes

    def full(handle: int, chunk: Any, at: int) -> int:
        if not room:
            raise OSError(28, "No space left on device")
        return real(handle, bytes(chunk[: room.pop()]), at)

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(StoreFull, match="No space left"):
        add(partials, 80, 200)
    monkeypatch.undo()
    assert partials.offset("a1") == 80
    assert add(partials, 80, 200) == 200
    assert partials.sha256("a1") == hashlib.sha256(WHOLE).hexdigest()


def test_files_are_for_the_gateway_alone_and_go_by_their_id(tmp_path: Path) -> None:
    partials = Partials(tmp_path / "uploads")
    assert (partials.ids(), partials.offset("a1"), partials.head("a1")) == (set(), 0, b"")
    add(partials, 0, 10)
    assert partials.path("a1").stat().st_mode & 0o777 == 0o600
    assert partials.folder.stat().st_mode & 0o777 == 0o700
    assert partials.ids() == {"a1"}
    partials.drop("a1")
    partials.drop("a1")
    assert partials.ids() == set()
