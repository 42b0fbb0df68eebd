"""The payload of `e/{kind}` in our own namespace, read in one step where it is as it should be.

For each kind there is a type that says everything a fact may be: which names, which words, which numbers. What fits
it needs no second look, and msgspec says so while it reads. What does not fit (a number in text, a fact the kind
does not have, a long text) is read as plain JSON, and each value is judged by itself: `OwnEvent`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Annotated, Any, Literal, TypeAlias, cast

import msgspec

from devices.convert import FACT_TEXT, REFUSED, Convert, to_scalar
from devices.event import Mode
from devices.evidence import OwnEvidence
from devices.kinds import KINDS, STATES, Field
from devices.limits import INTEGER

STATES_AT_ONCE = 64
WORD = re.compile(r"[A-Za-z0-9._-]{1,64}")  # what a state, a metric and a counter may be called
PLAIN_BYTES = FACT_TEXT  # in a payload this short no text is too long, and nothing is too deep or too many

_Integer: TypeAlias = Annotated[int, msgspec.Meta(ge=1 - INTEGER, le=INTEGER - 1)]
_Number: TypeAlias = _Integer | Annotated[float, msgspec.Meta(gt=-INTEGER, lt=INTEGER)]
_Scalar: TypeAlias = str | bool | _Number
_BY_TYPE: dict[str, Any] = {
    "text": str,
    "number": _Number,
    "integer": _Integer,
    "bool": bool,
    "scalar": _Scalar,
}


class OwnEvent(msgspec.Struct, kw_only=True):
    """The payload of `e/{kind}`."""

    n: int | str | None = None
    boot: int | str | None = None
    at: str | int | float | None = None
    mode: Mode = "live"
    data: dict[str, Any] = {}
    state: dict[str, Any] = {}
    subject: dict[str, str] = {}
    evidence: list[OwnEvidence] = []


class PlainEvent(msgspec.Struct, kw_only=True):
    """The same where every value is what it should be; `data` is a type of the kind, set by `plain_decoder`."""

    n: int | str | None = None
    boot: int | str | None = None
    at: str | int | float | None = None
    mode: Mode = "live"
    data: Any = None
    state: Annotated[dict[str, _Scalar], msgspec.Meta(max_length=STATES_AT_ONCE)] = {}
    subject: dict[str, str] = {}
    evidence: list[OwnEvidence] = []


def _fact(field: Field) -> Any:
    return Literal[field.choices] if field.choices else _BY_TYPE[field.type]


@cache
def plain_decoder(kind: str) -> Callable[[bytes], PlainEvent]:
    """Return what reads a payload of this kind; it raises `msgspec.ValidationError` for one that is not plain."""
    # A fact that is null says nothing, like one that is not there: both are left out when the facts are taken.
    facts = msgspec.defstruct(
        "Facts",
        [(name, _fact(field) | None, None) for name, field in KINDS[kind].fields.items()],
        forbid_unknown_fields=True,
        omit_defaults=True,
        gc=False,
    )
    said = msgspec.defstruct("Said", [("data", facts, None)], bases=(PlainEvent,), kw_only=True)
    return cast("Callable[[bytes], PlainEvent]", msgspec.json.Decoder(said).decode)


read_own = msgspec.json.Decoder(OwnEvent).decode


def read_facts(said: dict[str, Any], converts: dict[str, Convert], flags: list[str]) -> dict[str, Any]:
    """Return the facts that the kind has, converted; a flag for each that could not be, and for how many it has not."""
    kept: dict[str, Any] = {}
    dropped = 0
    for name, value in said.items():
        convert = converts.get(name)
        if convert is None:
            dropped += 1
        elif value is not None:
            fact = convert(value)
            if fact is REFUSED:
                flags.append(f"field:data.{name}")
            else:
                kept[name] = fact
    if dropped:
        flags.append(f"dropped:{dropped}")
    return kept


def read_states(said: dict[str, Any], flags: list[str]) -> dict[str, Any]:
    """Return the states that are scalars under plain names; a flag says how many were left out."""
    kept: dict[str, Any] = {}
    for name, value in said.items():
        held = to_scalar(value)
        if held is not REFUSED and len(kept) < STATES_AT_ONCE and (name in STATES or WORD.fullmatch(name)):
            kept[name] = held
    if len(kept) < len(said):
        flags.append(f"dropped_state:{len(said) - len(kept)}")
    return kept
