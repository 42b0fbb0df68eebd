"""The closed, versioned tree of kinds: every word an event may carry in `kind`, in one place.

A kind that is not here does not exist: a profile that names it does not load, a rule that reads it is
refused, a device that sends it lands in quarantine. Adding a kind is one line below and a new
`KIND_TREE_VERSION`; removing or renaming one breaks stored journals and is not done.

A line reads: name, 中文, English, facts. A fact is `name`, `name:choice|choice`, or `name#type` with an
optional unit after a slash: `value#number/°C`. Facts are what an event of this kind *may* carry in `data`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Literal, TypeAlias

import msgspec

KIND_TREE_VERSION = 3

FieldType: TypeAlias = Literal["text", "number", "integer", "bool", "scalar"]  # scalar: as the device says it
Late: TypeAlias = Literal["record", "open", "evaluate"]


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One fact of a kind: its type, its unit (empty: none), and its words when it has a closed list."""

    type: FieldType = "text"
    unit: str = ""
    choices: tuple[str, ...] = ()


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of event.

    `alert_capable` kinds close a batch at once and are never shed. An event older than `max_age` when it
    arrives is late; `late` says what rules do with it unless a rule says otherwise.
    """

    name: str
    zh: str
    en: str
    fields: dict[str, Field]
    alert_capable: bool
    max_age: timedelta
    late: Late


_ACCESS = "door#scalar dir:in|out method:card|face|finger|code|qr|plate|button|remote reason"
_OBJECT = "track label score#number/0–1 zone line dir count#integer camera box"
_PARCEL = "cell#scalar parcel code"

# name | 中文 | English | facts
_LINES = f"""
access.granted       | 通行       | Access granted          | {_ACCESS}
access.denied        | 拒绝通行   | Access denied           | {_ACCESS}
access.duress        | 胁迫开门   | Door opened under duress | {_ACCESS}
access.forced        | 强行闯入   | Door forced             | {_ACCESS}
access.held          | 门未关     | Door held open          | {_ACCESS} value#number/s
access.tailgate      | 尾随       | Tailgating              | {_ACCESS} count#integer
access.remote        | 远程开门   | Remote opening          | {_ACCESS}
contact.opened       | 开启       | Opened                  | door#scalar
contact.closed       | 关闭       | Closed                  | door#scalar
vehicle.plate        | 车牌识别   | Plate read              | plate confidence#number/0–1 dir:in|out lane colour list
vehicle.barrier      | 道闸       | Barrier                 | position:open|closed|moving|fault lane reason
parcel.deposited     | 投件       | Parcel deposited        | {_PARCEL}
parcel.collected     | 取件       | Parcel collected        | {_PARCEL}
parcel.overdue       | 滞留       | Parcel overdue          | {_PARCEL} value#number/h
parcel.forced        | 撬箱       | Cell forced             | {_PARCEL}
parcel.door_open     | 箱门开     | Cell door open          | {_PARCEL}
parcel.door_closed   | 箱门关     | Cell door closed        | {_PARCEL}
parcel.jammed        | 箱门卡住   | Cell jammed             | {_PARCEL}
camera.motion        | 画面移动   | Motion                  | {_OBJECT}
camera.object        | 发现目标   | Object seen             | {_OBJECT}
camera.line          | 越线       | Line crossed            | {_OBJECT}
camera.zone          | 进入区域   | Zone entered            | {_OBJECT} action:enter|exit
camera.loiter        | 徘徊       | Loitering               | {_OBJECT} value#number/s
camera.left_object   | 遗留物     | Object left             | {_OBJECT} value#number/s
camera.crowd         | 人员聚集   | Crowd                   | {_OBJECT}
camera.blocked       | 通道占用   | Passage blocked         | {_OBJECT} value#number/s
camera.tamper        | 镜头遮挡   | Camera tampered         | reason score#number/0–1
camera.offline       | 摄像机离线 | Camera offline          | reason
camera.online        | 摄像机在线 | Camera online           | reason
camera.fire          | 烟火识别   | Fire seen               | {_OBJECT}
camera.fall_object   | 高空抛物   | Falling object          | {_OBJECT} floor#integer
camera.ebike         | 电动车入梯 | E-bike in lift          | {_OBJECT}
fire.smoke           | 烟雾报警   | Smoke                   | value#number/dB/m reason
fire.heat            | 温度报警   | Heat                    | value#number/°C reason
fire.gas             | 燃气报警   | Gas                     | value#number/ppm gas
fire.fault           | 消防故障   | Fire system fault       | code reason
sos.button           | 紧急求助   | SOS button              | press:short|long|double button
sos.fall             | 跌倒       | Fall                    | score#number/0–1 reason
sos.duress           | 胁迫求助   | SOS under duress        | button
env.leak             | 漏水       | Water leak              | value#number/mm
env.manhole          | 井盖异常   | Manhole moved           | value#number/° reason
env.level            | 液位       | Level                   | value#number/%
env.temperature      | 温度       | Temperature             | value#number/°C humidity#number/%
power.lost           | 断电       | Power lost              | phase
power.restored       | 来电       | Power restored          | phase
lift.trapped         | 电梯困人   | Trapped in lift         | floor#integer count#integer
lift.fault           | 电梯故障   | Lift fault              | code floor#integer
device.online        | 设备在线   | Device online           | reason firmware boot
device.offline       | 设备离线   | Device offline          | reason
device.heartbeat     | 心跳       | Heartbeat               |
device.state         | 状态       | State                   |
device.tamper        | 设备防拆   | Device tampered         | reason
device.battery       | 电量       | Battery                 | battery#number/% low#bool voltage#number/V
device.clock         | 时钟校正   | Clock corrected         | before after value#number/s
device.boot          | 重新启动   | Restarted               | boot firmware reason
device.fault         | 设备故障   | Device fault            | code reason
panel.burglary       | 盗警       | Burglary                | zone partition code
panel.hold_up        | 劫警       | Hold-up                 | zone partition code
panel.fault          | 报警主机故障 | Panel fault           | zone partition code
panel.restored       | 报警恢复   | Panel alarm restored    | zone partition code
resident.report      | 居民上报   | Resident report         | category place text building unit floor zone incident drill#bool
command.queued       | 指令排队   | Command queued          | command name
command.sent         | 指令已发   | Command sent            | command name
command.accepted     | 指令已接收 | Command accepted        | command name
command.done         | 指令完成   | Command done            | command name reason
command.failed       | 指令失败   | Command failed          | command name reason
command.expired      | 指令过期   | Command expired         | command name
command.unknown      | 指令结果不明 | Command result unknown | command name reason
system.start         | 网关启动   | Gateway started         | version reason value#number/s
system.stop          | 网关停止   | Gateway stopped         | reason
system.degraded      | 网关降级   | Gateway degraded        | part reason
system.recovered     | 网关恢复   | Gateway recovered       | part reason
system.disk          | 磁盘空间   | Disk space              | value#number/% reason
system.memory        | 内存       | Memory                  | value#number/% reason
system.temperature   | 主机温度   | Host temperature        | value#number/°C
system.clock         | 系统时钟   | System clock            | value#number/s reason
system.broker        | 消息服务器 | Message broker          | online#bool reason
system.uplink        | 上行链路   | Uplink                  | sink online#bool reason
system.outbox        | 通知积压   | Messages waiting        | value#number/s channel
system.channel       | 通知通道   | Notification channel    | channel online#bool reason
system.receipt       | 通知回执   | Message receipt         | message channel result
system.noisy         | 设备刷屏   | Device floods           | device value#number/1/s
system.false_alarms  | 误报频繁   | Many false alarms       | device count#integer rule
system.gap           | 消息缺失   | Messages missing        | device count#integer
system.quarantine    | 消息隔离   | Messages in quarantine  | device count#integer code
system.rule          | 规则状态   | State of a rule         | rule device state reason
system.calendar      | 日历       | Calendar                | year#integer reason
system.certificate   | 证书到期   | Certificate expiry      | value#number/d name
system.backup        | 备份       | Backup                  | ok#bool reason
system.audit         | 审计       | Audit log               | reason
"""

# Kinds a person may have to be sent for: a prefix ends in `.`.
_ALERT_CAPABLE = (
    "access.denied",
    "access.duress",
    "access.forced",
    "access.held",
    "access.tailgate",
    "parcel.forced",
    "parcel.jammed",
    "camera.line",
    "camera.zone",
    "camera.loiter",
    "camera.left_object",
    "camera.crowd",
    "camera.blocked",
    "camera.tamper",
    "camera.fire",
    "camera.fall_object",
    "camera.ebike",
    "fire.",
    "sos.",
    "env.leak",
    "env.manhole",
    "power.lost",
    "lift.",
    "device.tamper",
    "device.fault",
    "panel.",
    "resident.",
    "command.failed",
    "command.unknown",
    "system.",
)
_NOT_ALERT_CAPABLE = frozenset(
    {"system.receipt", "system.start", "system.stop", "system.recovered", "panel.restored"}
)
_DAY = ("fire.", "sos.", "lift.trapped", "access.duress", "access.forced", "panel.")
_QUARTER = ("access.", "contact.", "parcel.")

# Values that hold for a device until it says otherwise (`state`), with type and unit as above. Profiles may
# use only these; a device with several channels adds `_1`, `_2` … to the name. Our own devices are free.
_STATES = """
open#bool locked#bool motion#bool object#bool line#bool smoke#bool heat#bool gas#bool leak#bool tamper#bool
fault#bool alarm#bool power#bool output#bool input#bool low#bool online#bool moved#bool pressed#bool
battery#number/% voltage#number/V current#number/A active_power#number/W energy#number/kWh
temperature#number/°C humidity#number/% level#number/% concentration#number/ppm density#number/dB/m
illuminance#number/lx rssi#number/dBm cells_free#integer count#integer uptime#number/s
firmware boot address position mode label
"""

# Measurements of `t/{metric}` topics that rules read as these kinds, in `data.value`; others are device.state.
METRIC_KINDS: dict[str, str] = {"temperature": "env.temperature", "level": "env.level"}


def measured(metric: str) -> str:
    """Return what is measured: the metric without the channel (`_1`, `_2` …) that a device with several adds."""
    name, _, channel = metric.rpartition("_")
    return name if name and channel.isdigit() else metric


def metric_kind(metric: str) -> str:
    """Return the kind of event that a measurement becomes when a rule reads it."""
    return METRIC_KINDS.get(measured(metric), "device.state")


def _field(text: str) -> tuple[str, Field]:
    name, _, choices = text.partition(":")
    if choices:
        return name, Field(choices=tuple(choices.split("|")))
    name, _, spec = text.partition("#")
    if not spec:
        return name, Field()
    kind_of_value, _, unit = spec.partition("/")
    return name, msgspec.convert({"type": kind_of_value, "unit": unit}, Field)


def _late(name: str) -> tuple[timedelta, Late]:
    if name.startswith(_DAY):
        return timedelta(hours=24), "evaluate"
    if name.startswith(_QUARTER):
        return timedelta(minutes=15), "record"
    return timedelta(minutes=5), "record"


def _parse(line: str) -> Kind:
    # The facts come last and may hold `|` between choices, hence the limit.
    name, zh, en, facts = (part.strip() for part in line.split("|", 3))
    max_age, late = _late(name)
    return Kind(
        name=name,
        zh=zh,
        en=en,
        fields=dict(_field(fact) for fact in facts.split()),
        alert_capable=name.startswith(_ALERT_CAPABLE) and name not in _NOT_ALERT_CAPABLE,
        max_age=max_age,
        late=late,
    )


STATES: dict[str, Field] = dict(_field(state) for state in _STATES.split())
KINDS: dict[str, Kind] = {k.name: k for k in map(_parse, _LINES.strip().splitlines())}


def kind(name: str) -> Kind | None:
    """Return the kind with this name, or None: there is no such kind."""
    return KINDS.get(name)


def matches(selector: str, name: str) -> bool:
    """Tell whether a selector (`access.denied`, `access.*`) covers the kind `name`."""
    if selector.endswith(".*"):
        return name.startswith(selector[:-1])
    return selector == name


def expand(selector: str) -> tuple[str, ...]:
    """Return the kinds a selector covers, in the tree's order; empty: it names nothing that exists."""
    if selector.endswith(".*"):
        return tuple(name for name in KINDS if name.startswith(selector[:-1]))
    return (selector,) if selector in KINDS else ()
