"""Evidence: what a bundle holds, when it closes, what comes late, who looked, what is erased, what a check finds."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

import gateway.evidence.keeper as keeper_module
from gateway.clock import to_us
from gateway.errors import StoreError
from gateway.evidence.check import check_bundles
from gateway.evidence.keeper import Keeper
from gateway.evidence.shelf import Shelf
from gateway.store.bundles import bundles_of, hold_of, parts_of
from gateway.store.tables_evidence import bundle_parts, bundles
from tests.gateway.api.house import House, house, key
from tests.gateway.evidence.phone import Phone, picture


@asynccontextmanager
async def kept(folder: Path) -> AsyncIterator[tuple[House, Keeper]]:
    """Run a house whose cases get bundles; the keeper moves when `turn` is called."""
    async with house(folder) as it:
        keeper = Keeper(
            Shelf(it.store, it.writer),
            view=lambda: it.view,
            now=it.clock.now,
            offset=lambda: it.clock.offset,
            uploads=it.services.uploads,
            touched=it.services.pages.touched,
            keeping=it.services.keeping,
        )
        it.writer.on_commit(keeper.committed)
        it.services.custody.before_taking.append(keeper.seal_late)
        yield it, keeper


def clip(it: House, content: bytes = b"a clip") -> dict[str, object]:
    """Keep a clip as if a camera had sent it; return how an event names it."""
    sha256, record = it.store.save_blob(content, "video/mp4", "device", at_us=to_us(it.clock.now()))
    it.write(record)
    return {"sha256": sha256, "mime": "video/mp4", "size": len(content)}


async def passed(it: House, keeper: Keeper, **length: float) -> None:
    it.ticker.advance(**length)
    await turned(it, keeper)


async def turned(it: House, keeper: Keeper) -> None:
    """Let the keeper do what is due, once it has heard of everything that was said."""
    it.write(lambda connection: None)  # after the listeners of the commit before
    await asyncio.sleep(0)  # what they left for the loop
    await keeper.turn()


def part_names(it: House, number: str, bundle: int = 1) -> dict[str, object]:
    with it.store.read() as connection:
        return {part.name: part for part in parts_of(connection, number).get(bundle, [])}


def check(it: House):
    with it.store.read() as connection:
        return check_bundles(connection, it.store.blob_path)


async def act(it: House, person: str, number: str, action: str, **fields) -> None:
    version = it.pump.state.cases.incidents[number].version
    answer = await it.browser(person).post(
        f"/api/incidents/{number}/actions",
        json={"action": action, "version": version, "fields": fields},
        headers=key(f"{person}-{action}-{number}"),
    )
    assert answer.status_code == 200, answer.text


async def test_a_bundle_closes_a_minute_after_the_alert_with_everything_in_it(tmp_path):
    async with kept(tmp_path) as (it, keeper):
        it.say("gate-n1", "access.granted", subject={"cred": "card-123456"})
        piece = clip(it)
        it.say("gate-n1", "access.forced", evidence=[piece], subject={"plate": "京A12345"})
        (number,) = it.pump.state.cases.incidents
        await passed(it, keeper, seconds=59)
        assert not part_names(it, number)
        it.say("gate-n1", "access.granted", subject={"cred": "card-999999"})
        await passed(it, keeper, seconds=2)

        parts = part_names(it, number)
        why = next(part for name, part in parts.items() if name.startswith("why-"))
        assert json.loads(why.body)["rule"] == "forced"
        assert set(json.loads(why.body)["words"]) == {"zh", "en"}
        around = json.loads(parts["around.json"].body)
        assert [event["kind"] for event in around["events"]] == [
            "access.granted",
            "access.forced",
            "access.granted",
        ]
        assert json.loads(parts["clock.json"].body)["synchronised"] in {True, False}
        assert "duty.json" in parts
        assert "devices.json" in parts
        (media,) = (part for name, part in parts.items() if name.startswith("media/"))
        assert (media.sha256, media.media) == (piece["sha256"], "kept")
        names = "".join(person.name for person in it.people.values())
        assert not any(name in (part.body or "") for part in parts.values() for name in names.split() if name)

        with it.store.read() as connection:
            (bundle,) = bundles_of(connection, number)
        assert hashlib.sha256(bundle.manifest.encode()).hexdigest() == bundle.hash
        listed = {part["name"]: part["sha256"] for part in json.loads(bundle.manifest)["parts"]}
        assert listed == {name: part.sha256 for name, part in parts.items()}
        detail = (await it.browser("wang").get(f"/api/incidents/{number}")).json()
        (sealed,) = (row for row in detail["timeline"] if row["action"] == "evidence_closed")
        assert sealed["facts"]["hash"] == bundle.hash
        assert check(it) is None
        assert it.store.verify() is None


async def test_a_bundle_that_fell_due_while_nobody_looked_is_closed_after_the_restart(tmp_path):
    async with kept(tmp_path) as (it, keeper):
        number = it.force().number
        await turned(it, keeper)
    async with kept(tmp_path) as (it, keeper):
        await passed(it, keeper, seconds=90)
        assert "events.json" in part_names(it, number)


async def test_a_case_whose_bundle_was_never_opened_gets_one_after_the_restart(tmp_path):
    async with house(tmp_path) as it:
        number = it.force().number
    async with kept(tmp_path) as (it, keeper):
        await passed(it, keeper, seconds=90)
        assert "events.json" in part_names(it, number)


async def test_what_comes_late_goes_into_an_addendum_with_its_own_hash(tmp_path):
    async with kept(tmp_path) as (it, keeper):
        content = b"a clip that takes long"
        promised = {"sha256": hashlib.sha256(content).hexdigest(), "mime": "video/mp4", "size": len(content)}
        it.say("gate-n1", "access.forced", evidence=[promised])
        (number,) = it.pump.state.cases.incidents
        await turned(it, keeper)
        await passed(it, keeper, seconds=61)
        (media,) = (part for name, part in part_names(it, number).items() if name.startswith("media/"))
        assert media.media == "missing"
        with it.store.read() as connection:
            first = bundles_of(connection, number)[0].hash

        photo = (await Phone(it.browser("wang")).send(picture(), incident=number)).json()["file"]
        clip(it, content)
        await turned(it, keeper)
        await passed(it, keeper, seconds=61)
        late = part_names(it, number, 2)
        assert {part.sha256 for part in late.values()} == {photo["sha256"], promised["sha256"]}
        with it.store.read() as connection:
            both = bundles_of(connection, number)
        assert [bundle.kind for bundle in both] == ["bundle", "addendum"]
        assert both[0].hash == first != both[1].hash
        assert check(it) is None
        await passed(it, keeper, hours=2)
        with it.store.read() as connection:
            assert len(bundles_of(connection, number)) == 2  # nothing new, no third


async def test_media_that_come_after_a_while_are_found_by_the_hourly_look(tmp_path):
    async with kept(tmp_path) as (it, keeper):
        content = b"a clip from a slow recorder"
        promised = {"sha256": hashlib.sha256(content).hexdigest(), "mime": "video/mp4", "size": len(content)}
        it.say("gate-n1", "access.forced", evidence=[promised])
        (number,) = it.pump.state.cases.incidents
        await turned(it, keeper)
        await passed(it, keeper, seconds=61)
        clip(it, content)
        await passed(it, keeper, hours=1)
        await passed(it, keeper, seconds=61)
        (late,) = part_names(it, number, 2).values()
        assert (late.sha256, late.media) == (promised["sha256"], "kept")


async def test_each_role_sees_its_part_and_every_look_is_a_row(tmp_path):
    async with kept(tmp_path) as (it, keeper):
        piece = clip(it)
        it.say("gate-n1", "access.forced", evidence=[piece], subject={"plate": "京A12345"})
        (number,) = it.pump.state.cases.incidents
        await act(it, "wang", number, "dispatch", assignees=["zhao"])
        await passed(it, keeper, seconds=61)
        address = f"/api/incidents/{number}/evidence"
        guard = (await it.browser("wang").get(address)).json()
        worker = (await it.browser("zhao").get(address)).json()
        assert "京A12345" not in json.dumps(guard, ensure_ascii=False)
        seen = {part["name"]: part["content"] for part in guard["bundles"][0]["parts"]}
        assert seen["around.json"]["events"]
        assert seen["duty.json"] is not None
        hidden = {part["name"]: part["content"] for part in worker["bundles"][0]["parts"]}
        assert hidden["events.json"]
        assert hidden["around.json"] is hidden["duty.json"] is None
        assert (await it.browser("sun").get(address)).status_code == 404
        clear = f"/api/evidence/{piece['sha256']}"
        assert (await it.browser("zhao").get(clear)).status_code == 403
        await it.browser("zhao").post(f"{clear}/reveal", json={"reason": "到场核对"})
        for _ in range(3):
            assert (await it.browser("zhao").get(clear)).status_code == 200
        rows = (await it.browser("wang").get(f"/api/incidents/{number}")).json()["timeline"]
        looks = [(row["actor"], row["facts"]["what"]) for row in rows if row["action"] == "evidence_viewed"]
        assert looks == [("wang", "bundles"), ("zhao", "bundles"), ("zhao", piece["sha256"])]


async def test_a_worker_sees_the_pictures_until_a_day_after_the_close_also_their_own(tmp_path):
    async with kept(tmp_path) as (it, keeper):
        it.say("gate-n1", "access.forced", evidence=[clip(it)])
        (number,) = it.pump.state.cases.incidents
        await act(it, "wang", number, "dispatch", assignees=["zhao"])
        photo = (await Phone(it.browser("zhao")).send(picture(), incident=number)).json()["file"]["sha256"]
        await act(it, "chen", number, "recall", code="false_device", note="误报")
        await act(it, "he", number, "close", code="false_device")
        await passed(it, keeper, hours=23)
        await it.browser("chen").post(f"/api/evidence/{photo}/reveal", json={"reason": "复核"})
        addresses = (f"/api/evidence/{photo}", f"/api/incidents/{number}/evidence")
        for address in addresses:
            assert (await it.browser("zhao").get(address)).status_code == 200
        await passed(it, keeper, hours=2)
        for address in addresses:
            assert (await it.browser("zhao").get(address)).status_code == 404
            assert (await it.browser("chen").get(address)).status_code == 200


async def test_who_takes_it_away_says_why_and_can_check_it_without_us(tmp_path):
    async with kept(tmp_path) as (it, keeper):
        it.say("gate-n1", "access.forced", evidence=[clip(it)], subject={"plate": "京A12345"})
        (number,) = it.pump.state.cases.incidents
        await passed(it, keeper, seconds=61)
        address = f"/api/incidents/{number}/evidence/package"
        assert (await it.browser("wang").post(address, json={"reason": "派出所调取"})).status_code == 403
        manager = it.browser("chen")
        assert (await manager.post(address, json={"reason": ""})).status_code == 422
        answer = await manager.post(address, json={"reason": "派出所调取，案号 118"})
        assert answer.headers["content-type"] == "application/zip"
        archive = zipfile.ZipFile(io.BytesIO(answer.content))
        for line in archive.read("hashes.txt").decode().splitlines():
            expected, _, name = line.partition("  ")
            assert hashlib.sha256(archive.read(name)).hexdigest() == expected
        assert {"manifest-1.json", "VERIFY.txt", "bundle-1/around.json"} <= set(archive.namelist())
        assert "京A12345" in archive.read("bundle-1/events.json").decode()
        rows = (await manager.get(f"/api/incidents/{number}")).json()["timeline"]
        (taken,) = (row for row in rows if row["action"] == "evidence_downloaded")
        assert (taken["actor"], taken["facts"]["reason"]) == ("chen", "派出所调取，案号 118")


async def test_what_came_late_is_sealed_when_it_is_taken_away(tmp_path):
    async with kept(tmp_path) as (it, keeper):
        number = it.force().number
        await turned(it, keeper)
        await passed(it, keeper, seconds=61)
        photo = (await Phone(it.browser("wang")).send(picture(), incident=number)).json()["file"]["sha256"]
        answer = await it.browser("chen").post(
            f"/api/incidents/{number}/evidence/package", json={"reason": "派出所调取"}
        )
        archive = zipfile.ZipFile(io.BytesIO(answer.content))
        (name,) = (each for each in archive.namelist() if each.startswith("bundle-2/people/"))
        assert hashlib.sha256(archive.read(name)).hexdigest() == photo
        assert "manifest-2.json" in archive.namelist()
        assert "pending.json" not in archive.namelist()
        assert "尚未封存" not in archive.read("VERIFY.txt").decode()
        assert answer.headers["Evidence-Pending"] == "0"
        second = (await Phone(it.browser("wang")).send(picture(seed=2), key="2", incident=number)).json()[
            "file"
        ]["sha256"]
        await turned(it, keeper)
        await passed(it, keeper, seconds=61)
        assert {part.sha256 for part in part_names(it, number, 3).values()} == {second}
        assert check(it) is None


async def test_a_bundle_whose_minute_still_runs_is_named_as_missing_in_the_package(tmp_path):
    async with kept(tmp_path) as (it, keeper):
        number = it.force().number
        await turned(it, keeper)
        manager = it.browser("chen")
        listed = (await manager.get(f"/api/incidents/{number}/evidence")).json()
        assert listed["complete_at"] == listed["bundles"][0]["closes_at"]
        taking = f"/api/incidents/{number}/evidence/package"
        answer = await manager.post(taking, json={"reason": "派出所调取"})
        assert answer.headers["Evidence-Pending"] == "1"
        archive = zipfile.ZipFile(io.BytesIO(answer.content))
        (pending,) = json.loads(archive.read("pending.json"))["pending"]
        assert (pending["bundle"], pending["kind"]) == (1, "bundle")
        said = archive.read("VERIFY.txt").decode()
        assert "证据包 1 在 " in said
        assert "Evidence bundle 1 is sealed at " in said
        await passed(it, keeper, seconds=61)
        assert "events.json" in part_names(it, number), "taking it away did not cut its minute short"
        answer = await manager.post(taking, json={"reason": "派出所调取"})
        assert "pending.json" not in zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
        assert (await manager.get(f"/api/incidents/{number}/evidence")).json()["complete_at"] is None


async def test_media_go_when_their_time_is_over_and_a_row_proves_it(tmp_path):
    async with kept(tmp_path) as (it, keeper):
        piece = clip(it)
        it.say("gate-n1", "access.forced", evidence=[piece])
        (number,) = it.pump.state.cases.incidents
        await act(it, "chen", number, "reject", code="false_device")
        it.ticker.advance(seconds=120)
        await turned(it, keeper)
        path = it.store.blob_path(piece["sha256"])
        await passed(it, keeper, days=29)
        assert path.exists()
        hold = f"/api/incidents/{number}/evidence/hold"
        assert (
            await it.browser("wang").post(hold, json={"held": True, "reason": "诉讼未结"})
        ).status_code == 403
        held = await it.browser("chen").post(hold, json={"held": True, "reason": "诉讼未结"})
        assert held.json()["hold"]["by"]["id"] == "chen"
        await passed(it, keeper, days=40)
        assert path.exists()
        freed = await it.browser("chen").post(hold, json={"held": False, "reason": "判决生效"})
        assert freed.json()["hold"] is None
        await passed(it, keeper, hours=2)
        assert not path.exists()
        listed = (await it.browser("chen").get(f"/api/incidents/{number}/evidence")).json()
        states = {part["name"]: part["state"] for part in listed["bundles"][0]["parts"]}
        assert [state for name, state in states.items() if name.startswith("media/")] == ["erased"]
        assert states["events.json"] == "here"
        rows = (await it.browser("chen").get(f"/api/incidents/{number}")).json()["timeline"]
        (erased,) = (row for row in rows if row["action"] == "evidence_erased")
        assert erased["facts"]["files"] == [piece["sha256"]]
        assert check(it) is None
        assert (await it.browser("chen").get(f"/api/evidence/{piece['sha256']}")).status_code == 404


async def test_a_hold_without_its_row_of_custody_is_not_written(tmp_path, monkeypatch):
    async with kept(tmp_path) as (it, _):
        it.say("gate-n1", "access.forced")
        (number,) = it.pump.state.cases.incidents

        def breaks(connection, rows):
            raise StoreError("the row could not be written")

        with monkeypatch.context() as broken:
            broken.setattr(it.store, "append_timeline", breaks)
            address = f"/api/incidents/{number}/evidence/hold"
            refused = await it.browser("chen").post(address, json={"held": True, "reason": "诉讼未结"})
            assert refused.status_code >= 500
        with it.store.read() as connection:
            assert hold_of(connection, number) is None


async def test_a_file_that_another_case_still_needs_stays(tmp_path):
    async with kept(tmp_path) as (it, keeper):
        piece = clip(it)
        it.say("gate-n1", "access.forced", evidence=[piece])
        (first,) = it.pump.state.cases.incidents
        await act(it, "chen", first, "reject", code="false_device")
        await passed(it, keeper, days=20)
        it.say("lift-1", "access.forced", evidence=[piece])
        assert len(it.pump.state.cases.incidents) == 1 + (first in it.pump.state.cases.incidents)
        await turned(it, keeper)
        await passed(it, keeper, seconds=61)
        await passed(it, keeper, days=11)
        assert it.store.blob_path(piece["sha256"]).exists()


@pytest.mark.parametrize("harm", ["file", "gone", "body", "manifest", "both", "hidden"])
async def test_a_check_names_what_was_changed(tmp_path, harm):
    async with kept(tmp_path) as (it, keeper):
        piece = clip(it)
        it.say("gate-n1", "access.forced", evidence=[piece])
        (number,) = it.pump.state.cases.incidents
        await passed(it, keeper, seconds=61)
        assert check(it) is None
        path = it.store.blob_path(piece["sha256"])

        def change(connection) -> None:
            if harm == "body":
                connection.execute(
                    bundle_parts.update().where(bundle_parts.c.name == "around.json").values(body="{}")
                )
            if harm in {"manifest", "both"}:
                (text,) = connection.execute(sa.select(bundles.c.manifest)).scalars()
                manifest = text.replace('"bundle":1', '"bundle": 1')
                values = {"manifest": manifest}
                if harm == "both":
                    values["hash"] = hashlib.sha256(manifest.encode()).hexdigest()
                connection.execute(bundles.update().values(**values))
            if harm == "hidden":
                connection.execute(bundle_parts.delete().where(bundle_parts.c.name == "duty.json"))

        if harm == "file":
            path.write_bytes(b"another clip")
        elif harm == "gone":
            path.unlink()
        else:
            it.write(change)
        bad = check(it)
        assert bad.case == number
        expected = {
            "file": "its file was changed",
            "gone": "its file is gone",
            "body": "was changed after it was sealed",
            "manifest": "the manifest was changed",
            "both": "not the one in the timeline",
            "hidden": "is listed and not there",
        }
        assert expected[harm] in bad.fault
        assert bad.part == {"hidden": "duty.json", "body": "around.json"}.get(harm, bad.part)
        assert bad.bundle == 1
        assert bad.fault in bad.sentence
        assert number in bad.sentence


async def test_a_bundle_that_cannot_be_closed_keeps_no_other_open_and_is_tried_again(tmp_path, monkeypatch):
    async with kept(tmp_path) as (it, keeper):
        bad, good = it.force("gate-n1").number, it.force("gate-s1").number
        await turned(it, keeper)
        gather = keeper_module.gather

        def torn(scene):
            if scene.bundle.incident == bad:
                raise KeyError("a row that was torn")
            return gather(scene)

        monkeypatch.setattr(keeper_module, "gather", torn)
        it.ticker.advance(seconds=90)
        with pytest.raises(KeyError):
            await keeper.turn()
        closed = lambda: {n for n in (bad, good) if part_names(it, n)}  # noqa: E731
        assert closed() == {good}
        await keeper.turn()  # laid aside: the part goes on at its pace
        assert await keeper._patience() > 0, "it must not be asked about without a pause"
        monkeypatch.setattr(keeper_module, "gather", gather)
        await passed(it, keeper, hours=1)
        assert closed() == {bad, good}
