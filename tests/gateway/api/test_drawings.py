"""Floor plans: uploaded by who may, made anew, saved with every mistake at once, versioned, shown to staff only."""

from __future__ import annotations

import io
from typing import Any

import httpx
import pytest
from PIL import Image

from gateway.response.drawing import WHOLE
from tests.gateway.api.site_house import site_house

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300"><rect width="9" height="9"/><script>x()</script></svg>'


def pixels(kind: str = "PNG", mode: str = "RGB", size: tuple[int, int] = (300, 200)) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind)
    return out.getvalue()


async def uploaded(browser: httpx.AsyncClient, data: bytes, name: str = "plan.png") -> dict[str, Any]:
    answer = await browser.post("/api/drawings/pictures", files={"file": (name, data)})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_a_drawing_is_uploaded_saved_seen_and_taken_away(tmp_path):
    async with site_house(tmp_path) as it:
        office = it.browser("chen")
        made = await uploaded(office, SVG, "plan.svg")
        assert (made["mime"], made["width"], made["height"]) == ("image/svg+xml", 400, 300)
        body = {
            "place": WHOLE, "picture": made["sha256"], "width": 400, "height": 300,
            "devices": {"gate-1": [0.25, 0.75]}, "version": 0, "reason": "first plan",
        }  # fmt: skip
        saved = await office.post("/api/drawings", json=body)
        assert saved.status_code == 200, saved.text
        assert saved.json()["version"] == 1
        (shown,) = (await it.browser("wang").get("/api/drawings")).json()["items"]
        assert (shown["place"], shown["version"]) == (WHOLE, 1)
        assert shown["devices"] == [{"id": "gate-1", "x": 0.25, "y": 0.75}]
        stale = await office.post("/api/drawings", json={**body, "devices": {}})
        assert (stale.status_code, stale.json()["code"]) == (409, "stale_document")
        again = await office.post("/api/drawings", json={**body, "devices": {}, "version": 1})
        assert again.json()["version"] == 2
        found = (await office.get("/api/drawings/versions", params={"place": WHOLE})).json()["items"]
        assert [each["version"] for each in found] == [2, 1]
        assert ("chen", "site.save", f"drawing:{WHOLE}") in it.audit()
        gone = await office.post("/api/drawings/drop", json={"place": WHOLE, "version": 2})
        assert gone.status_code == 200, gone.text
        assert (await office.get("/api/drawings")).json()["items"] == []
        assert (await office.post("/api/drawings/drop", json={"place": WHOLE})).status_code == 404


async def test_the_picture_is_the_one_made_anew_and_can_do_nothing(tmp_path):
    async with site_house(tmp_path) as it:
        made = await uploaded(it.browser("chen"), SVG, "plan.svg")
        answer = await it.browser("wang").get(f"/api/drawings/pictures/{made['sha256']}")
        assert answer.status_code == 200
        assert b"script" not in answer.content
        assert answer.headers["content-type"] == "image/svg+xml"
        assert "sandbox" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert (await it.browser("liu").get(f"/api/drawings/pictures/{made['sha256']}")).status_code == 403


@pytest.mark.parametrize(("kind", "mime"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
async def test_pixels_are_encoded_anew_and_what_is_clear_becomes_white(tmp_path, kind, mime):
    async with site_house(tmp_path) as it:
        office = it.browser("chen")
        data = pixels(kind, "RGBA" if kind == "PNG" else "RGB") + b"something behind the picture"
        made = await uploaded(office, data)
        assert (made["mime"], made["width"], made["height"]) == (mime, 300, 200)
        answer = await office.get(f"/api/drawings/pictures/{made['sha256']}")
        assert b"something behind" not in answer.content
        with Image.open(io.BytesIO(answer.content)) as picture:
            assert picture.getpixel((1, 1)) == ((255, 255, 255) if kind == "PNG" else (0, 0, 0))


async def test_what_is_no_drawing_is_refused_in_words(tmp_path):
    async with site_house(tmp_path) as it:
        office = it.browser("chen")
        for data in (b"GIF89a", b"\x89PNG\r\n\x1a\n broken", b"<html></html>", b""):
            answer = await office.post("/api/drawings/pictures", files={"file": ("plan.png", data)})
            assert (answer.status_code, answer.json()["code"]) == (422, "bad_picture"), data
        large = await office.post(
            "/api/drawings/pictures", files={"file": ("a.png", b"\x89PNG" + bytes(10 * 1024 * 1024))}
        )
        assert large.status_code == 413


async def test_every_mistake_is_said_at_once_and_no_evidence_can_be_named_as_a_drawing(tmp_path):
    async with site_house(tmp_path) as it:
        office = it.browser("chen")
        photo = await office.post("/api/photos", files={"file": ("a.jpg", pixels("JPEG"), "image/jpeg")})
        body = {
            "place": "nowhere", "picture": photo.json()["sha256"], "width": 1, "height": 1,
            "devices": {"no-such": [0, 1]}, "places": {"no-place": [0.5, 0.5]},
        }  # fmt: skip
        answer = await office.post("/api/drawings", json=body)
        assert answer.status_code == 422
        paths = {each["path"] for each in answer.json()["facts"]["fields"]}
        assert paths == {"body.place", "body.devices.no-such", "body.places.no-place", "body.picture"}
        outside = await office.post("/api/drawings", json={**body, "devices": {"a": [0, 1.5]}})
        assert outside.status_code == 422


async def test_a_guard_looks_and_changes_nothing(tmp_path):
    async with site_house(tmp_path) as it:
        guard = it.browser("wang")
        assert (await guard.get("/api/drawings")).status_code == 200
        for path in ("/api/drawings", "/api/drawings/drop", "/api/drawings/pictures"):
            assert (await guard.post(path, json={})).status_code == 403
