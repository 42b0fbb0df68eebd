"""What the device tests share: the built-in profiles, a small registry, a message."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from devices.decode import Decoder
from devices.event import Decoded, RawMessage
from devices.form import Profile
from devices.profile import load_profiles
from devices.registry import Device, Registry

ROOT = Path(__file__).resolve().parents[2]
T0 = datetime(2026, 3, 4, 10, 15, 3, tzinfo=UTC)
SITE = ZoneInfo("Asia/Shanghai")


@cache
def profile_texts() -> dict[str, str]:
    return {
        f"devices/profiles/{path.name}": path.read_text("utf-8")
        for path in sorted((ROOT / "devices/profiles").glob("*.yaml"))
    }


@cache
def builtin() -> tuple[Profile, ...]:
    profiles, problems = load_profiles(profile_texts())
    assert not problems, "\n".join(map(str, problems))
    return tuple(profiles)


def decoder(
    *devices: Device, unknown: bool = False, profiles: tuple[Profile, ...] | None = None, **more: Any
) -> Decoder:
    return Decoder(
        profiles=builtin() if profiles is None else profiles,
        registry=Registry(devices),
        site="s1",
        zone=SITE,
        site_key=b"0" * 32,
        accept_unknown=unknown,
        **more,
    )


def message(topic: str, payload: Any, **more: Any) -> RawMessage:
    raw = (
        payload
        if isinstance(payload, bytes)
        else payload.encode()
        if isinstance(payload, str)
        else msgspec.json.encode(payload)
    )
    return RawMessage(**{"topic": topic, "payload": raw, "received_at": T0, **more})


def decode(by: Decoder, topic: str, payload: Any, **more: Any) -> list[Decoded]:
    numbers = count(1)
    return by.decode(message(topic, payload, **more), mint=lambda: str(UUID(int=next(numbers))))
