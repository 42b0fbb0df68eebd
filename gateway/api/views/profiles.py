"""How device profiles, captured messages, their fields and previews are shown."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from devices.event import Blob, Decoded, Event, Note, Quarantine, RawMessage, Telemetry
from devices.form import Profile
from devices.kinds import KINDS
from devices.seen import FieldSeen, Meant
from gateway.api.schemas.common import Bilingual
from gateway.api.schemas.profiles import (
    CapturedMessage,
    FieldMeaning,
    FieldRow,
    PreviewMessage,
    ProfileRow,
    Reading,
)
from gateway.profiles.desk import Listed
from gateway.profiles.preview import Tried, device_of, flags_of

_MEANT: dict[str, tuple[str, str]] = {
    "time": ("像时间（{word}）", "looks like a time ({word})"),
    "identity": ("像设备编号", "looks like the device's identity"),
    "level": ("像级别", "looks like a level"),
    "code": ("像事件代码", "looks like a code that says what happened"),
    "counter": ("像计数器，可用来去重", "looks like a counter; it can be a part of dedup"),
    "state": ("可以作为设备状态 {word}", "can be the state {word}"),
    "elements": ("一个列表，可用 each 逐个读", "a list whose elements can be read one by one with each"),
    "person": ("可能指某个人：只放进 subject.cred 或 subject.person", "may name a person: only as subject.cred or subject.person"),
}  # fmt: skip
_UNREAD: dict[str, tuple[str, str]] = {
    "unknown_device": ("设备没有登记", "the device is not registered"),
    "unknown_code": ("没有一条 kinds 对得上", "no line of kinds fits"),
    "malformed": ("格式不对", "it is malformed"),
    "too_large": ("太大", "it is too large"),
    "too_deep": ("嵌套太深", "it is nested too deep"),
    "identity": ("身份对不上", "who it is from does not agree"),
    "no_profile": ("没有型号读这个主题", "no profile reads this topic"),
    "no_kind": ("没有这种事件", "there is no such kind"),
    "codec": ("解不开", "it could not be unpacked"),
}


def profile_row(listed: Listed, *, devices: int, version: int) -> dict[str, Any]:
    """Return what is shown of a profile in every place."""
    profile = listed.profile
    return {
        "id": profile.id,
        "revision": profile.revision,
        "name": _both(profile.name) or Bilingual(zh=profile.id, en=profile.id),
        "about": _both(profile.about),
        "origin": listed.origin,
        "listens": listens(profile),
        "samples": len(profile.samples),
        "devices": devices,
        "version": version,
    }


def listens(profile: Profile) -> list[str]:
    """Return the topic patterns and paths that a profile reads, each once."""
    return list(dict.fromkeys(form.pattern.text for form in profile.forms))


def row_view(listed: Listed, *, devices: int, version: int) -> ProfileRow:
    """Return a profile as a line of the list."""
    return ProfileRow(**profile_row(listed, devices=devices, version=version))


def captured(
    message: RawMessage, *, row: int | None = None, why: tuple[str, str] | None = None
) -> CapturedMessage:
    """Return a message as it came; bytes that are no text as base64."""
    try:
        text, coded = message.payload.decode("utf-8"), None
    except UnicodeDecodeError:
        text, coded = None, base64.b64encode(message.payload).decode()
    return CapturedMessage(
        row=row, at=message.received_at, adapter="http" if message.adapter == "http" else "mqtt", topic=message.topic,
        headers=dict(message.headers), retained=message.retained, size=len(message.payload), payload=text, base64=coded,
        code=why[0] if why else None, reason=why[1] if why else None,
    )  # fmt: skip


def field_row(field: FieldSeen) -> FieldRow:
    """Return a field with its guesses in words."""
    return FieldRow(
        path=field.path, type=field.type, example=field.example, usable=field.usable,
        meanings=[_meaning(each) for each in field.meant],
    )  # fmt: skip


def tried_view(tried: Tried, *, row: int | None = None) -> PreviewMessage:
    """Return a message with everything that would come out of it."""
    return PreviewMessage(
        row=row, topic=tried.message.topic, at=tried.message.received_at, stranger=tried.stranger,
        readings=[reading(each) for each in tried.results],
    )  # fmt: skip


def reading(result: Decoded) -> Reading:
    """Return one thing that would come out, with a sentence about it."""
    said: dict[str, Any] = {
        "kind": None, "kind_name": None, "device": device_of(result), "at": None, "time_quality": None, "mode": None,
        "data": {}, "state": {}, "subject": [], "flags": [], "profile": None,
    }  # fmt: skip
    if isinstance(result, Event):
        return _event(result, said)
    if isinstance(result, Quarantine):
        zh, en = _UNREAD.get(result.code, ("读不懂", "it is not understood"))
        sentence = Bilingual(zh=f"{zh}（{result.reason}）", en=f"{en}: {result.reason}")
        return Reading(**{**said, "outcome": "quarantine", "profile": result.profile, "sentence": sentence})
    if isinstance(result, Telemetry):
        sentence = Bilingual(
            zh=f"测量值 {result.metric} = {result.value}",
            en=f"a measurement: {result.metric} = {result.value}",
        )
        values = {
            "outcome": "telemetry",
            "at": result.at,
            "data": {result.metric: result.value},
            "sentence": sentence,
        }
        return Reading(**{**said, **values})
    if isinstance(result, Note):
        sentence = Bilingual(zh=f"补充说明 {result.track}", en=f"a note on {result.track}")
        return Reading(
            **{**said, "outcome": "note", "at": result.at, "data": dict(result.data), "sentence": sentence}
        )
    if isinstance(result, Blob):
        sentence = Bilingual(zh=f"一份证据（{result.mime}）", en=f"a piece of evidence ({result.mime})")
        return Reading(**{**said, "outcome": "evidence", "sentence": sentence})
    sentence = Bilingual(
        zh=f"读懂了，不保存（{result.reason}）", en=f"understood and not kept: {result.reason}"
    )
    return Reading(**{**said, "outcome": "ignored", "sentence": sentence})


def _event(event: Event, said: Mapping[str, Any]) -> Reading:
    kind = KINDS.get(event.kind)
    name = Bilingual(zh=kind.zh, en=kind.en) if kind is not None else Bilingual(zh=event.kind, en=event.kind)
    outcome = "event"
    if event.kind in ("device.online", "device.offline"):
        outcome = "availability"
    elif event.kind == "device.state":
        outcome = "state"
    sentence = Bilingual(zh=f"{event.device}：{name.zh}", en=f"{event.device}: {name.en}")
    values = {
        "outcome": outcome, "kind": event.kind, "kind_name": name, "at": event.at, "time_quality": event.time_quality,
        "mode": event.mode, "data": dict(event.data), "state": dict(event.state), "subject": sorted(event.subject),
        "flags": list(flags_of(event)), "profile": event.source.profile, "sentence": sentence,
    }  # fmt: skip
    return Reading(**{**said, **values})


def _meaning(meant: Meant) -> FieldMeaning:
    zh, en = _MEANT[meant.what]
    sentence = Bilingual(zh=zh.format(word=meant.word), en=en.format(word=meant.word))
    return FieldMeaning(what=meant.what, sure=meant.sure, word=meant.word, sentence=sentence)


def _both(texts: Mapping[str, str]) -> Bilingual | None:
    if not texts:
        return None
    first = next(iter(texts.values()))
    return Bilingual(zh=texts.get("zh") or first, en=texts.get("en") or first)
