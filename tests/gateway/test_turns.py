"""Turns: one at a time for a key, side by side for others, nothing left behind."""

from __future__ import annotations

import asyncio

import pytest

from gateway.turns import Turns


async def test_one_key_is_held_by_one_at_a_time_in_the_order_of_asking():
    turns, inside, order = Turns(), 0, []

    async def work(number: int) -> None:
        nonlocal inside
        async with turns.hold("a"):
            inside += 1
            assert inside == 1
            await asyncio.sleep(0)
            order.append(number)
            inside -= 1

    await asyncio.gather(*(work(number) for number in range(20)))
    assert order == list(range(20))
    assert len(turns) == 0


async def test_another_key_does_not_wait():
    turns = Turns()
    async with turns.hold("a"), asyncio.timeout(1), turns.hold("b"):
        assert len(turns) == 2


async def test_who_fails_or_gives_up_leaves_the_turn_to_the_next():
    turns = Turns()
    with pytest.raises(ValueError, match="wrong"):
        async with turns.hold("a"):
            raise ValueError("wrong")
    async with turns.hold("a"):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0), turns.hold("a"):
                raise AssertionError("held twice")
        assert len(turns) == 1
    async with asyncio.timeout(1), turns.hold("a"):
        assert len(turns) == 1
    assert len(turns) == 0
