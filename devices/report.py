"""Report: what an element of a message says before anyone asks what it says. Who, how, when, and under which key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import TypeAlias, cast

import msgspec

from devices.context import DecodeContext
from devices.convert import REFUSED, to_text
from devices.event import Mode, Quarantine, RawMessage, TimeQuality
from devices.form import MessageForm
from devices.paths import Getter, Scope
from devices.registry import Device
from devices.timestamp import parse_stamp
from devices.written import write_key

Key: TypeAlias = Callable[[Scope], str | None]
DEDUP_LENGTH = 200  # characters; longer keys are hashed
_TIME_LENGTH = 64  # characters of a device's own time that are kept


class Report(msgspec.Struct, frozen=True, gc=False):
    """What all events of one element have in common; `key` is None where they are never merged."""

    device: Device
    mode: Mode
    at: datetime
    received_at: datetime
    quality: TimeQuality
    device_time: str | None
    flags: tuple[str, ...]
    key: str | None


def report(
    form: MessageForm,
    key_of: Key,
    message: RawMessage,
    device: Device,
    scope: Scope,
    context: DecodeContext,
    learn: bool,
) -> Report | Quarantine:
    """Return what an element's events have in common, or why its time makes it unreadable.

    With `learn` the device's clock is learned from it: once for each document.
    """
    mode: Mode = "live"
    if message.retained:
        mode = "retained"
    elif form.modes:
        mode = next((mode for condition, mode in form.modes if condition.run(scope) is True), "live")
    stamp, written, rule = None, None, form.time
    if rule is not None:
        value = rule.get(scope)
        if value is not None:
            stamp = parse_stamp(value, rule.zone or context.zone, rule.form, rule.trust_zone)
            text = value if type(value) is str else to_text(value)
            written = None if text is REFUSED else text[:_TIME_LENGTH]
        if stamp is None and rule.required:
            reason = f"its time cannot be read: {written!r}"
            return Quarantine(code="malformed", reason=reason, device=device.id, profile=form.profile)
    at, quality, flags = context.when(
        context.clocks.get(device.id) or context.clock(device.id), stamp, message, mode, learn
    )
    if device.unlisted:
        flags = (*flags, "unlisted")
    key = None if form.dedup_by_time and stamp is None else key_of(scope)
    return Report(device, mode, at, message.received_at, quality, written, flags, key)


@lru_cache(maxsize=1024)
def key_reader(dedup: tuple[Getter, ...]) -> Key:
    """Return the function that takes a key's parts out of a message."""
    return cast("Key", write_key(dedup).function("dedup key"))


def dedup_key(form: MessageForm, key: str, number: int, context: DecodeContext) -> str:
    """Return the key of the element's event of this number, as it may be stored."""
    if number:
        key = f"{key}|{number}"
    if form.dedup_keyed:
        return context.references.of("key", key)
    return key if len(key) <= DEDUP_LENGTH else sha256(key.encode()).hexdigest()
