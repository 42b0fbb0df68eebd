"""What the API needs of interop: who may post to us, and who we are when a case is said in CAP."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from gateway.interop.cap import Sender
from gateway.interop.inbound import Inbound


class Interop(msgspec.Struct, frozen=True, kw_only=True):
    """`sender` returns the present value each time."""

    inbound: Inbound
    sender: Callable[[], Sender]
