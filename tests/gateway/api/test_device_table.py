"""The table of devices: found by words, narrowed by place and state, ordered, cut into pages both ways."""

from __future__ import annotations

import pytest

from tests.gateway.api.site_house import site_house
from tests.gateway.api.test_site_editing import body

LAMPS = 25


async def _with_lamps(it):
    """Save a row of lamps with numbers that letters alone would order wrongly."""
    manager = it.browser("chen")
    line = {"line": "1–2 栋, 1 单元, 1 层, 每层 1 户"}
    await body(manager.post("/api/places/generate", json=line))
    for number in range(1, LAMPS + 1):
        entry = {
            "type": "light", "profile": "own", "name": {"zh": f"灯{number}", "en": f"Lamp {number}"},
            "building": "b2", "unit": "u1", "tags": ["corridor"] if number == 7 else [],
        }  # fmt: skip
        await body(manager.put(f"/api/devices/lamp-{number}", json={"entry": entry}))
    return manager


async def test_pages_follow_one_another_both_ways_in_the_order_that_was_asked(tmp_path):
    async with site_house(tmp_path / "s") as it:
        manager = await _with_lamps(it)

        async def page(number: int, **more: str) -> dict:
            asked = {"type": "light", "sort": "name", "limit": 10, "page": number, **more}
            return await body(manager.get("/api/estate/devices", params=asked))

        first, second, third = [await page(number) for number in (1, 2, 3)]
        assert [first["found"], first["pages"], len(third["items"])] == [LAMPS, 3, 5]
        names = [each["name"]["zh"] for shown in (first, second, third) for each in shown["items"]]
        assert names == [f"灯{number}" for number in range(1, LAMPS + 1)]
        assert (await page(1))["items"] == first["items"]
        beyond = await page(99)
        assert (beyond["page"], beyond["items"]) == (3, third["items"])
        down = await page(1, sort="-name")
        assert down["items"][0]["name"]["zh"] == f"灯{LAMPS}"
        assert first["total"] > LAMPS


async def test_words_places_and_states_narrow_together(tmp_path):
    async with site_house(tmp_path / "s") as it:
        manager = await _with_lamps(it)

        async def found(**asked: str) -> list[str]:
            answer = await body(manager.get("/api/estate/devices", params=asked))
            assert answer["found"] == len(answer["items"])
            return [each["id"] for each in answer["items"]]

        assert await found(q="lamp 7", sort="name") == ["lamp-7", "lamp-17"]
        assert await found(q="CORRIDOR") == ["lamp-7"]
        assert len(await found(place="b2")) == len(await found(place="b2-u1")) == LAMPS
        assert await found(place="b2", state="offline") == []
        assert len(await found(place="b2", state="never", life="claimed", profile="own")) == LAMPS
        whole = await body(manager.get("/api/estate/devices"))
        assert whole["lives"]["claimed"] == LAMPS
        assert sum(whole["states"].values()) - whole["states"]["low"] == whole["lives"]["active"]
        assert {"value": "b2", "name": {"zh": "2号楼", "en": "Building 2"}, "devices": LAMPS} in whole[
            "places"
        ]


@pytest.mark.parametrize("asked", [{"sort": "colour"}, {"page": "0"}, {"limit": "9999"}, {"colour": "red"}])
async def test_what_is_not_known_is_refused(tmp_path, asked):
    async with site_house(tmp_path / "s") as it:
        refused = await body(it.browser("chen").get("/api/estate/devices", params=asked), 422)
        assert refused["facts"]["fields"]


async def test_places_are_found_by_parts_of_their_names_when_nobody_calls_them_so(tmp_path):
    async with site_house(tmp_path / "s") as it:
        manager = await _with_lamps(it)

        async def find(words: str) -> list[str]:
            answer = await body(manager.get("/api/places/find", params={"q": words}))
            return [each["id"] for each in answer["items"]]

        assert await find("b2-u1") == ["b2-u1"]
        assert "b2-u1" in await find("2号楼 1单元")
        assert await find("九号楼") == []
