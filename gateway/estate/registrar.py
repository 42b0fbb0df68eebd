"""Registrar: everything about the estate that a request may ask, in one value."""

from __future__ import annotations

import msgspec

from gateway.estate.desk import EstateDesk
from gateway.estate.imports import Imports
from gateway.estate.replay import Replay
from gateway.estate.trials import Trials


class Registrar(msgspec.Struct, frozen=True, kw_only=True):
    """The desk at which the estate is edited, the tables that wait, what is read anew, and trials."""

    desk: EstateDesk
    imports: Imports
    replay: Replay
    trials: Trials
