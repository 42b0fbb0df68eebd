"""What commands want a device to hold, beside what it reports."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from devices.command import Command
from devices.shadow import Reported
from gateway.command.desired import desired

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


def command(name: str, state: Any = "done", *, ago: float = 60) -> Command:
    at = NOW - timedelta(seconds=ago)
    return Command(
        id=f"{name}-{ago:g}", device="door", name=name, counter=1, by="wang", created_at=at, state=state
    )


def shown(*commands: Command, **reported: bool) -> list[tuple[str, bool, str, bool | None]]:
    held = {name: Reported(value=value, at=NOW, seq=1) for name, value in reported.items()}
    found = desired(commands, held, now=NOW)
    assert all(each.at in {command.created_at for command in commands} for each in found)
    return [(each.name, each.value, each.command, each.reached) for each in found]


def test_the_newest_that_was_not_refused_decides() -> None:
    asked = (command("unlock", "failed", ago=5), command("lock", ago=9), command("unlock", ago=30))
    assert shown(*asked, locked=False) == [("locked", True, "lock-9", False)]
    assert shown(*asked, locked=True) == [("locked", True, "lock-9", True)]
    assert shown(*asked) == [("locked", True, "lock-9", None)]


def test_each_sort_of_state_has_its_own_and_a_pulse_wants_nothing() -> None:
    asked = (command("open", ago=1), command("siren_on", "accepted", ago=3), command("lock", "queued", ago=9))
    assert shown(*asked, alarm=True) == [
        ("alarm", True, "siren_on-3", True),
        ("locked", True, "lock-9", None),
    ]


def test_a_siren_is_not_wanted_for_longer_than_it_may_sound() -> None:
    on, before = command("siren_on", ago=601), command("siren_off", ago=900)
    assert shown(on, before, output=False) == []
    assert shown(command("siren_off", ago=900), output=False) == [("output", False, "siren_off-900", True)]


def test_what_expired_unsent_is_not_wanted() -> None:
    assert shown(command("lock", "expired")) == []
