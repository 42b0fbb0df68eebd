"""Credentials: hashes, tokens, and the patience shown to those who guess."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.credentials import Failures, check_password, hash_password, new_token, token_hash, wait_after

NOW = datetime(2026, 3, 6, 14, 0, tzinfo=UTC)
LONGEST = timedelta(minutes=5)


def test_a_password_is_hashed_with_argon2id_and_salted():
    one, two = hash_password("a long enough password"), hash_password("a long enough password")
    assert one.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert one != two
    assert check_password("a long enough password", one)
    assert not check_password("a long enough passwore", one)


@pytest.mark.parametrize("stored", [None, "", "not a hash", "$argon2id$v=19$m=1,t=1,p=1$bad"])
def test_an_account_without_a_usable_hash_lets_nobody_in(stored):
    assert not check_password("", stored)
    assert not check_password("anything", stored)


def test_tokens_are_long_and_stored_as_something_else():
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(token) >= 43 for token in tokens)
    assert token_hash("x") == token_hash("x") != "x"


@given(st.integers(min_value=0, max_value=10_000), st.integers(min_value=1, max_value=50))
def test_waiting_grows_with_failures_and_has_an_end(failures, free):
    wait = wait_after(failures, free=free, longest=LONGEST)
    more = wait_after(failures + 1, free=free, longest=LONGEST)
    assert timedelta(0) <= wait <= more <= LONGEST
    assert (wait == timedelta(0)) == (failures < free)


@given(st.lists(st.integers(min_value=0, max_value=600), min_size=1, max_size=40))
def test_a_key_never_waits_longer_than_the_longest_and_others_not_at_all(gaps):
    failures = Failures(free=3, longest=LONGEST)
    now = NOW
    for gap in gaps:
        now += timedelta(seconds=gap)
        failures.failed("guesser", now)
    assert failures.wait("guesser", now) <= LONGEST
    assert failures.wait("guesser", now + LONGEST) == timedelta(0)
    assert failures.wait("somebody else", now) == timedelta(0)
    failures.forget("guesser")
    assert failures.wait("guesser", now) == timedelta(0)


def test_an_hour_of_peace_forgets():
    failures = Failures(free=3, longest=LONGEST)
    for _ in range(10):
        failures.failed("a", NOW)
    assert failures.wait("a", NOW) == timedelta(seconds=128)
    failures.failed("a", NOW + timedelta(hours=2))
    assert failures.wait("a", NOW + timedelta(hours=2)) == timedelta(0)


def test_memory_has_a_limit():
    failures = Failures(free=1, longest=LONGEST, size=10)
    for number in range(100):
        failures.failed(f"address-{number}", NOW)
    assert failures.wait("address-99", NOW) > timedelta(0)
    assert failures.wait("address-0", NOW) == timedelta(0)
