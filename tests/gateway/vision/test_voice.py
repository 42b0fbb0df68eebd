"""What a camera says, and what it keeps until the gateway has confirmed it."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

from gateway.vision.frame import Box, Sighting
from gateway.vision.voice import AGAIN, MOST_KEPT, Voice

AT = datetime(2026, 3, 6, 14, 0, tzinfo=UTC)


def sighting(**more: object) -> Sighting:
    return Sighting(kind="camera.zone", seconds=1.0, at=AT, data={"zone": "wall"}, **more)  # type: ignore[arg-type]  # the fields are named by the caller


def test_an_event_carries_its_number_its_boot_and_its_picture() -> None:
    voice = Voice(site="s1", camera="c1", boot="b7")
    voice.say(sighting(snapshot=b"JPEG", box=Box(0, 0, 1, 1)))
    (said,) = voice.to_send(0.0)
    body = json.loads(said.payload)
    assert said.topic == "sc1/s1/c1/e/camera.zone"
    assert (body["n"], body["boot"], body["data"]) == (1, "b7", {"zone": "wall"})
    assert base64.b64decode(body["evidence"][0]["b64"]) == b"JPEG"
    assert body["at"] == "2026-03-06T14:00:00.000+00:00"


def test_it_repeats_until_confirmed() -> None:
    voice = Voice(site="s1", camera="c1", boot="b7")
    voice.say(sighting())
    voice.say(sighting())
    for said in voice.to_send(0.0):
        said.sent = 0.0
    assert list(voice.to_send(AGAIN - 1)) == []
    assert not voice.confirmed("sc1/s1/c1/k/other/1")
    assert voice.confirmed("sc1/s1/c1/k/b7/1")
    assert not voice.confirmed("sc1/s1/c1/k/b7/1")
    assert [said.number for said in voice.to_send(AGAIN)] == [2]
    voice.reconnected()
    assert [said.number for said in voice.to_send(1.0)] == [2]


def test_what_it_keeps_is_bounded_and_the_loss_is_counted() -> None:
    voice = Voice(site="s1", camera="c1", boot="b7")
    for _ in range(MOST_KEPT + 3):
        voice.say(sighting())
    assert (len(voice), voice.dropped) == (MOST_KEPT, 3)
    assert next(voice.to_send(0.0)).number == 4
