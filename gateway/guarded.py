"""Guarded: a part that fails rests and runs again, and never takes the gateway with it.

Alarms are handled by the main path, from the inbox to the store; what lives beside it (messages going out, proof,
reports of residents, other systems) may stop for a while, not end the process: everything it has to do waits in the
store. Whoever looks at the gateway's health sees which part stands still, and why.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Protocol

import msgspec
import structlog

from gateway.batch import Committed
from gateway.errors import GatewayError, StoreError
from gateway.part import Part
from gateway.watch.probe import Fact

FIRST_REST_S = 5.0
LONGEST_REST_S = 300.0
WELL_AFTER_S = 120.0  # a part that ran for so long has recovered: most of them look every minute
_NAMES = {
    "publisher": "MQTT 发布",
    "outbox": "消息发送",
    "influx": "InfluxDB 转发",
    "watch": "自我监测",
    "evidence": "证据包",
    "reception": "居民上报",
    "shift bell": "值班提醒",
    "duty desk": "排班通知",
    "report post": "定时报表",
    "modes": "布防与模式",
    "door": "外部消息入口",
    "panels": "报警主机接收",
    "commands": "设备指令",
    "push": "设备 HTTP 推送",
    "receivers": "推送案件",
    "clocks": "设备时钟",
    "deadman": "外部心跳",
    "channel test": "渠道每日测试",
    "receipts": "送达回执",
    "backup": "备份",
}
_log = structlog.get_logger("part")


class Say(Protocol):
    """`Watch.say`: something about the gateway itself becomes an event."""

    def __call__(self, kind: str, **facts: Fact) -> None: ...


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """Why a part stands still, in plain words; `since` is wall time of the first failure in a row."""

    text: dict[str, str]
    since: datetime
    failures: int
    rest_s: float


class Guarded:
    """A part as the app runs it; `trouble` is None while it works."""

    def __init__(
        self,
        part: Part,
        *,
        say: Say,
        longest_rest_s: float = LONGEST_REST_S,
        rest: Callable[[float], Awaitable[None]] = asyncio.sleep,
        well_after_s: float = WELL_AFTER_S,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.part, self.name = part, part.name
        self.trouble: Trouble | None = None
        self._say, self._rest, self._well_after_s, self._wall = say, rest, well_after_s, wall
        self._longest_rest_s = longest_rest_s
        self._told = False

    async def run(self) -> None:
        """Run the part until it is cancelled or has nothing more to do; rest 5 s, doubling, after each failure."""
        while True:
            well = asyncio.get_running_loop().call_later(self._well_after_s, self._works)
            try:
                await self.part.run()
            except asyncio.CancelledError as error:
                task = asyncio.current_task()
                if task is None or task.cancelling():
                    raise
                trouble = self._failed(error)  # not we are to end: something it waited for was given up
            except Exception as error:  # noqa: BLE001  # task boundary: what lives beside the main path never ends it
                trouble = self._failed(error)
            else:
                self._works()
                return
            finally:
                well.cancel()
            await self._rest(trouble.rest_s)

    def committed(self, committed: Committed) -> None:
        """Let the part hear of a commit; one that cannot bear it keeps the news from nobody else."""
        try:
            self.part.committed(committed)
        except Exception:  # noqa: BLE001  # task boundary: the writer's thread and the other parts go on
            _log.exception("a part failed at a commit", part=self.name)

    def _failed(self, error: BaseException) -> Trouble:
        before = self.trouble
        rest_s = FIRST_REST_S if before is None else min(self._longest_rest_s, 2 * before.rest_s)
        trouble = self.trouble = Trouble(
            text=_words(self.name, error, rest_s),
            since=self._wall() if before is None else before.since,
            failures=1 if before is None else before.failures + 1,
            rest_s=rest_s,
        )
        _log.error("a part failed", part=self.name, rest_s=rest_s, failures=trouble.failures, exc_info=error)
        if not self._told and not isinstance(error, StoreError):  # a full store is said once, as the store's
            self._told = True
            self._say("system.degraded", part=self.name, reason=trouble.text["zh"])
        return trouble

    def _works(self) -> None:
        if self.trouble is None:
            return
        self.trouble = None
        _log.info("a part works again", part=self.name)
        if self._told:
            self._told = False
            self._say("system.recovered", part=self.name)


def _words(name: str, error: BaseException, rest_s: float) -> dict[str, str]:
    """Return what is shown of a failure; of an error that is not ours only its kind, as its text may hold anything."""
    if isinstance(error, StoreError):
        zh, en = "存储现在写不进去", "the store takes nothing now"
    elif isinstance(error, GatewayError):
        zh = en = str(error)
    elif isinstance(error, OSError) and error.strerror:
        zh = en = error.strerror
    else:
        zh, en = f"程序错误 {type(error).__name__}，详见日志", f"fault {type(error).__name__}, see the log"
    named = (
        f"接收方 {name.removeprefix('receiver ')}" if name.startswith("receiver ") else _NAMES.get(name, name)
    )
    return {
        "zh": f"{named}停下了：{zh}；{rest_s:g} 秒后再试，其余照常",
        "en": f"{name} stands still: {en}; tried again after {rest_s:g} s, the rest goes on",
    }
