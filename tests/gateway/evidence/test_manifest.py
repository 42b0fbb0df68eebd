"""Manifest: the same parts give the same bytes, and its hash is that of what stands there."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

from gateway.evidence.manifest import json_part, manifest_of, pending_text
from gateway.store.bundles import Bundle, Part

AT = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)
BEIJING = timezone(timedelta(hours=8))
BUNDLE = Bundle(
    incident="sc-20260304-001", number=2, kind="bundle", opened_at=AT, closes_at=AT + timedelta(seconds=60),
    alerts=("a1", "a2"), manifest=None, hash=None,
)  # fmt: skip
LATE = Part(name="media/cam.jpg", mime="image/jpeg", size=0, sha256="", origin="camera", media="missing")


def test_a_part_of_values_is_canonical_and_carries_the_hash_of_its_body() -> None:
    one = json_part("why.json", {"b": 1, "a": "门"}, "gateway")
    assert one == json_part("why.json", {"a": "门", "b": 1}, "gateway")
    assert one.body == '{"a":"门","b":1}'
    assert one.size == len(one.body.encode())
    assert one.sha256 == hashlib.sha256(one.body.encode()).hexdigest()


def test_a_manifest_lists_every_part_what_is_missing_too_and_its_hash_is_of_its_bytes() -> None:
    parts = [json_part("why.json", {}, "gateway"), LATE]
    body, digest = manifest_of(
        BUNDLE, parts, site="sc", closed_at=AT + timedelta(seconds=61), offset=timedelta(seconds=-2)
    )
    assert digest == hashlib.sha256(body.encode()).hexdigest()
    found = json.loads(body)
    assert (found["case"], found["bundle"], found["kind"]) == ("sc-20260304-001", 2, "bundle")
    assert (found["alerts"], found["wall_offset_ms"]) == (["a1", "a2"], -2000)
    assert [(each["name"], each.get("missing", False)) for each in found["parts"]] == [
        ("why.json", False), ("media/cam.jpg", True),
    ]  # fmt: skip
    assert all("captured_at" not in each for each in found["parts"]), "what nobody knows is left out"
    other, changed = manifest_of(BUNDLE, parts[:1], site="sc", closed_at=AT, offset=timedelta(0))
    assert (other, changed) != (body, digest)


def test_what_is_not_sealed_yet_is_named_with_the_time_of_the_site() -> None:
    assert pending_text([], lambda at: at) == ""
    said = pending_text([BUNDLE], lambda at: at.astimezone(BEIJING))
    assert "证据包 2 在 2026-03-04 18:16:00 +0800 封存" in said
    assert "Evidence bundle 2 is sealed at 2026-03-04 18:16:00 +0800" in said
