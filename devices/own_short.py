"""The channels of our own namespace that say one thing: state, telemetry, availability, the reply to a command."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from msgspec.structs import replace

from devices.codec import CodecRefused
from devices.codecs.json import parse_json
from devices.context import DecodeContext
from devices.convert import REFUSED, to_number, to_scalar, to_text
from devices.event import Decoded, Event, Mode, Quarantine, RawMessage, Source, Telemetry
from devices.kinds import metric_kind
from devices.limits import EVENT_BYTES, check_size
from devices.reading import Mint, Parsed
from devices.registry import Device
from devices.timestamp import Stamp, parse_stamp

_REPLIES = ("accepted", "done", "failed")
_Meaning: TypeAlias = tuple[str, dict[str, Any], dict[str, Any]]  # kind, data, state


class ShortReader:
    """Reads one of these topics: `channel` is its letter, `name` what stands behind it."""

    __slots__ = ("_channel", "_clock", "_context", "_device", "_name", "_source")

    def __init__(
        self, device: Device, channel: str, name: str, source: Source, context: DecodeContext
    ) -> None:
        self._device = device
        self._channel = channel
        self._name = name
        self._source = source
        self._context = context
        self._clock = context.clock(device.id)

    def read(self, message: RawMessage, mint: Mint, _parsed: Parsed | None) -> list[Decoded]:
        """Read one message; never raises, whatever the bytes are."""
        try:
            check_size(message.payload, EVENT_BYTES)
            value = _value(message.payload)
            body = value if isinstance(value, dict) else {"value": value, "status": value, "state": value}
            stamp = parse_stamp(body.get("at"), self._context.zone)
            if self._channel == "t":
                return [self._telemetry(message, body.get("value"), stamp)]
            event = self._brief(message, _SHORT[self._channel](self._name, body), stamp)
        except (CodecRefused, UnicodeDecodeError, RecursionError) as error:
            return [refusal(error, self._device, self._source.profile)]
        return [replace(event, id=mint())]

    def _brief(self, message: RawMessage, meaning: _Meaning, stamp: Stamp | None) -> Event:
        """Return the event of one thing said, without an id."""
        kind, data, state = meaning
        context, device = self._context, self._device
        mode: Mode = "retained" if message.retained else "live"
        at, quality, flags = context.when(self._clock, stamp, message, mode, True)
        return Event(
            site=context.site,
            device=device.id,
            kind=kind,
            mode=mode,
            at=at,
            time_quality=quality,
            received_at=message.received_at,
            subject={"household": device.household} if device.household else {},
            data=data,
            state=state,
            source=self._source,
            flags=(*flags, "unlisted") if device.unlisted else flags,
        )

    def _telemetry(self, message: RawMessage, value: Any, stamp: Stamp | None) -> Telemetry:
        number = to_number(value)
        if number is REFUSED:
            raise CodecRefused("malformed", f"telemetry '{self._name}' is no number")
        kind = metric_kind(self._name)
        data = {"value": number} if kind != "device.state" else {}
        event = self._brief(message, (kind, data, {self._name: number}), stamp)
        return Telemetry(
            device=event.device, metric=self._name, value=float(number), at=event.at, event=event
        )


def refusal(error: Exception, device: Device, profile: str) -> Quarantine:
    """Return what becomes of a message of a device that could not be read."""
    code, reason = "malformed", f"not an event: {error}"
    if isinstance(error, CodecRefused):
        code, reason = error.code, str(error)
    elif isinstance(error, RecursionError):
        code, reason = "too_deep", "nested too deep to read"
    elif isinstance(error, UnicodeDecodeError):
        reason = "not UTF-8"
    return Quarantine(code=code, reason=reason, device=device.id, profile=profile)


def _state(name: str, body: dict[str, Any]) -> _Meaning:
    held = to_scalar(body.get("value"))
    if held is REFUSED:
        raise CodecRefused("malformed", f"state '{name}' is neither a scalar nor {{\"value\": …}}")
    return "device.state", {}, {name: held}


def _availability(_name: str, body: dict[str, Any]) -> _Meaning:
    status = body.get("status", body.get("state"))
    if status not in ("online", "offline"):
        raise CodecRefused("unknown_code", f"availability is 'online' or 'offline', not {str(status)[:60]!r}")
    data: dict[str, Any] = {
        n: t for n in ("reason", "firmware", "boot") if n in body and (t := to_text(body[n])) is not REFUSED
    }
    state = {"online": status == "online", **{n: t for n, t in data.items() if n != "reason"}}
    return f"device.{status}", data, state


def _reply(command: str, body: dict[str, Any]) -> _Meaning:
    reply = body.get("state")
    if reply not in _REPLIES:
        raise CodecRefused(
            "unknown_code", f"a reply is one of {', '.join(_REPLIES)}, not {str(reply)[:60]!r}"
        )
    data = {"command": command}
    if isinstance(body.get("reason"), str):
        data["reason"] = to_text(body["reason"])
    return f"command.{reply}", data, {}


_SHORT: dict[str, Callable[[str, dict[str, Any]], _Meaning]] = {"s": _state, "a": _availability, "r": _reply}


def _value(payload: bytes) -> Any:
    """Return JSON as what it is, and anything that is not JSON as a text."""
    try:
        return parse_json(payload, "utf-8")
    except CodecRefused as refusal:
        if refusal.code != "malformed" or payload[:1] in (b"{", b"["):
            raise
        return payload.decode("utf-8").strip()
