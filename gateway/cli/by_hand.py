"""Decoding one captured message by hand: through its topic or path where it is known, else by its content alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import uuid_utils.compat as uuid_utils

from devices.decode import Decoder
from devices.event import Blob, Decoded, Event, Ignored, Note, Quarantine, RawMessage, Telemetry
from devices.form import Profile
from devices.guess import Guess, rank
from devices.limits import EVIDENCE_BYTES
from devices.paths import paths_in
from devices.reading import raw_hash
from devices.registry import Registry
from gateway.cli.captured import Captured
from rules.site import Site

_ZONE = ZoneInfo("Asia/Shanghai")
_ALSO = 3  # further profiles named beside the best
_SHAPES = 1_000  # of payloads that are remembered
_KEYS = 12  # keys of a payload nobody reads that are named
_OWN = frozenset({"n", "boot", "at", "data", "state", "subject", "evidence"})


class ByHand:
    """Decodes captured messages; remembers states and clocks from one to the next, as the gateway does.

    `named` says that a person chose the profile: then it reads even what it hardly knows, to say why it cannot.
    """

    def __init__(
        self, profiles: list[Profile], *, site: Site | None, received: datetime, named: bool = False
    ) -> None:
        self._profiles, self._site, self._received, self._named = profiles, site, received, named
        self._zone = site.zone if site is not None else _ZONE
        self._decoders: dict[tuple[str, ...], Decoder] = {}
        self._likely: dict[frozenset[str], frozenset[str]] = {}  # places of a payload → profiles that knew it

    def lines(self, captured: Captured) -> Iterator[dict[str, Any]]:
        """Yield what is printed for one message, at least one line."""
        raw = raw_hash(captured.payload)
        for found in self._read(captured):
            for said in (found, *found.get("would_read", ())):
                if "source" in said:  # as the gateway notes it when it takes an event in
                    said["source"] = msgspec.structs.replace(said["source"], raw=raw)
            yield found | ({"remarks": list(captured.remarks)} if captured.remarks else {})

    def _read(self, captured: Captured) -> Iterator[dict[str, Any]]:
        message = RawMessage(
            topic=captured.topic or captured.path or "",
            payload=captured.payload,
            received_at=self._received,
            adapter="http" if captured.path is not None else "mqtt",
            retained=captured.retained,
            headers=captured.headers,
        )
        if captured.refused is not None:
            yield {"quarantine": captured.refused, "code": "malformed"}
        elif message.topic:
            yield from self._addressed(message)
        else:
            yield from self._guessed(message)

    def _addressed(self, message: RawMessage) -> Iterator[dict[str, Any]]:
        results = self._decoder(self._profiles).decode(message, mint=mint)
        for result in results:
            said = line(result)
            if isinstance(result, Quarantine) and result.code == "no_profile":
                said |= self._hint(message)
            yield said | self._beyond(result, message, self._profiles)

    def _guessed(self, message: RawMessage) -> Iterator[dict[str, Any]]:
        ranked = self._rank(message)
        parts = _elements(message.payload) if not ranked else []
        if not ranked and not parts:
            yield {"quarantine": self._unknown(message.payload), "code": "no_profile"}
        for part in parts:
            yield from self._guessed(msgspec.structs.replace(message, payload=part))
        if not ranked:
            return
        best = ranked[0]
        chosen = [profile for profile in self._profiles if profile.ref == best.profile]
        tried = msgspec.structs.replace(message, topic=best.topic, adapter=best.adapter)
        also = [each.profile for each in ranked[1 : 1 + _ALSO]]
        for result in self._decoder(chosen).decode(tried, mint=mint):
            said = {**line(result), "profile": best.profile}
            guessed = {"topic" if best.adapter == "mqtt" else "path": best.topic, "also": also}
            yield said | {"guessed": guessed} | self._beyond(result, tried, chosen)

    def _rank(self, message: RawMessage) -> list[Guess]:
        """Rank the profiles; of a message built like an earlier one, first only those that knew that one."""
        shape = _shape(message.payload)
        likely = self._likely.get(shape, frozenset())
        ranked = (
            self._ranked([each for each in self._profiles if each.ref in likely], message) if likely else []
        )
        if ranked and not any(isinstance(result, Quarantine) for result in ranked[0].results):
            return ranked
        ranked = self._ranked(self._profiles, message)
        if shape and len(self._likely) < _SHAPES:
            self._likely[shape] = frozenset(each.profile for each in ranked)
        return ranked

    def _ranked(self, profiles: list[Profile], message: RawMessage) -> list[Guess]:
        least = {"least": 0} if self._named else {}
        return rank(profiles, message, zone=self._zone, mint=mint, **least)

    def _decoder(self, profiles: list[Profile], *, anyone: bool = False) -> Decoder:
        """Return a decoder for the site; without one every device is taken, flagged `unlisted`."""
        site = None if anyone else self._site
        key = (*(profile.ref for profile in profiles), str(anyone))
        if key not in self._decoders:
            self._decoders[key] = Decoder(
                profiles=profiles,
                registry=site.registry if site is not None else Registry(),
                site=site.id if site is not None else "s1",
                zone=self._zone,
                # References made by this tool are not those of any site: it must not show whose card it was.
                site_key=b"gateway devices decode",
                accept_unknown=site is None,
                oldest=None,  # stored payloads are old; their time is what one wants to see
            )
        return self._decoders[key]

    def _hint(self, message: RawMessage) -> dict[str, Any]:
        """Say what would read a message whose topic no profile reads."""
        if self._named:
            ways = ", ".join(sorted({form.pattern.text for form in self._profiles[0].forms}))
            return {"next": f"{self._profiles[0].ref} reads {ways}"}
        ranked = self._rank(message)
        if not ranked:
            shape = shape_of(message.payload)
            return {"next": f"{shape}; docs/add-a-device.md says how a profile is written"}
        names = [each.profile for each in ranked[: 1 + _ALSO]]
        return {
            "next": f"by its content it is of {names[0]}, on another topic than '{ranked[0].topic}'",
            "also": names,
        }

    def _beyond(self, result: Decoded, message: RawMessage, profiles: list[Profile]) -> dict[str, Any]:
        """Say what an unregistered device would have said, and the line of the site file that lets it in."""
        if self._site is None or not isinstance(result, Quarantine) or result.code != "unknown_device":
            return {}
        read = self._decoder(profiles, anyone=True).decode(message, mint=mint)
        entry = f"- {{id: {result.device}, profile: {result.profile}, ident: {result.device}}}"
        return {
            "at_site": f"{self._site.id}：未登记的设备，报文留在隔离区 / not registered: its messages stay in quarantine",
            "next": f"site.yaml, devices: {entry}",
            "would_read": [line(each) for each in read],
        }

    def _unknown(self, payload: bytes) -> str:
        who = f"{self._profiles[0].ref} does not read it" if self._named else "no profile reads it"
        return (
            f"{shape_of(payload)}: {who}; give its topic or path, or write a profile (docs/add-a-device.md)"
        )


def line(result: Decoded) -> dict[str, Any]:
    """Return a result as the JSON object that is printed; replayed occurrences count as state."""
    if isinstance(result, Quarantine):
        return {
            "quarantine": result.reason,
            "code": result.code,
            **_given(device=result.device, profile=result.profile),
        }
    if isinstance(result, Ignored):
        return {"ignored": result.reason, "code": result.code, **_given(device=result.device)}
    if isinstance(result, Note):
        return {"note": result.data, "track": result.track, **_given(device=result.device or None)}
    if isinstance(result, Telemetry):
        return {"telemetry": {result.metric: result.value}, "device": result.device, "at": result.at}
    if isinstance(result, Blob):
        return {"blob": result.sha256, "mime": result.mime, "size": len(result.data)}
    # Without `seq`: the journal numbers, and nothing is journaled here.
    said = {name: getattr(result, name) for name in Event.__struct_fields__ if name != "seq"}
    said["profile"] = result.source.profile
    if result.kind in ("device.online", "device.offline"):
        return {"availability": result.kind.partition(".")[2], **said}
    if result.kind == "device.state" or result.mode in ("snapshot", "retained"):
        return {"state": said.pop("state"), **said}
    return said


def shape_of(payload: bytes) -> str:
    """Say in a few words what bytes are, for a person who wonders why nobody reads them."""
    if not payload.strip():
        return "an empty payload"
    if len(payload) > EVIDENCE_BYTES:
        return f"{len(payload)} bytes, where at most {EVIDENCE_BYTES} are read"
    written = ""
    try:
        value = msgspec.json.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        value = _in_gbk(payload)
        if value is None:
            return _not_json(payload, str(error))
        written = " in GBK (encoding: gbk in the profile)"
    return _json_shape(value) + written


def _json_shape(value: Any) -> str:
    if isinstance(value, dict):
        keys = ", ".join(list(value)[:_KEYS])
        own = "n" in value and value.keys() <= _OWN
        kind = (
            " (our own namespace? then the kind stands in its topic, sc1/{site}/{device}/e/{kind})"
            if own
            else ""
        )
        return f"a JSON object with {keys or 'nothing in it'}{kind}"
    if isinstance(value, list):
        return f"a JSON list of {len(value)}"
    return f"the bare word {str(value)[:40]!r}, which many devices say"


def _in_gbk(payload: bytes) -> Any:
    """Return what JSON in the Chinese encoding holds; None where it is none."""
    try:
        return msgspec.json.decode(payload.decode("gb18030"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _not_json(payload: bytes, error: str) -> str:
    head = payload[:200].lstrip()
    if head[:1] in (b"{", b"["):
        return f"broken JSON ({error[:120]})"
    if head[:1] == b"<":
        return f"XML that begins with {head[:60].decode('utf-8', 'replace')!r}"
    if head[:2] == b"--":
        return "a multipart body"
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError:
        return f"{len(payload)} bytes that are no UTF-8, beginning with {payload[:8].hex(' ')}"
    return f"a text of {len(text)} characters, {text.strip()[:40]!r}"


def _shape(payload: bytes) -> frozenset[str]:
    """Return the places of a JSON object; empty for what is none."""
    try:
        value = msgspec.json.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return frozenset()
    return frozenset(paths_in(value, "e")) if isinstance(value, dict) else frozenset()


def _elements(payload: bytes) -> list[bytes]:
    """Return the messages of a JSON list; empty where it is none."""
    try:
        value = msgspec.json.decode(payload, type=list[msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return []
    return [bytes(each) for each in value]


def _given(**values: str | None) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}


def mint() -> str:
    """Return a new event id."""
    return str(uuid_utils.uuid7())
