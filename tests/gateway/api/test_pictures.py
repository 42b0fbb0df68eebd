"""Pictures at the desk: cameras with their newest, the veil and lifting it with a reason."""

from __future__ import annotations

import io

import msgspec
from PIL import Image

from devices.registry import Device, Registry
from gateway.clock import to_us
from gateway.evidence.veil_child import veil
from tests.gateway.api import house as house_module
from tests.gateway.api.house import House, house
from tests.gateway.evidence.phone import picture
from tests.gateway.response import estate


def site_with_cameras(**changes):
    view = estate.site(**changes)
    eyes = [
        Device(id="eye-1", type="camera", name={"zh": "北门摄像头", "en": "Camera at the north gate"}, building="1", grid="g1"),
        Device(id="eye-2", type="camera", name={"zh": "车库摄像头", "en": "Garage camera"}, building="9", grid="g2"),
    ]  # fmt: skip
    return msgspec.structs.replace(view, registry=Registry([*view.registry, *eyes]))


def show(it: House, camera: str, content: bytes, mime: str = "image/jpeg") -> str:
    """Let a camera say something with a picture; return the picture's hash."""
    sha256, record = it.store.save_blob(content, mime, "device", at_us=to_us(it.clock.now()))
    it.write(record)
    it.say(camera, "object.seen", evidence=[{"sha256": sha256, "mime": mime, "size": len(content)}])
    return sha256


async def test_cameras_show_their_newest_picture_in_my_grids(tmp_path, monkeypatch):
    monkeypatch.setattr(house_module, "site", site_with_cameras)
    async with house(tmp_path) as it:
        guard = it.browser("wang")
        assert [each["picture"] for each in (await guard.get("/api/cameras")).json()["items"]] == [None, None]
        first = show(it, "eye-1", picture())
        show(it, "eye-2", b"a clip", "video/mp4")
        one, two = (await guard.get("/api/cameras")).json()["items"]
        assert (one["name"]["en"], one["picture"]["sha256"]) == ("Camera at the north gate", first)
        assert (two["picture"], two["last_at"] is not None) == (None, True)
        it.ticker.advance(seconds=5)
        it.say("eye-1", "object.gone")  # without a picture: the last one stays
        assert (await guard.get("/api/cameras")).json()["items"][0]["picture"]["sha256"] == first
        it.ticker.advance(seconds=5)
        second = show(it, "eye-1", picture(seed=1))
        assert (await guard.get("/api/cameras")).json()["items"][0]["picture"]["sha256"] == second


async def test_a_picture_is_veiled_until_a_reason_is_written_down(tmp_path, monkeypatch):
    monkeypatch.setattr(house_module, "site", site_with_cameras)
    async with house(tmp_path) as it:
        guard = it.browser("wang")
        content = picture()
        sha256 = show(it, "eye-1", content)
        veiled = await guard.get(f"/api/evidence/{sha256}/veiled")
        assert (veiled.status_code, veiled.headers["content-type"]) == (200, "image/jpeg")
        assert veiled.content != content
        assert it.audit() == []  # looking at a veil is no look at anybody
        early = await guard.get(f"/api/evidence/{sha256}")
        assert (early.status_code, early.json()["code"]) == (403, "veiled")
        assert it.audit() == []
        short = await guard.post(f"/api/evidence/{sha256}/reveal", json={"reason": ""})
        assert (short.status_code, short.json()["facts"]["fields"][0]["path"]) == (422, "body.reason")
        shown = await guard.post(f"/api/evidence/{sha256}/reveal", json={"reason": "核实告警"})
        assert shown.json()["sha256"] == sha256
        assert it.audit() == [("wang", "reveal", f"evidence {sha256[:12]}")]
        for _ in range(2):  # a page asks again and again: it is one look
            clear = await guard.get(f"/api/evidence/{sha256}")
            assert (clear.content, clear.headers["cache-control"]) == (content, "no-store")
        assert it.audit()[1:] == [("wang", "evidence.view", f"evidence {sha256[:12]}")]
        other = await it.browser("chen").get(f"/api/evidence/{sha256}")
        assert other.json()["code"] == "veiled", "everybody gives a reason of their own"
        assert it.services.custody.is_lifted("wang", sha256)
        assert (
            await guard.post(f"/api/evidence/{'1' * 64}/reveal", json={"reason": "核实"})
        ).status_code == 404
        it.ticker.advance(hours=8)
        assert not it.services.custody.is_lifted("wang", sha256), "a reason holds for one watch"


async def test_a_picture_of_somebody_elses_case_is_not_there_veiled_or_not(tmp_path, monkeypatch):
    monkeypatch.setattr(house_module, "site", site_with_cameras)
    async with house(tmp_path) as it:
        sha256, worker = show(it, "eye-2", picture()), it.browser("zhao")
        assert (await worker.get(f"/api/evidence/{sha256}/veiled")).status_code == 404
        reveal = await worker.post(f"/api/evidence/{sha256}/reveal", json={"reason": "核实告警"})
        assert reveal.status_code == 404, "who sees only their own lifts no other veil"
        assert it.audit() == []
        resident = await it.browser("liu").post(f"/api/evidence/{sha256}/reveal", json={"reason": "看一看"})
        assert resident.status_code == 403


async def test_what_is_no_picture_has_no_veil(tmp_path, monkeypatch):
    monkeypatch.setattr(house_module, "site", site_with_cameras)
    async with house(tmp_path) as it:
        guard = it.browser("wang")
        broken = show(it, "eye-1", b"\xff\xd8\xff no picture")
        clip = show(it, "eye-1", b"a clip", "video/mp4")
        for each in (broken, clip, "2" * 64):
            assert (await guard.get(f"/api/evidence/{each}/veiled")).status_code == 404


def test_the_veil_keeps_no_fine_line():
    lines = Image.new("RGB", (960, 640), "white")
    for x in range(0, 960, 8):  # as fine as the strokes of a number plate
        lines.paste("black", (x, 0, x + 4, 640))
    out = io.BytesIO()
    lines.save(out, "JPEG", quality=95)
    with Image.open(io.BytesIO(veil(out.getvalue()))) as shown:
        low, high = shown.convert("L").getextrema()
    assert high - low < 60
    assert veil(b"no picture") == b""


async def test_the_desk_is_told_the_number_of_who_was_sent_and_nobody_elses(tmp_path, monkeypatch):
    def reachable(**changes):
        people = {
            name: msgspec.structs.replace(person, contacts={"mail": "a@b.cn", "sms": "13812341234"})
            for name, person in changes.pop("people").items()
        }
        return estate.site(people=people, **changes)

    monkeypatch.setattr(house_module, "site", reachable)
    async with house(tmp_path) as it:
        guard = it.browser("wang")
        number = it.force().number
        path = f"/api/incidents/{number}/phone"
        assert (await guard.post(path, json={"person": "zhao"})).status_code == 404
        case = it.pump.state.cases.incidents[number]
        await guard.post(
            f"/api/incidents/{number}/actions",
            json={"action": "dispatch", "version": case.version, "fields": {"assignee": "zhao"}},
            headers={"Idempotency-Key": "send-zhao"},
        )
        told = await guard.post(path, json={"person": "zhao"})
        assert told.json() == {"name": it.people["zhao"].name, "phone": "13812341234"}
        assert it.audit()[-1] == ("wang", "phone", "zhao")
        assert (await it.browser("zhao").post(path, json={"person": "zhao"})).status_code == 403
