"""Our own MQTT namespace, `sc1/{site}/{device}/…`: what devices we control, adapters and cameras speak.

| topic | payload | becomes |
|---|---|---|
| `…/e/{kind}` | `{"n", "boot", "at", "mode", "data", "state", "subject", "evidence"}`, all optional | an event of that kind |
| `…/s/{prop}` | a JSON scalar, or `{"value", "at"}` | `device.state` |
| `…/t/{metric}` | a number, or `{"value", "at"}` | telemetry, and an event if a rule reads it |
| `…/a` | `online`, `offline`, or `{"status", "boot", "firmware", "reason"}` | `device.online`, `device.offline` |
| `…/r/{command}` | `{"state", "reason"}`: accepted, done or failed | `command.*` |

`n` counts since `boot`; together they are the dedup key `{boot}|{n}` and the topic of the confirmation. Facts
that the kind does not have are dropped and counted in a flag (`dropped:2`). This path is written by hand,
not as a field map, because it carries most of the traffic.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeAlias

import msgspec
from msgspec import to_builtins
from msgspec.structs import replace

from devices.clock import DeviceClock
from devices.codec import CodecRefused
from devices.codecs.json import parse_json
from devices.context import DecodeContext
from devices.convert import REFUSED, Convert, to_field, to_number, to_scalar, to_text
from devices.event import Blob, Decoded, Event, Evidence, Mode, Quarantine, RawMessage, Source, Telemetry
from devices.evidence import unpack
from devices.fields import keyed
from devices.kinds import KINDS, STATES, metric_kind
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
from devices.problem import nearest
from devices.reading import raw_hash
from devices.registry import Device
from devices.timestamp import Stamp, parse_stamp

_CACHED = 20_000  # topics remembered; a flood of made-up ones empties the memory instead of filling it
_REPLIES = ("accepted", "done", "failed")
_RESERVED = (
    "system.",
    "command.",
    "device.online",
    "device.offline",
)  # these have one author each, and it is not `e/`
_CONVERTS: dict[str, dict[str, Convert]] = {
    name: {field: to_field(spec) for field, spec in kind.fields.items()} for name, kind in KINDS.items()
}
_Said: TypeAlias = tuple[OwnEvent | PlainEvent, dict[str, Any], dict[str, Any]]  # payload, data, state
_Meaning: TypeAlias = tuple[str, dict[str, Any], dict[str, Any]]  # kind, data, state


class _Route:
    """What a topic says, worked out once: device, channel letter, last level; and the last good boot id.

    `plain` reads a payload of its kind, `event` is what all its events have in common.
    """

    __slots__ = ("boot", "channel", "clock", "converts", "device", "event", "name", "plain")

    def __init__(
        self, device: Device, channel: str, name: str, *, clock: DeviceClock, site: str, seen: datetime
    ) -> None:
        self.device = device
        self.channel = channel
        self.name = name
        self.clock = clock
        self.converts = _CONVERTS.get(name, {})
        self.plain = plain_decoder(name) if channel == "e" else None
        self.event = Event(site=site, device=device.id, kind=name, at=seen, received_at=seen)
        self.boot: int | str | None = None


class OwnNamespace:
    """Reads `sc1/…` topics; remembers what each topic means until the registry changes."""

    def __init__(self, context: DecodeContext, profile: str) -> None:
        self._context = context
        self._profile = profile
        self._routes: dict[str, _Route] = {}

    def forget(self) -> None:
        """Work every topic out again: the registry changed."""
        self._routes.clear()

    def read(self, message: RawMessage, mint: Callable[[], str]) -> list[Decoded]:
        """Read one message; never raises, whatever the bytes are."""
        route = self._routes.get(message.topic)
        if route is None or (message.user and route.device.user):
            found = self._route(message)
            if isinstance(found, Quarantine):
                return [found]
            route = found
        try:
            if route.channel == "e":
                return self._event(route, message, mint)
            check_size(message.payload, EVENT_BYTES)
            return [self._short(route, message, mint)]
        except CodecRefused as refusal:
            return [self._refused(refusal.code, str(refusal), route)]
        except UnicodeDecodeError:
            return [self._refused("malformed", "not UTF-8", route)]
        except msgspec.DecodeError as error:
            return [self._refused("malformed", f"not an event: {error}", route)]
        except RecursionError:
            return [self._refused("too_deep", "nested too deep to read", route)]

    def _refused(self, code: str, reason: str, route: _Route) -> Quarantine:
        return Quarantine(code=code, reason=reason, device=route.device.id, profile=self._profile)

    def _route(self, message: RawMessage) -> _Route | Quarantine:
        parts = message.topic.split("/")  # the patterns of the profile let only these shapes through
        site, ident, channel, name = parts[1], parts[2], parts[3], parts[4] if len(parts) > 4 else ""
        context = self._context
        if site != context.site:
            reason = f"the topic names site '{site}', this is '{context.site}'"
            return Quarantine(code="identity", reason=reason, device=ident, profile=self._profile)
        device = context.sender(self._profile.partition("@")[0], ident, message.user)
        if isinstance(device, Quarantine):
            return device
        if channel == "e":
            if name not in KINDS:
                reason = f"there is no kind '{name}'{nearest(name, KINDS)}"
                return Quarantine(code="no_kind", reason=reason, device=device.id, profile=self._profile)
            if name.startswith(_RESERVED):
                reason = f"kind '{name}' is not said on an event topic"
                return Quarantine(code="no_kind", reason=reason, device=device.id, profile=self._profile)
        elif channel != "a" and not WORD.fullmatch(name):
            reason = f"'{name[:60]}' is no name: letters, digits, `.`, `_`, `-`, at most 64"
            return Quarantine(code="malformed", reason=reason, device=device.id, profile=self._profile)
        clock, seen = context.clock(device.id), message.received_at
        route = _Route(device, channel, name, clock=clock, site=context.site, seen=seen)
        if len(self._routes) >= _CACHED:
            self._routes.clear()
        self._routes[message.topic] = route
        return route

    def _event(self, route: _Route, message: RawMessage, mint: Callable[[], str]) -> list[Decoded]:
        payload = message.payload
        context, device = self._context, route.device
        more: list[str] = ["unlisted"] if device.unlisted else []
        said, data, state = self._said(route, payload, more)
        at, mode = said.at, said.mode
        stamp = None if at is None else parse_stamp(at, context.zone)
        if message.retained:
            mode = "retained"
        moment, quality, flags = context.when(route.clock, stamp, message, mode, learn=True)
        subject = keyed(said.subject, context.site_key, context.registry.households) if said.subject else {}
        if device.household:
            subject.setdefault("household", device.household)
        evidence: tuple[Evidence, ...] = ()
        blobs: list[Blob] = []
        if said.evidence:
            evidence, blobs = unpack(said.evidence, context.zone, more)
        # A copy with other values costs a third of an event made from nothing: its names are not searched.
        event = replace(
            route.event,
            id=mint(),
            mode=mode,
            at=moment,
            time_quality=quality,
            device_time=None if at is None else str(at)[:64],
            received_at=message.received_at,
            dedup=_key(route, said.boot, said.n),
            subject=subject,
            data=data,
            state=state,
            evidence=evidence,
            source=Source(profile=self._profile, topic=message.topic, raw=raw_hash(payload)),
            flags=(*flags, *more) if more else flags,
        )
        return [*blobs, event] if blobs else [event]

    @staticmethod
    def _said(route: _Route, payload: bytes, flags: list[str]) -> _Said:
        """Return the payload with its facts and states: in one step if it is plain, else value by value."""
        if len(payload) <= PLAIN_BYTES and route.plain is not None:
            try:
                plain = route.plain(payload)
            except msgspec.ValidationError:
                pass  # not plain; whether it can be read is said below
            else:
                for name in plain.state:
                    if name not in STATES and not WORD.fullmatch(name):
                        break
                else:
                    return plain, to_builtins(plain.data) if plain.data is not None else {}, plain.state
        if len(payload) > EVENT_BYTES:
            check_size(payload, EVIDENCE_BYTES)
        check_signs(payload, b",")
        said = read_own(payload)
        if len(payload) > EVENT_BYTES and not said.evidence:
            check_size(payload, EVENT_BYTES)
        before = len(flags)
        data = read_facts(said.data, route.converts, flags) if said.data else {}
        state = read_states(said.state, flags) if said.state else {}
        if len(flags) > before and not is_small(payload):  # something was left out: of what size may matter
            check_shape([said.data, said.state])
        return said, data, state

    def _short(self, route: _Route, message: RawMessage, mint: Callable[[], str]) -> Decoded:
        """Read the channels that say one thing: state, telemetry, availability, reply."""
        value = _value(message.payload)
        body = value if isinstance(value, dict) else {"value": value, "status": value, "state": value}
        stamp = parse_stamp(body.get("at"), self._context.zone)
        if route.channel == "t":
            return self._telemetry(route, message, body.get("value"), stamp)
        event = self._brief(route, message, _SHORT[route.channel](route.name, body), stamp)
        return replace(event, id=mint())

    def _brief(self, route: _Route, message: RawMessage, meaning: _Meaning, stamp: Stamp | None) -> Event:
        """Return the event of one thing said, without an id."""
        kind, data, state = meaning
        mode: Mode = "retained" if message.retained else "live"
        at, quality, flags = self._context.when(route.clock, stamp, message, mode, learn=True)
        return Event(
            site=self._context.site,
            device=route.device.id,
            kind=kind,
            mode=mode,
            at=at,
            time_quality=quality,
            received_at=message.received_at,
            subject={"household": route.device.household} if route.device.household else {},
            data=data,
            state=state,
            source=Source(profile=self._profile, topic=message.topic, raw=raw_hash(message.payload)),
            flags=(*flags, "unlisted") if route.device.unlisted else flags,
        )

    def _telemetry(self, route: _Route, message: RawMessage, value: Any, stamp: Stamp | None) -> Telemetry:
        number = to_number(value)
        if number is REFUSED:
            raise CodecRefused("malformed", f"telemetry '{route.name}' is no number")
        kind = metric_kind(route.name)
        data = {"value": number} if kind != "device.state" else {}
        event = self._brief(route, message, (kind, data, {route.name: number}), stamp)
        return Telemetry(
            device=event.device, metric=route.name, value=float(number), at=event.at, event=event
        )


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


def _key(route: _Route, boot: int | str | None, n: int | str | None) -> str | None:
    """Return `{boot}|{n}` if both can stand in the confirmation's topic."""
    if boot is None or n is None:
        return None
    if boot != route.boot:
        if not WORD.fullmatch(str(boot)):
            return None
        route.boot = boot
    if type(n) is not int and not WORD.fullmatch(str(n)):
        return None
    return f"{boot}|{n}"
