"""Voice notes: a file is what its first bytes say, and what it claims has to fit."""

from __future__ import annotations

import io

import pytest

from gateway.evidence.limits import Limits
from gateway.evidence.refused import UploadRefused
from gateway.evidence.voice import clean_voice, container_of


@pytest.mark.parametrize(
    ("head", "container"),
    [
        (b"\x1a\x45\xdf\xa3\x9f\x42", "webm"),
        (b"OggS\x00\x02", "ogg"),
        (b"\x00\x00\x00\x1cftypM4A ", "mp4"),
        (b"ID3\x04", "mp3"),
        (b"\xff\xfb\x90", "mp3"),
        (b"\xff\xff\x90", None),  # layer I
        (b"\xff", None),
        (b"", None),
        (b"RIFF\x24\x00\x00\x00WAVE", None),
        (b"<script>", None),
    ],
)
def test_a_file_is_what_its_first_bytes_say(head: bytes, container: str | None) -> None:
    assert container_of(head) == container


@pytest.mark.parametrize(
    ("head", "claimed", "why"),
    [(b"GIF89a", "audio/webm", "只收 webm"), (b"OggS\x00", "audio/webm;codecs=opus", "声称的格式不符")],
)
async def test_what_is_no_voice_note_is_refused_before_anything_reads_it(
    head: bytes, claimed: str, why: str
) -> None:
    class Unread(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise AssertionError("nobody reads it")

    with pytest.raises(UploadRefused) as refused:
        await clean_voice(Unread(head), head, claimed, Limits())
    assert refused.value.code == "bad_voice"
    assert why in refused.value.facts["why"]["zh"]
