"""What a LoRaWAN device's codec wrote, in one vocabulary: every maker has words of its own for the same few things.

`plain` puts beside the maker's words ours: `smoke`, `heat`, `gas`, `co_alarm`, `water_leak`, `tamper`, `occupancy`, `sos`, `fall`
and `fault` (true or false), `door` (open or closed), `press` (short, long, double), `battery` in per cent, `volts`, `low`,
`temperature`, `humidity` and `level`. A word nobody knows stays what it is. Stored records (`history`) are split off. The
names are those of public device lists (Milesight, Netvox, Dragino, Elsys, SenseCAP, Cayenne LPP).
"""

from __future__ import annotations

from typing import Any

from devices.codec import Document
from devices.convert import REFUSED, to_number

LOW = 15  # per cent: below, a battery is low
_VOLTS = 5  # below this a battery that is no whole number is in volts
_MILLIVOLTS = 1_000
_DROPPED = str.maketrans("", "", "_- .:()%")


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Our word → the makers' words, without case and signs; the first that is there counts.
_FLAGS = {
    "smoke": "smoke smokestatus smokealarm smokestate smokedetected smokesensor firealarm fire",
    "heat": "heat heatalarm hightempalarm hightemperaturealarm",
    "gas": "gas gasstatus gasalarm gasleak gasleakage methanealarm",
    "co_alarm": "coalarm carbonmonoxidealarm coalarmstatus",
    "water_leak": "waterleak waterleakstatus leakagestatus leakstatus leakage leak waterleakalarm flood floodalarm floodstatus "
    "wateralarm waterdetected waterleak1 waterleak2 leakdetected",
    "tamper": "tamper tamperstatus tamperalarm tamperreport tamperdetected disassembled detachment",
    "occupancy": "occupancy occupancystatus pir pirstatus pirtrigger motion motionstatus presence occupied",
    "sos": "sos sosalarm emergency emergencyalarm panic panicalarm sosevent",
    "fall": "fall falldetected fallalarm fallstatus",
    "low": "lowbattery batterylow lowbatteryalarm batteryalarm lowbatt lowvoltagealarm",
    "fault": "fault faultalarm sensorfault failure",
}
_NUMBERS = {
    "temperature": "temperature temp tempcsht tempc airtemperature tempcds internaltemperature",
    "humidity": "humidity humsht hum relativehumidity airhumidity",
    "level": "level levelpercent filllevel fillpercent",
}
_DOORS = _words(
    "door dooropenstatus doorstatus doorstate magnetstatus magnet reedstatus reedstate doorreport dooropen"
)
_PRESSES = _words("button press buttonevent buttonstatus buttonpress")
_BATTERIES = _words(
    "battery batterylevel batterypercent batterypercentage batt bat batv batvoltage batteryvoltage volt vbat vdd"
)
_YES = frozenset(
    _words(
        "1 true alarm yes on leak leaking leaked detected smoke fire trigger triggered motion occupied wet flooded removed "
        "uninstalled active tampered low critical replace"
    )
)
_NO = frozenset(
    _words(
        "0 false noalarm no off noleak none dry normal vacant unoccupied idle installed ok clear inactive released nottriggered "
        "nomotion notdetected nofire nosmoke good notremoved untampered"
    )
)
_OPEN = {"open": "open", "opened": "open", "1": "open", "true": "open", "opening": "open"}
_SHUT = {"close": "closed", "closed": "closed", "0": "closed", "false": "closed"}
_PRESSED = {
    "short": "short",
    "shortpress": "short",
    "single": "short",
    "singleclick": "short",
    "pressed": "short",
}
_PRESSED |= {"long": "long", "longpress": "long", "hold": "long", "double": "double", "doublepress": "double"}
_PRESSED |= {"doubleclick": "double", "triple": "double"}
# Netvox: a bare `Alarm` is the emergency button of these.
_BUTTONS = frozenset({"R312A", "RB02I", "R718T"})
# Milesight's smoke detector of few bytes says one event a message.
_SMOKE_EVENTS: dict[str, dict[str, Any]] = {
    "alarm": {"smoke": True},
    "normal": {"smoke": False},
    "lowbattery": {"low": True},
    "failover": {"fault": True},
    "removed": {"tamper": True},
    "installed": {"tamper": False},
    "testingalarmwithnormalbattery": {"smoke": True, "test": True},
    "testingalarmwithlowbattery": {"smoke": True, "test": True, "low": True},
    "silent": {"muted": True},
}
# What a device says of itself, not of its surroundings.
_ITSELF = "device type event version protocol swver hwver datecode cmd raw payload err valid"
_KNOWN = frozenset(
    [name for names in (*_FLAGS.values(), *_NUMBERS.values()) for name in names.split()]
    + [*_DOORS, *_PRESSES, *_BATTERIES, *_words(_ITSELF), "batstatus", "batterystatus", "history", "messages"]
)
_SAID = frozenset({*_FLAGS, *_NUMBERS, "door", "press", "test", "manhole", "tilt", "SWver", "Cmd"}) - {"low"}
_NAMED = 200  # characters of the names of what nobody described
_SENSECAP = {"airtemperature": "temperature", "airhumidity": "humidity", "battery": "battery"}


def plain(decoded: Any) -> Any:
    """Return the object with our words beside the maker's; anything but an object as it is."""
    if not isinstance(decoded, dict):
        return decoded
    if isinstance(decoded.get("messages"), list):
        decoded = {**_sensecap(decoded["messages"]), **decoded}
    words = {_folded(name): value for name, value in reversed(decoded.items()) if value is not None}
    found = dict(decoded)
    for ours, theirs in _FLAGS.items():
        flag = next((said for name in theirs.split() if (said := _flag(words.get(name))) is not None), None)
        if any(_flag(words.get(name)) for name in theirs.split()):
            flag = True  # of two sensors one is enough
        if flag is not None:
            found[ours] = flag
    for ours, theirs in _NUMBERS.items():
        value = next((words[name] for name in theirs.split() if _is_number(words.get(name))), None)
        if value is not None:
            found.setdefault(ours, value)
    found |= _door_and_press(words)
    if (
        _folded(words.get("device")).upper() in _BUTTONS
        and (pressed := _flag(words.get("alarm"))) is not None
    ):
        found["sos"] = pressed
    if _folded(words.get("alarm")) == "sos":
        found["sos"] = True
    if words.get("type") == "smoke sensor":
        found |= _SMOKE_EVENTS.get(_folded(words.get("event")), {})
    found = _battery(words, found)
    unknown = sorted(words.keys() - _KNOWN)
    if unknown and not (found.keys() & _SAID) and "muted" not in found:
        named = [name for name in decoded if _folded(name) in unknown]
        found["undescribed"] = ", ".join(named)[:_NAMED]
    return found


def split_history(decoded: Any) -> tuple[Any, list[tuple[Any, Document]]]:
    """Return the object without its stored records, and those as (time, object)."""
    history = decoded.get("history") if isinstance(decoded, dict) else None
    if not isinstance(history, list):
        return decoded, []
    rest = {name: value for name, value in decoded.items() if name != "history"}
    return rest or None, [(each.get("timestamp"), each) for each in history if isinstance(each, dict)]


def _door_and_press(words: Document) -> Document:
    found: Document = {}
    for name in _DOORS:
        said = _folded(words.get(name))
        if said in _OPEN or said in _SHUT:
            found["door"] = _OPEN.get(said) or _SHUT[said]
            break
    for name in _PRESSES:
        value = words.get(name)
        said = _folded(value.get("status") if isinstance(value, dict) else value)
        if said in _PRESSED:
            found["press"] = _PRESSED[said]
            break
    return found


def _battery(words: Document, found: Document) -> Document:
    for name in _BATTERIES:
        value = words.get(name)
        if isinstance(value, str) and value.endswith("(low battery)"):
            value, found["low"] = value.removesuffix("(low battery)"), True
        if not _is_number(value):
            continue
        number: float = to_number(value)
        is_volts = "v" in name.replace("level", "") or (number < _VOLTS and number != int(number))
        if is_volts:
            found.pop("battery", None)
            found["volts"] = number / 1_000 if number >= _MILLIVOLTS else number
        elif number <= 100:
            found["battery"] = number
            found.setdefault("low", number < LOW)
    if _folded(words.get("batstatus")) in ("0", "1"):
        found["low"] = True  # Dragino: 0 and 1 of 3
    if "batterystatus" in words and (low := _flag(words["batterystatus"])) is not None:
        found["low"] = low
    return found


def _sensecap(messages: list[Any]) -> Document:
    """Return the measurements of SenseCAP's list of messages, and its button."""
    found: Document = {}
    flat = [each for group in messages for each in (group if isinstance(group, list) else [group])]
    for each in flat:
        if not isinstance(each, dict):
            continue
        if "Battery(%)" in each:
            found["battery"] = each["Battery(%)"]
        value, kind = each.get("measurementValue"), _folded(each.get("type"))
        if kind in _SENSECAP:
            found[_SENSECAP[kind]] = value
        elif kind == "eventstatus" and isinstance(value, list):
            names = {_folded(said.get("eventName")) for said in value if isinstance(said, dict)}
            found["sos"] = "sosevent" in names
    return found


def _folded(text: Any) -> str:
    if isinstance(text, bool):
        return "true" if text else "false"
    return str(text).translate(_DROPPED).lower() if isinstance(text, str | int) else ""


def _flag(value: Any) -> bool | None:
    word = _folded(value)
    return True if word in _YES else False if word in _NO else None


def _is_number(value: Any) -> bool:
    return value is not None and not isinstance(value, bool) and to_number(value) is not REFUSED
