"""Saved receivers: what may be named, how it is stored, and that nothing readable of address and secret is."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from gateway.interop.saved_receiver import (
    MOST,
    Entry,
    Saved,
    entry_mistakes,
    name_mistakes,
    new_secret,
    receiver_of,
    saved_of,
    settings_of,
    written,
)
from gateway.sealing import Sealer
from gateway.store.rule_versions import Row

AT = datetime(2026, 3, 6, 14, tzinfo=UTC)
ENTRY = Entry(
    url="https://street.example.org/hook?key=abc", recipient="街道综治中心", purpose="联动处置", secret=new_secret(b"k" * 32),
)  # fmt: skip


def saved(name: str, entry: Entry | None = ENTRY, version: int = 1) -> Saved:
    return Saved(name=name, version=version, author="zhou", at=AT, entry=entry)


def test_what_is_stored_hides_address_and_secret_and_is_read_back():
    sealer = Sealer(b"a key for what is sealed")
    body = written(saved("street"), sealer.seal)
    assert "whsec_" not in body
    assert "street.example.org" not in body
    row = Row(name="receiver:street", version=1, author="zhou", at=AT, body=body)
    assert saved_of(row, sealer.open) == saved("street")
    gone = Row(
        name="receiver:street", version=2, author="zhou", at=AT, body=written(saved("x", None), sealer.seal)
    )
    assert saved_of(gone, sealer.open).entry is None


def test_it_is_fed_as_one_of_the_file_is():
    entry = msgspec.structs.replace(ENTRY, levels=("L1",), grids=("g1",), format="cap", allow_private=True)
    found = receiver_of(entry)
    assert (found.url, found.recipient, found.levels, found.grids, found.format) == (
        entry.url, entry.recipient, ("L1",), ("g1",), "cap",
    )  # fmt: skip
    assert settings_of(entry).problems() == [], "the secret that we make is long enough for ourselves"


def test_named_anew_it_has_another_cursor():
    assert saved("street").key != msgspec.structs.replace(saved("street", version=3), since=3).key


def test_everything_wrong_with_an_entry_is_said_with_its_field():
    wrong = msgspec.structs.replace(
        ENTRY, url="http://user:word@10.0.0.5/x", grids=("g1", "g9"), recipient=" ", purpose="x"
    )
    found = entry_mistakes(wrong, grids={"g1"})
    assert [field for field, _ in found] == ["recipient", "purpose", "url", "url", "grids.1"]
    assert found[4][1] == "unknown grid 'g9', expected some of g1"
    assert (
        entry_mistakes(msgspec.structs.replace(ENTRY, url="http://10.0.0.5/x", allow_private=True), grids=())
        == []
    )


@pytest.mark.parametrize(
    "url",
    ["https://a:99999/x", "https://a:-1/", "https://a:0/", "https://exa mple/", "https://[::1", "x", ""],
)
def test_what_is_no_address_is_refused_before_it_is_kept(url):
    assert entry_mistakes(msgspec.structs.replace(ENTRY, url=url), grids=())[0][0] == "url"


def test_a_name_is_short_free_and_one_of_twenty():
    there = {"street": saved("street"), "gone": saved("gone", None)}
    for name in ("Street", "", "1st", "a" * 41, "街道"):
        assert "short name" in name_mistakes(name, in_file=(), saved=there)[0][1], name
    assert "gateway.yaml" in name_mistakes("hub", in_file=("hub",), saved=there)[0][1]
    assert "there already" in name_mistakes("street", in_file=(), saved=there)[0][1]
    assert name_mistakes("gone", in_file=(), saved=there) == []
    full = {f"r{n}": saved(f"r{n}") for n in range(MOST)}
    assert str(MOST) in name_mistakes("one-more", in_file=(), saved=full)[0][1]
    assert name_mistakes("one-more", in_file=(), saved=full | {"r0": saved("r0", None)}) == []
