"""ZKTeco's access protocol: events and door states as lines of `name=value`, brought to one shape.

Events come as they happen (`table=rtlog`) and, for what a controller kept, as `tabledata` of `transaction` with other
names and a time in seconds of years of twelve months of 31 days. The state of the doors (`rtstate`) packs eight doors
into hexadecimal digits; it becomes one document for each door that has a sensor or an alarm. Some firmware mixes both in one body.

Of the attendance protocol's log of operations (`OPERLOG`) only the lines `OPLOG` are read; staff and fingerprints that
stand between them are not even looked at.
"""

from __future__ import annotations

from datetime import datetime

from devices.codec import CodecRefused, Document, Refusable, codec
from devices.codecs.lines import RECORDS, LineShape, read_lines

_SHAPE = LineShape(split="\t", pairs="=")
_NAMES = {"eventtype": "event", "doorid": "eventaddr", "inoutstate": "inoutstatus", "verified": "verifytype"}
_NOBODY = ("pin", "cardno")  # in which 0 stands for none
_TABLE = "transaction "
_DOORS = 8
_OPERATION = "OPLOG "
_BEGINNING = b"\nOPLOG "  # what stands between such lines is not looked at, however much it is
_OPERATIONS = LineShape(split="\t", columns=("operation", "admin", "time", "object", "second"), least=3)
_ALARM = "3"  # the operation whose object is the reason of an alarm; some firmware says it one column later
_REASONS = frozenset({"50", "51", "53", "54", "55", "58", "59", "65535"})


@codec("zkteco_access")
def read_zkteco_access(payload: bytes, encoding: str) -> list[Refusable]:
    """Read events, one a line, under the names of `rtlog`; `kept` says that they come out of the controller's log."""
    found: list[Refusable] = []
    for line in read_lines(payload, encoding, _SHAPE):
        if isinstance(line, CodecRefused) or "event" in line or "sensor" not in line:
            found.append(line if isinstance(line, CodecRefused) else _event(line))
        else:
            found += _doors(line)
    return found


@codec("zkteco_state")
def read_zkteco_state(payload: bytes, encoding: str) -> list[Refusable]:
    """Read door states: `{"time", "door", "open", "alarm"}` for each door; one without `door` where none has anything."""
    found: list[Refusable] = []
    for line in read_lines(payload, encoding, _SHAPE):
        found += [line] if isinstance(line, CodecRefused) else _doors(line)
    return found


@codec("zkteco_operations")
def read_zkteco_operations(payload: bytes, encoding: str) -> list[Refusable]:
    """Read the operations of a log as `{"operation", "time", "object", "second", "reason"}`; one empty one if there is none."""
    pieces = (b"\n" + payload).split(_BEGINNING, RECORDS + 1)
    lines = [_OPERATION.encode() + piece.partition(b"\n")[0] for piece in pieces[1:]]
    found: list[Refusable] = []
    for line in read_lines(b"\n".join(lines), encoding, _OPERATIONS) if lines else ():
        if isinstance(line, CodecRefused):
            found.append(line)
            continue
        named = {"operation": line["operation"].removeprefix(_OPERATION).strip(), "time": line["time"]}
        objects = {name: line[name] for name in ("object", "second") if line.get(name, "0") != "0"}
        if named["operation"] == _ALARM:
            said = [value for value in objects.values() if value in _REASONS]
            named["reason"] = said[0] if said else objects.get("object", "")
        found.append({**named, **objects})
    return found or [{}]


def _event(line: Document) -> Document:
    event: Document = {}
    for name, value in line.items():
        plain = name.removeprefix(_TABLE) if isinstance(value, str) else name
        if value != "0" or plain not in _NOBODY:
            event[_NAMES.get(plain, plain)] = value
        if plain != name:
            event["kept"] = "true"
    if "time_second" in event and "time" not in event:
        event["time"] = _time(event["time_second"])
    return event


def _time(text: str) -> str:
    """Return seconds of 372-day years since 2000 as `YYYY-MM-DD hh:mm:ss`, or the text itself where it is none."""
    if not text.isdecimal() or len(text) > 12:
        return text
    days, second = divmod(int(text), 86_400)
    months, day = divmod(days, 31)
    years, month = divmod(months, 12)
    try:
        moment = datetime(2000 + years, month + 1, day + 1, second // 3600, second // 60 % 60, second % 60)  # noqa: DTZ001  a local time, written again as text
    except ValueError:
        return text
    return moment.isoformat(sep=" ")


def _doors(line: Document) -> list[Refusable]:
    try:
        sensors = bytes.fromhex(line.get("sensor", "").ljust(4, "0"))
        alarms = bytes.fromhex(line.get("alarm", "").ljust(2 * _DOORS, "0"))
    except ValueError:
        return [CodecRefused("malformed", f"line {line['number']}: door states that are not hexadecimal")]
    found: list[Refusable] = []
    for door in range(_DOORS):
        sensor = sensors[door // 4] >> 2 * (door % 4) & 3
        alarm = alarms[door]
        if sensor or alarm:
            state = {"time": line.get("time"), "door": str(door + 1), "alarm": "true" if alarm else "false"}
            found.append({**state, "open": "true" if sensor == 2 else "false"} if sensor in (1, 2) else state)
    return found or [{"time": line.get("time")}]
