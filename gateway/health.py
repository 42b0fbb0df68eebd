"""Health: how every part is doing, in plain Chinese and English, with its figures."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from gateway import __version__
from gateway.api.schemas.common import Bilingual
from gateway.api.schemas.health import Health, HealthPart, HealthReason
from gateway.backup.standing import standing as backup_standing
from gateway.box import box
from gateway.guarded import Trouble
from gateway.interop.health import standings
from gateway.interop.outgoing import Outgoing
from gateway.interop.receiver_part import Receivers
from gateway.push.health import standing as push_standing
from gateway.push.listener import Listener

if TYPE_CHECKING:
    from gateway.app import Gateway

HUNG_S = 20.0  # a part that did not move for so long while it had work is hung
FULL = 0.8  # of the inbox
SHOWN_S = 3.0  # deadlines that wait for longer are told of
CERTAIN = "synchronised"


class HealthReport:
    """Asked by the pages, by /health and by the watchdog; callable from any thread but that of the event loop: it reads the machine."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def alive(self) -> bool:
        """Tell whether the writer moves: the one part whose standstill a restart mends."""
        status = self._gateway.writer.status()
        return time.monotonic() - status.moved_at < HUNG_S

    def now(self) -> Health:
        """Return the whole report."""
        parts = [self._store(), self._ingest(), self._outbox(), self._clock()]
        parts += [part for part in (self._broker(), self._forward()) if part is not None]
        core, written = self._gateway.core, self._gateway.written
        parts += box(written.settings, written.site, now=core.clock.now() + core.clock.offset)
        if self._gateway.backups is not None:
            parts.append(backup_standing(self._gateway.backups, now=core.clock.now() + core.clock.offset))
        connections = self._gateway.connections
        parts += standings((*connections.parts, *self._fed()), connections.interop.inbound)
        parts += [push_standing(each.part) for each in self._gateway.parts if isinstance(each.part, Listener)]
        parts += [
            _guarded(each.name, each.trouble) for each in self._gateway.parts if each.trouble is not None
        ]
        reasons = [reason for _, found in parts for reason in found]
        worst = max((part.status for part, _ in parts), key=("ok", "degraded", "failing").index)
        return Health(
            status=worst,
            version=__version__,
            at=self._gateway.core.clock.now() + self._gateway.core.clock.offset,
            reasons=reasons,
            parts=[part for part, _ in parts],
            counters=self._gateway.core.store.counters(),
        )

    def _fed(self) -> list[Outgoing]:
        """Return what feeds the receivers that the page names."""
        parts = (each.part for each in self._gateway.parts)
        return [fed for part in parts if isinstance(part, Receivers) for fed in part.fed()]

    def _store(self) -> tuple[HealthPart, list[HealthReason]]:
        status = self._gateway.writer.status()
        reasons = []
        if status.degraded:
            reasons.append(_reason("store_degraded", status.degraded["zh"], status.degraded["en"]))
        if not status.reserve:
            reasons.append(
                _reason(
                    "disk_short",
                    "磁盘快满了：为写满时保留的空间已用掉",
                    "the disk is nearly full: the space kept for that moment is used",
                )
            )
        if not self.alive():
            reasons.append(_reason("writer_hung", "写入线程没有动静", "the writer does not move"))
        if status.fill > FULL:
            reasons.append(_reason("inbox_full", "待处理的消息太多", "too many messages are waiting"))
        if status.deadlines_wait_s > SHOWN_S:
            seconds = round(status.deadlines_wait_s)
            reasons.append(
                _reason(
                    "deadlines_wait",
                    f"正在读取积压的消息：需要等待时间的判断（如门未关）最多推迟 {seconds} 秒，其余告警不受影响",
                    f"a backlog of messages is being read: what takes time to judge (a door left open) comes up to "
                    f"{seconds} s late, all other alarms at once",
                )
            )
        return _part("store", "failing" if status.degraded else _grade(reasons), _facts(status)), reasons

    def _ingest(self) -> tuple[HealthPart, list[HealthReason]]:
        status = self._gateway.ingest.status()
        reasons = []
        if not status.connected:
            error = status.error or {"zh": "没有连上 MQTT 服务器", "en": "not connected to the MQTT broker"}
            reasons.append(_reason("broker_unreachable", error["zh"], error["en"], status.since))
        if status.refused_filters:
            names = ", ".join(status.refused_filters)
            reasons.append(
                _reason(
                    "filters_refused",
                    f"服务器拒绝了订阅 {names}",
                    f"the broker refused the subscriptions {names}",
                )
            )
        return _part("mqtt", _grade(reasons), _facts(status)), reasons

    def _outbox(self) -> tuple[HealthPart, list[HealthReason]]:
        return _part("outbox", "ok", _facts(self._gateway.outbox.status())), []

    def _clock(self) -> tuple[HealthPart, list[HealthReason]]:
        mark = self._gateway.core.clock.mark()
        reasons = []
        if not mark.synchronised:
            reasons.append(
                _reason(
                    "clock_unsynced",
                    "时钟没有与时间服务器同步，显示的时间可能不准",
                    "the clock is not synchronised; shown times may be off",
                )
            )
        facts = {CERTAIN: mark.synchronised, "offset_s": mark.offset_us / 1e6}
        return _part("clock", "ok", facts), reasons

    def _broker(self) -> tuple[HealthPart, list[HealthReason]] | None:
        if self._gateway.broker is None:
            return None
        status = self._gateway.broker.status()
        reasons = []
        if not status.running:
            error = status.error or {
                "zh": "内置 MQTT 服务器没有运行",
                "en": "the embedded broker does not run",
            }
            reasons.append(_reason("broker_down", error["zh"], error["en"], status.since))
        return _part("broker", _grade(reasons), _facts(status)), reasons

    def _forward(self) -> tuple[HealthPart, list[HealthReason]] | None:
        if self._gateway.forward is None:
            return None
        status = self._gateway.forward.status()
        error = str(getattr(status, "error", "") or "")
        reasons = (
            [
                _reason(
                    "sink_behind", f"InfluxDB 没有收下数据：{error}", f"InfluxDB does not take data: {error}"
                )
            ]
            if error
            else []
        )
        return _part("influx", "ok", _facts(status)), reasons


def _guarded(name: str, trouble: Trouble) -> tuple[HealthPart, list[HealthReason]]:
    """Return how a part stands that failed and rests, or runs again but not for long yet."""
    reason = _reason("part_failed", trouble.text["zh"], trouble.text["en"], trouble.since)
    facts = {"failures": trouble.failures, "rest_s": trouble.rest_s}
    return _part(f"part {name}", "degraded", facts), [reason]


def _facts(status: Any) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(status)
    return found


def _grade(reasons: list[HealthReason]) -> Literal["ok", "degraded"]:
    return "degraded" if reasons else "ok"


def _part(name: str, status: Literal["ok", "degraded", "failing"], facts: dict[str, Any]) -> HealthPart:
    return HealthPart(name=name, status=status, facts=facts)


def _reason(code: str, zh: str, en: str, since: datetime | None = None) -> HealthReason:
    return HealthReason(code=code, text=Bilingual(zh=zh, en=en), since=since)
