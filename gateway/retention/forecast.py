"""Forecast: what a shorter time would delete, counted and not done.

It counts what whoever deletes would find over at its next round, with the same questions.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo

import msgspec

from gateway.backup.keeping import to_drop
from gateway.backup.order import Made
from gateway.clock import to_us
from gateway.config import Settings
from gateway.retention.spans import Span
from gateway.rollup import Step
from gateway.store.due_media import due_media
from gateway.store.read import Connection
from gateway.store.telemetry import TelemetryFile

MOST = 1_000_000
"""So many rows are counted; then it says that there are more."""
_STEPS: Mapping[str, Step] = {"minute": "minute", "hour": "hour", "day": "day"}
_ROWS: Mapping[str, tuple[str, str]] = {
    "minute": ("每分钟的测量值", "measurements by the minute"),
    "hour": ("每小时的测量值", "measurements by the hour"),
    "day": ("每天的测量值", "measurements by the day"),
}


class Loss(msgspec.Struct, frozen=True, kw_only=True):
    """What goes because a span is shorter: how many, how large where that can be told, and in words."""

    setting: str
    count: int
    more: bool = False  # it was not counted to the end
    size: int | None = None  # bytes
    cases: int | None = None
    zh: str = ""
    en: str = ""


class Stock(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to look at; `now` is engine time, `backups` as they lie on their shelf, whose days are those of `zone`."""

    now: datetime
    telemetry: TelemetryFile | None
    backups: tuple[Made, ...] = ()
    zone: tzinfo = UTC


def losses(spans: Mapping[str, Span], after: Settings, stock: Stock, connection: Connection) -> list[Loss]:
    """Return what would go by each of these spans as they are in `after`; those that would lose nothing too."""
    found: list[Loss] = []
    if "evidence.media_days" in spans:
        found.append(_media(after, stock, connection))
    for setting, span in spans.items():
        if span.what in _STEPS:
            found.append(_rows(setting, _STEPS[span.what], after, stock))
    shorter = [setting for setting, span in spans.items() if span.section == "backup"]
    if shorter:  # days, weeks and months of backups hold each other up: they go together or not at all
        found.append(_backups(shorter[0], after, stock))
    return found


def _media(after: Settings, stock: Stock, connection: Connection) -> Loss:
    due = due_media(connection, closed_before=stock.now - timedelta(days=after.evidence.media_days))
    return Loss(
        setting="evidence.media_days", count=due.files, size=due.size, cases=due.cases,
        zh=f"{due.cases} 个已结案件的 {due.files} 份照片、录像、录音，共 {megabytes(due.size)}，一小时内开始删",
        en=f"{due.files} pictures, clips and voice notes of {due.cases} closed cases, {megabytes(due.size)}, beginning within the hour",
    )  # fmt: skip


def _rows(setting: str, step: Step, after: Settings, stock: Stock) -> Loss:
    length = getattr(after.telemetry.keep, step)
    old_us = to_us(stock.now - length)
    count = 0 if stock.telemetry is None else stock.telemetry.count_before(old_us, step=step, most=MOST + 1)
    more = count > MOST
    count = min(count, MOST)
    zh, en = _ROWS[step]
    number = f"{count:,}"
    return Loss(
        setting=setting, count=count, more=more,
        zh=f"{'超过 ' if more else ''}{number} 条{zh}，几分钟内删",
        en=f"{'more than ' if more else ''}{number} {en}, within minutes",
    )  # fmt: skip


def _backups(setting: str, after: Settings, stock: Stock) -> Loss:
    assert after.backup is not None  # its span is there
    made = {each.name: each.made_at.astimezone(stock.zone) for each in stock.backups}
    gone = set(to_drop(made, after.backup.keep))
    size = sum(each.size_bytes for each in stock.backups if each.name in gone)
    return Loss(
        setting=setting, count=len(gone), size=size,
        zh=f"{len(gone)} 份备份，共 {megabytes(size)}，下一次备份做完后删",
        en=f"{len(gone)} backups, {megabytes(size)}, after the next backup is made",
    )  # fmt: skip


def megabytes(size: int) -> str:
    """Return a size as people read it; what is there is never called 0."""
    if size >= 10**9:
        return f"{size / 10**9:.1f} GB"
    if size == 0 or size >= 10**5:
        return f"{size / 10**6:.1f} MB"
    return f"{max(1, round(size / 1000))} KB"
