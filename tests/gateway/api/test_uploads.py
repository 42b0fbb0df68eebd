"""Uploads over HTTP: resumed, repeated, refused with the reason, and exactly one photo on the case."""

from __future__ import annotations

import errno
import io
import os
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from gateway.api.errors import CATALOGUE
from tests.gateway.api.house import house
from tests.gateway.evidence.phone import Phone, checksum, moving, picture, sound

TAKEN = "2026-03-06T03:00:00+08:00"
PHONE_SAYS = "2026-03-06T22:00:07+08:00"  # seven seconds fast


async def test_a_photo_in_chunks_reaches_its_case_once_with_its_own_time(tmp_path):
    async with house(tmp_path) as it:
        case, content = it.force(), picture(300)
        guard = it.browser("wang")
        phone = Phone(guard)
        facts = {"incident": case.number, "captured_at": TAKEN, "phone_at": PHONE_SAYS}

        first = await phone.send(content, chunk=10_000, **facts)
        again = await phone.send(content, **facts)

        assert first.status_code == again.status_code == 200, first.text
        assert first.json() == again.json()
        file = first.json()["file"]
        assert datetime.fromisoformat(file["captured_at"]) == datetime.fromisoformat(TAKEN)
        assert file["received_at"].startswith("2026-03-06T14:00:00")
        assert file["skew_ms"] == 7000
        detail = (await guard.get(f"/api/incidents/{case.number}")).json()
        (photo,) = detail["incident"]["photos"]
        assert (photo["sha256"], photo["captured_at"]) == (file["sha256"], file["captured_at"])
        kept = await guard.get(f"/api/evidence/{file['sha256']}")
        assert Image.open(io.BytesIO(kept.content)).size == (300, 300)
        assert not list(it.store.uploads.glob("*"))  # nothing is left of the way here


async def test_a_broken_link_goes_on_where_it_was_also_after_a_restart(tmp_path):
    content = picture(400)
    async with house(tmp_path) as it:
        number = it.force().number
        phone = Phone(it.browser("wang"))
        begun = (await phone.announce(content, incident=number)).json()
        assert (begun["state"], begun["offset"], begun["chunk_bytes"]) == ("open", 0, 262144)
        await phone.add(begun["id"], 0, content[:5000])
    async with house(tmp_path) as it:
        phone = Phone(it.browser("wang"))
        again = (await phone.announce(content, incident=number)).json()
        assert (again["id"], again["offset"]) == (begun["id"], 5000)
        assert await phone.offset(begun["id"]) == 5000
        early = await phone.finish(begun["id"])
        assert (early.status_code, early.json()["code"]) == (409, "upload_incomplete")
        done = await phone.send(content, incident=number)
        assert done.json()["state"] == "done"
        assert len(it.pump.state.cases.incidents[number].photos) == 1


async def test_each_refusal_says_where_to_go_on(tmp_path):
    async with house(tmp_path) as it:
        content, phone = picture(200), Phone(it.browser("wang"))
        upload = (await phone.announce(content)).json()["id"]
        await phone.add(upload, 0, content[:1000])

        async def refused(answer, status, code, **facts):
            said = answer.json()
            assert (answer.status_code, said["code"]) == (status, code), answer.text
            assert {name: said["facts"][name] for name in facts} == facts
            assert "…" not in said["detail"]["zh"] + said["detail"]["en"]

        await refused(await phone.add(upload, 5000, content[5000:6000]), 409, "upload_offset", offset=1000)
        damaged = await phone.add(upload, 1000, b"x" + content[1001:2000], told="0" * 64)
        await refused(damaged, 422, "upload_damaged", offset=1000)
        await refused(await phone.add(upload, 500, b"other bytes"), 409, "upload_differs", offset=1000)
        await refused(
            await phone.add(upload, 1000, bytes(len(content))), 422, "upload_overrun", size=len(content)
        )
        too_big = await phone.add(upload, 1000, bytes(262145))
        assert (too_big.status_code, too_big.json()["code"]) == (413, "too_large")
        await refused(await phone.announce(picture(201)), 409, "key_reused")
        large = await phone.announce(content, key="large", size=10 * 1024 * 1024 + 1)
        await refused(large, 422, "upload_size", limit_bytes=10 * 1024 * 1024)
        assert await phone.offset(upload) == 1000
        stranger = Phone(it.browser("zhao"))
        assert (await stranger.add(upload, 1000, b"x")).status_code == 404
        assert (await stranger.finish(upload)).status_code == 404


async def test_a_file_that_is_not_what_was_announced_starts_over(tmp_path):
    async with house(tmp_path) as it:
        content, phone = picture(100), Phone(it.browser("wang"))
        upload = (await phone.announce(content)).json()["id"]
        broken = content[:-1] + bytes([content[-1] ^ 1])
        await phone.add(upload, 0, broken)
        answer = await phone.finish(upload)
        assert (answer.status_code, answer.json()["code"]) == (422, "upload_mismatch")
        assert await phone.offset(upload) == 0
        assert (await phone.send(content)).json()["state"] == "done"


async def test_what_is_no_picture_is_refused_for_good(tmp_path):
    async with house(tmp_path) as it:
        phone = Phone(it.browser("wang"))
        for content in (b"<svg/>" * 20, b"\xff\xd8\xff" + b"junk" * 99):
            first = await phone.send(content, key=content[:4].hex())
            again = await phone.send(content, key=content[:4].hex())
            assert (first.status_code, first.json()["code"]) == (422, "bad_picture")
            assert first.json() == again.json()
        assert not list(it.store.uploads.glob("*"))


@pytest.mark.parametrize(
    ("name", "codec", "mime"),
    [
        ("a.webm", ("-c:a", "libopus"), "audio/webm;codecs=opus"),
        ("a.ogg", ("-c:a", "libopus"), "audio/ogg"),
        ("a.m4a", (), "audio/mp4"),
        ("a.mp3", (), "audio/mpeg"),
    ],
)
async def test_a_voice_note_is_copied_clean_and_put_on_the_case(tmp_path, name, codec, mime):
    async with house(tmp_path / "data") as it:
        case, content = it.force(), sound(tmp_path, name, codec=codec)
        guard = it.browser("wang")
        answer = await Phone(guard).send(
            content, kind="voice", mime=mime, incident=case.number, captured_at=TAKEN
        )
        assert answer.status_code == 200, answer.text
        file = answer.json()["file"]
        assert file["mime"] == mime.partition(";")[0]
        assert 1.9 < file["length_s"] < 2.2
        kept = await guard.get(f"/api/evidence/{file['sha256']}")
        assert kept.headers["content-type"] == file["mime"]
        assert b"SecretPhone" in content
        assert b"SecretPhone" not in kept.content
        detail = (await guard.get(f"/api/incidents/{case.number}")).json()
        assert detail["incident"]["photos"] == []
        assert [note["sha256"] for note in detail["incident"]["voices"]] == [file["sha256"]]


async def test_without_ffmpeg_a_voice_note_is_kept_as_it_came_if_it_is_what_it_claims(tmp_path, monkeypatch):
    async with house(tmp_path / "data") as it:
        content = sound(tmp_path, "a.mp3")
        guard = it.browser("wang")
        monkeypatch.setattr("shutil.which", lambda name: None)
        answer = await Phone(guard).send(content, kind="voice", mime="audio/mpeg")
        file = answer.json()["file"]
        assert (file["sha256"], file["mime"], file["length_s"]) == (checksum(content), "audio/mpeg", None)
        lied = await Phone(guard).send(content, key="lied", kind="voice", mime="audio/webm")
        assert lied.json()["code"] == "bad_voice"


async def test_what_is_no_voice_note_is_refused_with_the_reason(tmp_path):
    async with house(tmp_path / "data") as it:
        phone = Phone(it.browser("wang"))
        tone = sound(tmp_path, "a.mp3")
        clip = moving(tmp_path)
        wrong = {
            "claim": (tone, "audio/webm"),
            "format": (b"RIFF....WAVEfmt ", "audio/wav"),
            "broken": (b"\x1a\x45\xdf\xa3" + bytes(300), "audio/webm"),
            "long": (sound(tmp_path, "long.ogg", seconds=63, codec=("-c:a", "libopus")), "audio/ogg"),
            "picture": (clip, "video/webm"),
        }
        said = {}
        for why, (content, mime) in wrong.items():
            answer = await phone.send(content, key=f"voice-{why}", kind="voice", mime=mime)
            assert (answer.status_code, answer.json()["code"]) == (422, "bad_voice"), answer.text
            said[why] = answer.json()["detail"]["en"]
        assert "claims" in said["claim"]
        assert "too long" in said["long"]
        assert "no picture" in said["picture"]


async def test_a_full_disk_in_the_middle_keeps_what_was_there(tmp_path, monkeypatch):
    async with house(tmp_path) as it:
        content, phone = picture(300), Phone(it.browser("wang"))
        upload = (await phone.announce(content)).json()["id"]
        await phone.add(upload, 0, content[:1000])
        real = os.pwrite

        def full(handle, data, at):
            real(handle, bytes(data[:100]), at)  # a part of it is written, then there is no more room
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(os, "pwrite", full)
        answer = await phone.add(upload, 1000, content[1000:2000])
        assert (answer.status_code, answer.json()["code"]) == (503, "store_full")
        assert await phone.offset(upload) == 1000
        monkeypatch.undo()
        assert (await phone.send(content)).json()["state"] == "done"


async def test_what_one_person_may_have_on_its_way_is_bounded_and_cleaned_by_age(tmp_path):
    async with house(tmp_path) as it:
        phone, content = Phone(it.browser("wang")), picture(64)
        for number in range(40):
            assert (await phone.announce(content, key=f"open-{number}")).status_code == 201
        full = await phone.announce(content, key="one-more")
        assert (full.status_code, full.json()["code"]) == (429, "upload_busy")
        assert int(full.headers["Retry-After"]) > 0
        first = (await phone.announce(content, key="open-0")).json()["id"]
        await phone.add(first, 0, content[:100])
        assert len(list(it.store.uploads.glob("*.part"))) == 1
        it.ticker.advance(hours=49)
        assert await it.services.uploads.sweep() == 1
        assert not list(it.store.uploads.glob("*"))
        later = Phone(it.browser("wang"))  # its session ran out meanwhile
        assert (await later.offset_or_none(first)) is None
        assert (await later.send(content, key="open-0")).json()["state"] == "done"


async def test_too_many_announcements_a_minute_are_told_to_wait(tmp_path):
    async with house(tmp_path) as it:
        phone, content = Phone(it.browser("wang")), b"<svg/>" * 10
        for number in range(60):
            await phone.send(content, key=f"n-{number}")
        answer = await phone.announce(content, key="n-60")
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many")
        it.ticker.advance(seconds=61)
        assert (await phone.announce(content, key="n-60")).status_code == 201


PIECES = st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 1500)), max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=PIECES, seed=st.integers(0, 3))
def test_any_cuts_repeats_and_orders_give_the_same_file_or_a_precise_refusal(tmp_path_factory, pieces, seed):
    from gateway.evidence.partial import Partials
    from gateway.evidence.refused import UploadRefused

    content = picture(24, seed=seed)
    partials = Partials(tmp_path_factory.mktemp("parts"))
    held = 0
    for offset, length in pieces:
        chunk = content[offset : offset + length]
        if offset > held or offset + len(chunk) > len(content):
            with pytest.raises(UploadRefused) as refused:
                partials.add("a", offset, chunk, size=len(content), sha256=checksum(chunk))
            assert refused.value.code in CATALOGUE
            assert refused.value.facts["offset"] == held == partials.offset("a")
            continue
        after = partials.add("a", offset, chunk, size=len(content), sha256=checksum(chunk))
        assert after == partials.offset("a") == max(held, offset + len(chunk))
        held = after
        assert partials.sha256("a") == checksum(content[:held])
    partials.add("a", held, content[held:], size=len(content), sha256=checksum(content[held:]))
    assert partials.sha256("a") == checksum(content)
