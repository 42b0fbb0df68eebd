"""An answer opens the payload (a picture, mostly) only where something asks for what is in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from devices.opening import opened
from devices.profile import load_profiles
from tests.devices.estate import message

PROFILE = """
profile: push@1
name: {zh: 推送, en: Push}
identity: e.id
dedup: none
match: {path: '/in/{device}'WHERE}
reply: REPLY
kinds: [{kind: access.granted}]
samples:
  - {name: one, path: '/in/c1?table=LOG', payload: {id: c1, say: open}, expect: [{event: access.granted}]}
"""
ONE, TWO = "{body: OK}", "[{tag: reply-opens, body: opens}, {body: OK}]"


@pytest.mark.parametrize(
    ("where", "reply", "times"),
    [
        ("", ONE, 0),
        (', where: query.table == "LOG"', ONE, 0),
        (', where: query.table == "LOG"', TWO, 1),  # whose tags count may stand in the payload
        ("", TWO, 1),
        (', where: e.say == "open"', ONE, 1),
    ],
)
def test_the_payload_is_read_for_a_condition_on_it_or_a_choice_of_answers(
    where: str, reply: str, times: int
) -> None:
    text = PROFILE.replace("WHERE", where).replace("REPLY", reply)
    found, problems = load_profiles({"x.yaml": text})
    assert not problems, "\n".join(map(str, problems))
    form = found[0].forms[0]
    read: list[bytes] = []

    def counting(payload: bytes, encoding: str) -> Sequence[Any]:
        read.append(payload)
        return form.codec(payload, encoding)

    push = message("/in/c1?table=LOG", {"id": "c1", "say": "open"}, adapter="http")
    scope = opened(replace(form, codec=counting), push, {"device": "c1"}, {})
    assert scope is not None
    assert len(read) == times
    assert scope["e"] == ({"id": "c1", "say": "open"} if times else {})
