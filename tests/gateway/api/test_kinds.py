"""The tree of kinds as the pages get it: names in both languages, facts with their types, the values that may hold."""

from __future__ import annotations

from devices.kinds import KIND_TREE_VERSION, KINDS, STATES
from tests.gateway.api.house import house


async def test_every_kind_comes_with_its_names_and_facts(tmp_path):
    async with house(tmp_path) as it:
        answer = (await it.browser("wang").get("/api/kinds")).json()
        assert answer["version"] == KIND_TREE_VERSION
        assert [each["kind"] for each in answer["items"]] == list(KINDS)
        assert all(each["name"]["zh"] and each["name"]["en"] for each in answer["items"])
        button = next(each for each in answer["items"] if each["kind"] == "sos.button")
        assert button["urgent"] is True
        press = {"name": "press", "type": "text", "unit": "", "choices": ["short", "long", "double"]}
        assert press in button["facts"]
        assert [each["name"] for each in answer["states"]] == list(STATES)
