"""Camera: how one camera is watched, as written in its file; every mistake is reported at once.

`docs/how-to/camera.md` shows the file. All sizes are shares of the picture or pixels at analysis size
(said beside each), all times are seconds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from devices.document import parse_document
from devices.problem import Problem
from gateway.errors import ConfigError
from gateway.vision.fields import Fields
from gateway.vision.frame import Polygon

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
SCHEMES = ("rtsp", "rtsps", "http", "https", "file", "")


class SignalSettings(msgspec.Struct, frozen=True, kw_only=True):
    """When a camera without new pictures is abnormal, and when it is lost; how long a read may take."""

    abnormal: float = 5.0
    lost: float = 10.0
    timeout: float = 3.0
    retry_most: float = 60.0  # the longest pause between attempts; they start at one second


class GuardSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What counts as a change of light, and how long alarms stay suspended after it."""

    gain: float = 0.15  # the median pixel's brightness changed by this share
    share: float = 0.40  # or this share of all pixels changed
    hold: float = 3.0


class MotionSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a moving thing is told from noise and leaves."""

    contrast: float = 25.0  # squared distance from the background; smaller sees fainter things
    min_area: int = 40  # pixels at analysis size
    flicker: float = 3.0  # turns on/off that a pixel may make before it is taken for foliage
    flicker_memory: float = 10.0  # seconds in which that count halves


class TrackSettings(msgspec.Struct, frozen=True, kw_only=True):
    """When a chain of boxes is a thing."""

    min_hits: int = 4
    max_gap: float = 1.0
    steady: float = 0.5  # share of the frames since the first in which it must have been seen
    settle: float = 2.0  # after the start, while the background is learnt, nothing is confirmed
    max_boxes: int = 12  # more moving spots at once are rain, leaves or flakes: nothing new is confirmed
    min_travel: float = 0.06  # of the picture
    straight: float = 0.6  # how much of its way must have brought it farther from where it began


class Camera(msgspec.Struct, frozen=True, kw_only=True):
    """One camera: where its stream is, how it is looked at, which analytics run on it."""

    id: str
    url: str  # rtsp://…, http(s)://…, or a file; may hold credentials: show it only through `masked`
    zone: ZoneInfo = ZoneInfo("Asia/Shanghai")
    loop: bool = False  # start a file again at its end
    frames: float = 5.0  # analysed per second
    width: int = 384  # pixels at analysis size
    masks: tuple[Polygon, ...] = ()  # privacy: painted black before anything looks
    signal: SignalSettings = SignalSettings()
    guard: GuardSettings = GuardSettings()
    motion: MotionSettings = MotionSettings()
    tracks: TrackSettings = TrackSettings()
    analytics: Mapping[str, Any] = {}  # name -> that analytic's own settings


class BrokerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Which MQTT broker the worker speaks to."""

    host: str = "127.0.0.1"
    port: int = 1883
    user: str | None = None
    password: str | None = None


class VisionSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A whole worker: its site, its broker, its cameras."""

    site: str
    broker: BrokerSettings
    cameras: tuple[Camera, ...]


def load_vision(text: str, file: str) -> VisionSettings:
    """Read a worker's file; raise ConfigError with every problem as `FILE:LINE: PATH: message`."""
    document = parse_document(text, file)
    problems: list[Problem] = list(document.problems)
    fields = Fields(document.value, path=(), document=document, file=file, problems=problems)
    site = fields.text("site", required=True)
    _check_name(fields, "site", site)
    zone = read_zone(fields)
    broker_fields = fields.part("broker")
    broker = BrokerSettings(
        host=broker_fields.text("host", "127.0.0.1"),
        port=broker_fields.whole("port", 1883, low=1, high=65535),
        user=broker_fields.text("user") or None,
        password=read_secret(broker_fields, "password_file"),
    )
    broker_fields.done()
    cameras = [read_camera(item, zone) for item in fields.items("cameras", required=True)]
    seen: set[str] = set()
    for position, camera in enumerate(cameras):
        if camera.id in seen:
            fields.wrong("cameras", f"camera {position + 1} repeats the id '{camera.id}'; ids are unique")
        seen.add(camera.id)
    fields.done()
    if problems:
        raise ConfigError([str(problem) for problem in problems])
    return VisionSettings(site=site, broker=broker, cameras=tuple(cameras))


def load_camera(text: str, file: str, *, url: str) -> Camera:
    """Read one camera's file for the analysis of a clip; `url` replaces the one in the file."""
    document = parse_document(text, file)
    problems: list[Problem] = list(document.problems)
    fields = Fields(document.value, path=(), document=document, file=file, problems=problems)
    camera = read_camera(fields, read_zone(fields), url=url)
    if problems:
        raise ConfigError([str(problem) for problem in problems])
    return camera


def read_camera(fields: Fields, zone: ZoneInfo, *, url: str | None = None) -> Camera:
    """Read one camera mapping; mistakes go to the fields' list of problems."""
    from gateway.vision.analytics import read_analytics

    name = fields.text("id", "camera", required=url is None)
    _check_name(fields, "id", name)
    source = fields.text("url", required=url is None)
    user, password = fields.text("user"), read_secret(fields, "password_file")
    if url is None and source and urlsplit(source).scheme not in SCHEMES:
        fields.wrong(
            "url", f"'{urlsplit(source).scheme}:' is not known; use rtsp://, http://, or a file's path"
        )
    camera = Camera(
        id=name,
        url=url if url is not None else with_credentials(source, user, password),
        zone=zone,
        loop=fields.flag("loop", False),
        frames=fields.number("frames", 5.0, low=1, high=15),
        width=fields.whole("width", 384, low=160, high=1280),
        masks=fields.polygons("masks"),
        signal=_read_signal(fields.part("signal")),
        guard=_read_guard(fields.part("guard")),
        motion=_read_motion(fields.part("motion")),
        tracks=_read_tracks(fields.part("tracks")),
        analytics=read_analytics(fields.part("analytics")),
    )
    fields.done()
    return camera


def _read_signal(fields: Fields) -> SignalSettings:
    found = SignalSettings(
        abnormal=fields.duration("abnormal", 5.0, low=0.5),
        lost=fields.duration("lost", 10.0, low=1.0),
        timeout=fields.duration("timeout", 3.0, low=0.5, high=60),
        retry_most=fields.duration("retry_most", 60.0, low=0.5, high=3600),
    )
    if found.lost < found.abnormal:
        fields.wrong("lost", f"{found.lost:g}s is shorter than 'abnormal' ({found.abnormal:g}s)")
    fields.done()
    return found


def _read_guard(fields: Fields) -> GuardSettings:
    found = GuardSettings(
        gain=fields.number("gain", 0.15, low=0.02, high=1),
        share=fields.number("share", 0.40, low=0.05, high=1),
        hold=fields.duration("hold", 3.0, high=60),
    )
    fields.done()
    return found


def _read_motion(fields: Fields) -> MotionSettings:
    found = MotionSettings(
        contrast=fields.number("contrast", 25.0, low=4, high=400),
        min_area=fields.whole("min_area", 40, low=4, high=100_000),
        flicker=fields.number("flicker", 3.0, low=1, high=1000),
        flicker_memory=fields.duration("flicker_memory", 10.0, low=1, high=3600),
    )
    fields.done()
    return found


def _read_tracks(fields: Fields) -> TrackSettings:
    found = TrackSettings(
        min_hits=fields.whole("min_hits", 4, low=1, high=100),
        max_gap=fields.duration("max_gap", 1.0, low=0.1, high=30),
        max_boxes=fields.whole("max_boxes", 12, low=1, high=1000),
        steady=fields.number("steady", 0.5, low=0, high=1),
        settle=fields.duration("settle", 2.0, high=600),
        min_travel=fields.number("min_travel", 0.06, low=0, high=1),
        straight=fields.number("straight", 0.6, low=0, high=1),
    )
    fields.done()
    return found


def read_zone(fields: Fields) -> ZoneInfo:
    name = fields.text("timezone", "Asia/Shanghai")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        fields.wrong("timezone", f"unknown time zone '{name}'; write it like Asia/Shanghai")
        return ZoneInfo("Asia/Shanghai")


def read_secret(fields: Fields, name: str) -> str | None:
    """Return the first line of the file that `name` points to; secrets are never written in the settings."""
    where = fields.text(name)
    if not where:
        return None
    try:
        return Path(where).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        fields.wrong(
            name, f"cannot read '{where}': {error.__class__.__name__}; it must hold the password in one line"
        )
        return None


def _check_name(fields: Fields, field: str, name: str) -> None:
    if name and not NAME.fullmatch(name):
        fields.wrong(
            field, f"'{name}' cannot be part of a topic; use letters, digits, '.', '_', '-' (at most 64)"
        )


def with_credentials(url: str, user: str, password: str | None) -> str:
    """Return the address with user and password put in, percent-encoded."""
    from urllib.parse import quote

    parts = urlsplit(url)
    if not user or not parts.hostname:
        return url
    host = parts.netloc.rpartition("@")[2]
    secret = f":{quote(password, safe='')}" if password else ""
    return parts._replace(netloc=f"{quote(user, safe='')}{secret}@{host}").geturl()


def masked(text: str) -> str:
    """Return an address or message without credentials: fit for logs and events."""
    return re.sub(r"//[^/@\s]+@", "//***@", text)
