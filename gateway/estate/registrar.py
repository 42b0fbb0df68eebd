"""Registrar: everything about the estate that a request may ask, in one value."""

from __future__ import annotations

import msgspec

from gateway.estate.desk import EstateDesk
from gateway.estate.imports import Imports


class Registrar(msgspec.Struct, frozen=True, kw_only=True):
    """The desk at which the estate is edited, and the tables that wait to be confirmed."""

    desk: EstateDesk
    imports: Imports
