"""State: all that lives in memory between two inputs and can be built again from the store."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec

from devices.dedup import DedupWindow
from devices.event import Decoded, RawMessage
from devices.shadow import Shadow
from gateway.reaction import Cases, Rules

Modes = dict[str, dict[str, bool]]
"""Site flags by zone; the empty zone is the whole site."""


class Decodes(Protocol):
    """The part of `devices.decode.Decoder` that the pump uses."""

    def decode(self, message: RawMessage, *, mint: Callable[[], str]) -> list[Decoded]:
        """Return what a message says; never empty for a message that was understood."""
        ...


class State(msgspec.Struct, frozen=True, kw_only=True):
    """The engine, the cases, what was seen in the last seven days, what devices last reported, site flags."""

    rules: Rules
    cases: Cases
    dedup: DedupWindow
    shadows: dict[str, Shadow]
    heard: dict[str, Shadow] = {}  # those of them that are newer than their rows
    modes: Modes
