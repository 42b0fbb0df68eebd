"""Sealing: nothing readable without the key, nothing lost with an older one, nothing accepted that was changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import ConfigError
from gateway.sealing import PREFIX, Sealer, SealError, is_sealed, opened, rotate, sealed_values, site_sealer

KEY, OTHER = b"k" * 32, b"o" * 32


@given(st.text())
def test_what_is_sealed_opens_again_and_shows_nothing(text):
    sealer = Sealer(KEY)
    closed = sealer.seal(text)
    assert sealer.open(closed) == text
    assert closed.startswith(PREFIX)
    assert is_sealed(closed)
    if len(text) > 3:
        assert text not in closed
    assert sealer.seal(text) != closed


@given(st.text(min_size=1), st.integers(min_value=0), st.integers(min_value=1, max_value=63))
def test_a_changed_character_is_noticed(text, place, turn):
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    closed = Sealer(KEY).seal(text)
    body = closed.rindex(":") + 1
    # The last group of four may hold unused bits; what stands before it may not change at all.
    place = body + place % (len(closed) - body - 4)
    changed = closed[:place] + letters[(letters.index(closed[place]) + turn) % 64] + closed[place + 1 :]
    with pytest.raises(SealError, match="was changed"):
        Sealer(KEY).open(changed)


def test_text_that_was_never_sealed_is_itself():
    assert Sealer(KEY).open("13800000001") == "13800000001"


@pytest.mark.parametrize("broken", ["sealed:1:", "sealed:1:zz", "sealed:1:deadbeef:AAAA"])
def test_an_unknown_key_is_named(broken):
    with pytest.raises(SealError, match="not among this site's keys"):
        Sealer(KEY).open(broken)


def test_older_keys_still_open_and_the_newest_seals():
    old = Sealer(KEY).seal("张三")
    both = Sealer(OTHER, [KEY])
    assert both.open(old) == "张三"
    assert not both.current(old)
    assert both.current(both.seal("张三"))
    with pytest.raises(SealError):
        Sealer(KEY).open(both.seal("张三"))
    assert both.fingerprint("张三") == Sealer(KEY).fingerprint(" 张三 ")
    assert both.fingerprint("张三") != both.fingerprint("李四")


def test_the_key_is_made_once_outside_the_database_for_the_service_alone(tmp_path):
    secrets = tmp_path / "secrets"
    closed = site_sealer(secrets).seal("13800000001")
    assert (secrets / "sealing-1.key").stat().st_mode & 0o777 == 0o600
    assert site_sealer(secrets).open(closed) == "13800000001"


def test_after_rotation_old_texts_open_and_new_ones_use_the_new_key(tmp_path):
    first = site_sealer(tmp_path).seal("a")
    for number in range(2, 12):  # ten follows nine, not one
        assert rotate(tmp_path).name == f"sealing-{number}.key"
    later = site_sealer(tmp_path)
    assert later.open(first) == "a"
    assert later.current(later.seal("a"))
    assert not later.current(first)
    assert later.fingerprint("x") == Sealer(*_first(tmp_path)).fingerprint("x")


def _first(folder):
    return ((folder / "sealing-1.key").read_bytes(),)


def test_a_key_that_others_can_read_stops_the_start(tmp_path):
    site_sealer(tmp_path)
    (tmp_path / "sealing-1.key").chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        site_sealer(tmp_path)


def test_a_short_key_is_none():
    with pytest.raises(SealError, match="at least 16"):
        Sealer(b"short")


def test_whole_values_are_sealed_and_opened():
    sealer = Sealer(KEY)
    closed = sealed_values({"sms": "13800000001", "email": sealer.seal("a@b.c")}, sealer.seal)
    assert all(is_sealed(text) for text in closed.values())
    nested = {"people": [{"contacts": closed}], "count": 2, "none": None}
    assert opened(nested, sealer) == {
        "people": [{"contacts": {"sms": "13800000001", "email": "a@b.c"}}],
        "count": 2,
        "none": None,
    }
