"""Estate: what people have set on the site and only the core knows, asked in the writer's thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future

import msgspec

from gateway.command.orders import Orders
from gateway.modes import Modes
from rules.memory import SilenceState


class Estate(msgspec.Struct, frozen=True, kw_only=True):
    """The silences that are not over, the flags by zone, and who sets them."""

    silences: Callable[[], Future[tuple[SilenceState, ...]]]
    flags: Callable[[], Future[Mapping[str, Mapping[str, bool]]]]
    modes: Modes
    orders: Orders | None = None  # None: no device is asked to do anything
