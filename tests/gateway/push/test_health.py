"""The door on the page of the gateway's health: figures, newest refusals in words, and what is not as it should be."""

from __future__ import annotations

import httpx
import msgspec

from gateway.push.health import standing
from tests.gateway.push.door import PASSWORD, SECRET, open_door


async def test_the_door_shows_what_it_took_and_what_it_refused() -> None:
    async with open_door(devices={"lock-1": {"addresses": ["10.0.0.9"], "by_address": True}}) as door:
        async with httpx.AsyncClient(base_url=door.url, trust_env=False) as http:
            await http.post("/bell/a", content=b"1", auth=("bell-1", PASSWORD))
            await http.post(f"/push/{SECRET}/nowhere?x=1", content=b"1")
            await http.post("/push/wrong-secret/bell/a", content=b"1")
        part, reasons = standing(door.listener)
        facts = part.facts
        assert (part.name, part.status, reasons) == ("push", "ok", [])
        assert (facts["listening"], facts["taken"], facts["requests"]) == (True, 1, 3)
        assert (facts["senders.password"], facts["senders.url"], facts["senders.address"]) == (2, 1, 1)
        assert facts["refused.unknown_path"] == facts["refused.wrong_credential"] == 1
        assert facts["last.unknown_path"] == "127.0.0.1 /nowhere"
        assert SECRET not in repr(facts)
        assert "wrong-secret" not in repr(facts)
        broken = msgspec.structs.replace(door.listener.senders(), unreadable=("bell-1",))
        door.listener.senders = lambda: broken
        part, (reason,) = standing(door.listener)
        assert (part.status, reason.code) == ("degraded", "push_unreadable")
        assert "bell-1" in reason.text.zh
        assert "bell-1" in reason.text.en
    assert standing(door.listener)[0].facts["listening"] is False
