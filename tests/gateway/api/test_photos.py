"""Pictures: what is kept, what is stripped, what is refused, who may fetch them."""

from __future__ import annotations

import io
import struct
import zlib
from datetime import datetime

import pytest
from PIL import Image

from tests.gateway.api.house import house, key

TAKEN = "2026-03-06T21:58:00+08:00"


def jpeg(size=(640, 480), *, exif: bool = False) -> bytes:
    out = io.BytesIO()
    image = Image.new("RGB", size, (200, 60, 60))
    tags = Image.Exif()
    if exif:
        tags[0x010F] = "SecretPhone"  # maker
        tags[0x0112] = 6  # stored lying on its side
        inner = tags.get_ifd(0x8769)
        inner[0x9003], inner[0x9011] = "2026:03:06 21:58:00", "+08:00"
        place = tags.get_ifd(0x8825)
        place[1], place[2] = "N", (30.0, 15.0, 0.0)
    image.save(out, "JPEG", exif=tags)
    return out.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 64))
        + chunk(b"IEND", b"")
    )


async def upload(browser, number: str, body: bytes, *, name: str = "a", **form: str):
    return await browser.post(
        f"/api/incidents/{number}/photos",
        files={"file": ("x.jpg", body, "image/jpeg")},
        data=form,
        headers=key(name),
    )


async def test_a_picture_is_put_on_the_case_without_what_the_phone_added(tmp_path):
    async with house(tmp_path) as it:
        case = it.force()
        guard = it.browser("wang")
        original = jpeg((600, 400), exif=True)

        answer = await upload(guard, case.number, original)

        assert answer.status_code == 201, answer.text
        stored = answer.json()
        assert (stored["width"], stored["height"]) == (400, 600)  # upright
        assert datetime.fromisoformat(stored["captured_at"]) == datetime.fromisoformat(TAKEN)
        assert stored["received_at"].startswith("2026-03-06T14:00:00")
        fetched = await guard.get(f"/api/evidence/{stored['sha256']}")
        assert fetched.status_code == 200
        assert fetched.headers["content-type"] == "image/jpeg"
        assert fetched.headers["x-content-type-options"] == "nosniff"
        assert fetched.headers["content-disposition"].startswith("inline")
        assert fetched.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert b"SecretPhone" in original
        assert b"SecretPhone" not in fetched.content
        assert not Image.open(io.BytesIO(fetched.content)).getexif()
        detail = (await guard.get(f"/api/incidents/{case.number}")).json()
        assert [photo["sha256"] for photo in detail["incident"]["photos"]] == [stored["sha256"]]
        assert detail["incident"]["photos"][0]["by"] == {"id": "wang", "name": "王强"}
        assert detail["timeline"][-1]["attachments"] == [stored["sha256"]]


async def test_what_the_phone_says_goes_before_what_the_camera_wrote(tmp_path):
    async with house(tmp_path) as it:
        case = it.force()
        answer = await upload(
            it.browser("wang"), case.number, jpeg(exif=True), captured_at="2026-03-06T21:00:00+08:00"
        )
        assert datetime.fromisoformat(answer.json()["captured_at"]).hour == 13


async def test_a_repeat_of_an_upload_adds_nothing(tmp_path):
    async with house(tmp_path) as it:
        case = it.force()
        guard = it.browser("wang")
        first, again = await upload(guard, case.number, jpeg()), await upload(guard, case.number, jpeg())
        assert first.json()["sha256"] == again.json()["sha256"]
        detail = (await guard.get(f"/api/incidents/{case.number}")).json()
        assert len(detail["incident"]["photos"]) == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", 422, "bad_picture"),
        (b"<!doctype html><script>alert(1)</script>", 422, "bad_picture"),
        (b"\xff\xd8\xff" + b"garbage" * 100, 422, "bad_picture"),
        (b"RIFF1234AVI LIST", 422, "bad_picture"),
        (png_that_claims(60_000, 60_000), 422, "bad_picture"),
        (png_that_claims(7_000, 7_000), 422, "bad_picture"),
        (b"", 422, "bad_picture"),
        (b"\xff\xd8\xff" + b"\0" * (10 * 1024 * 1024), 413, "too_large"),
        (b"\xff\xd8\xff" + b"\0" * (12 * 1024 * 1024), 413, "too_large"),
    ],
    ids=["svg", "html", "garbage", "avi", "bomb", "pixels", "empty", "large", "larger"],
)
async def test_what_is_no_harmless_picture_is_refused(tmp_path, body, status, code):
    async with house(tmp_path) as it:
        case = it.force()
        guard = it.browser("wang")
        answer = await upload(guard, case.number, body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
        assert (await guard.get(f"/api/incidents/{case.number}")).json()["incident"]["photos"] == []


async def test_a_worker_fetches_only_what_belongs_to_their_cases(tmp_path):
    async with house(tmp_path) as it:
        case = it.force()
        guard = it.browser("wang")
        sha256 = (await upload(guard, case.number, jpeg())).json()["sha256"]
        sees = [
            who
            for who in ("zhao", "sun")
            if (await it.browser(who).get(f"/api/incidents/{case.number}")).status_code == 200
        ]
        for who in ("zhao", "sun"):
            browser, address = it.browser(who), f"/api/evidence/{sha256}"
            lifted = await browser.post(f"{address}/reveal", json={"reason": "到场核对"})
            assert lifted.status_code == (200 if who in sees else 404)
            assert (await browser.get(address)).status_code == (200 if who in sees else 404)
        assert (await it.browser("zhou").get(f"/api/evidence/{sha256}")).status_code == 403  # administrator
        assert (await it.stranger().get(f"/api/evidence/{sha256}")).status_code == 401


async def test_a_worker_fetches_the_evidence_of_their_alerts_events(tmp_path):
    async with house(tmp_path) as it:
        from gateway.clock import to_us

        sha256, record = it.store.save_blob(b"a clip", "video/mp4", "device", at_us=to_us(it.clock.now()))
        it.write(record)
        it.say("gate-n1", "access.forced", evidence=[{"sha256": sha256, "mime": "video/mp4", "size": 6}])
        (number,) = it.pump.state.cases.incidents
        version = it.pump.state.cases.incidents[number].version
        guard = it.browser("wang")
        sent = await guard.post(
            f"/api/incidents/{number}/actions",
            json={"action": "dispatch", "version": version, "fields": {"assignees": ["zhao"]}},
            headers=key("send"),
        )
        assert sent.status_code in (200, 409), sent.text
        detail = (await it.browser("zhao").get(f"/api/incidents/{number}")).json()
        assert [piece["sha256"] for piece in detail["evidence"]] == [sha256]
        early = await it.browser("zhao").get(f"/api/evidence/{sha256}")
        assert (early.status_code, early.json()["code"]) == (403, "veiled"), "a clip has no veiled form"
        await it.browser("zhao").post(f"/api/evidence/{sha256}/reveal", json={"reason": "到场核对"})
        clip = await it.browser("zhao").get(f"/api/evidence/{sha256}")
        assert (clip.status_code, clip.content) == (200, b"a clip")
        assert (await it.browser("sun").get(f"/api/evidence/{sha256}")).status_code == 404


async def test_a_resident_reports_with_a_picture_and_sees_the_answer(tmp_path):
    async with house(tmp_path) as it:
        resident, other = it.browser("liu"), it.browser("zhao")
        photo = await resident.post(
            "/api/photos", files={"file": ("x.jpg", jpeg(), "image/jpeg")}, data={"captured_at": TAKEN}
        )
        assert photo.status_code == 201, photo.text
        sha256 = photo.json()["sha256"]
        body = {
            "category": "0602",
            "place": {"building": "b1", "note": "后门旁"},
            "text": "垃圾桶满了",
            "photos": [{"sha256": sha256, "captured_at": TAKEN}],
        }
        answer = await resident.post("/api/reports", json=body, headers=key("report"))
        again = await resident.post("/api/reports", json=body, headers=key("report"))
        assert answer.status_code == 201, answer.text
        assert again.json() == answer.json()
        number = answer.json()["incident"]
        mine = (await resident.get("/api/incidents")).json()["items"]
        assert [row["number"] for row in mine] == [number]
        assert (await resident.get(f"/api/evidence/{sha256}")).status_code == 200
        assert "后门旁" in mine[0]["place"]["zh"]
        assert mine[0]["photos"][0]["sha256"] == sha256
        assert (await resident.get("/api/alerts")).status_code == 403
        assert (await other.get(f"/api/incidents/{number}")).status_code in (200, 404)

        unknown = await resident.post("/api/reports", json={**body, "category": "9999"}, headers=key("r2"))
        assert unknown.json()["facts"]["fields"][0]["path"] == "body.category"
        gone = await resident.post(
            "/api/reports", json={**body, "photos": [{"sha256": "0" * 64}]}, headers=key("r3")
        )
        assert gone.json()["facts"]["fields"][0]["path"] == "body.photos"
