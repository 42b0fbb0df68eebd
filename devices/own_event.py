"""The events of our own namespace, `sc1/{site}/{device}/e/{kind}`: what carries most of the traffic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec
from msgspec import to_builtins
from msgspec.structs import replace

from devices.codec import CodecRefused
from devices.context import DecodeContext
from devices.convert import Convert, to_field
from devices.event import Decoded, Event, RawMessage, Source
from devices.evidence import unpack
from devices.kinds import KINDS, STATES
from devices.limits import EVENT_BYTES, EVIDENCE_BYTES, check_shape, check_signs, check_size, is_small
from devices.own_payload import (
    PLAIN_BYTES,
    WORD,
    OwnEvent,
    PlainEvent,
    plain_decoder,
    read_facts,
    read_own,
    read_states,
)
from devices.own_short import refusal
from devices.reading import Mint, Parsed, Reader
from devices.registry import Device
from devices.timestamp import parse_stamp

_CONVERTS: dict[str, dict[str, Convert]] = {
    name: {field: to_field(spec) for field, spec in kind.fields.items()} for name, kind in KINDS.items()
}
_Said: TypeAlias = tuple[OwnEvent | PlainEvent, dict[str, Any], dict[str, Any]]  # payload, data, state


def event_reader(device: Device, kind: str, source: Source, context: DecodeContext) -> Reader:
    """Return what reads the events of one kind from one device; it never raises, whatever the bytes are."""
    # All of this is asked for by each event, and a name in a closure costs a fourth of an attribute.
    site, zone, clock, when = context.site, context.zone, context.clock(device.id), context.when
    keyed, households = context.references.keyed, context.registry.households
    ident, household, unlisted = device.id, device.household, ("unlisted",) if device.unlisted else ()
    plain, converts, key = plain_decoder(kind), _CONVERTS[kind], _keys()

    def read(message: RawMessage, mint: Mint, _parsed: Parsed | None) -> list[Decoded]:
        payload = message.payload
        more: list[str] = []
        try:
            said, data, state = _plainly(payload, plain) or _value_by_value(payload, converts, more)
        except (CodecRefused, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            return [refusal(error, device, source.profile)]
        written, mode = said.at, said.mode
        if message.retained:
            mode = "retained"
        stamp = None if written is None else parse_stamp(written, zone)
        at, quality, flags = when(clock, stamp, message, mode, True)
        subject = keyed(said.subject, households) if said.subject else {}
        if household:
            subject.setdefault("household", household)
        evidence, blobs = unpack(said.evidence, zone, more) if said.evidence else ((), [])
        if unlisted or more:
            flags = (*flags, *unlisted, *more)
        # Not one name more: a call with sixteen costs four times as much, it is made through a dictionary.
        event = Event(
            id=mint(), site=site, device=ident, kind=kind, mode=mode, at=at, time_quality=quality,
            device_time=None if written is None else str(written)[:64], received_at=message.received_at,
            dedup=key(said.boot, said.n), subject=subject, data=data, state=state, source=source, flags=flags,
        )  # fmt: skip
        return [*blobs, replace(event, evidence=evidence)] if evidence else [event]

    return read


def _keys() -> Callable[[int | str | None, int | str | None], str | None]:
    """Return what makes `{boot}|{n}` if both can stand in the topic of the confirmation; it remembers the boot."""
    good: int | str | None = None

    def key(boot: int | str | None, n: int | str | None) -> str | None:
        nonlocal good
        if boot is None or n is None:
            return None
        if boot != good:
            if not WORD.fullmatch(str(boot)):
                return None
            good = boot
        return f"{boot}|{n}" if type(n) is int or WORD.fullmatch(str(n)) else None

    return key


def _plainly(payload: bytes, read: Callable[[bytes], PlainEvent]) -> _Said | None:
    """Return a payload with its facts and states in one step, or None if it is not plain."""
    if len(payload) > PLAIN_BYTES:
        return None
    try:
        said = read(payload)
    except msgspec.ValidationError:
        return None  # whether it can be read at all is said value by value
    for name in said.state:
        if name not in STATES and not WORD.fullmatch(name):
            return None
    return said, {} if said.data is None else to_builtins(said.data), said.state


def _value_by_value(payload: bytes, converts: dict[str, Convert], flags: list[str]) -> _Said:
    """Return the payload with each fact and state judged by itself; a flag for what was left out."""
    if len(payload) > EVENT_BYTES:
        check_size(payload, EVIDENCE_BYTES)
    check_signs(payload, b",")
    said = read_own(payload)
    if len(payload) > EVENT_BYTES and not said.evidence:
        check_size(payload, EVENT_BYTES)
    data = read_facts(said.data, converts, flags) if said.data else {}
    state = read_states(said.state, flags) if said.state else {}
    if flags and not is_small(payload):  # something was left out: of what size may matter
        check_shape([said.data, said.state])
    return said, data, state
