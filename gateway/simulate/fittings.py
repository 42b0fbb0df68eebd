"""Fittings: which devices hang where in the estate, of which make, behind which switch.

Several makes on purpose: what is simulated must pass through the same profiles as real devices do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import cycle, islice

from gateway.simulate import names
from gateway.simulate.estate import Building, Home, Size, Thing


def fittings(size: Size, buildings: Sequence[Building], homes: Sequence[Home]) -> Iterator[Thing]:
    """Yield every device of the estate, switches first."""
    for n in range(size.switches):
        yield Thing(
            id=f"sw-{n + 1}", type="switch", format="own", ident=f"sw-{n + 1}",
            name=_both(f"{n + 1}号交换机", f"Switch {n + 1}"), zone="plant-room",
            grid=buildings[0].grid, tags=("mains", "heartbeat"), x=0.5, y=0.5,
        )  # fmt: skip
    yield from _gates(size)
    yield from _doors(size, buildings)
    yield from _lockers(size)
    yield from _cameras(size)
    yield from _lifts(size, buildings)
    yield from _detectors(size, buildings, homes)
    yield from _ground(size, buildings)
    yield from _care(size, buildings, homes)


# Where a camera looks: the make of the first one, and of every second one after it.
CAMERAS = {
    "wall-e": ("own", "onvif"), "wall-n": ("own", "onvif"), "forecourt": ("own", "axis"), "firelane": ("own", "own"),
    "shed": ("own", "axis"), "playground": ("frigate", "frigate"), "garage": ("frigate", "axis"), "lobby": ("frigate", "axis"),
}  # fmt: skip
# Radio sensors of a large estate, in turns; in a small one the same without LoRaWAN.
SMOKE = ("zigbee2mqtt", "chirpstack", "zigbee2mqtt", "shelly2")
LEAKS = ("chirpstack", "shelly2", "zigbee2mqtt", "shelly2")
BUTTONS = ("zigbee2mqtt", "chirpstack")
_EUI = {"smoke": 1, "leak": 2, "manhole": 3, "level": 4, "sos": 5}


def _sensor(size: Size, makes: Sequence[str], word: str, n: int) -> tuple[str, str]:
    """Return format and ident of the n-th sensor of a sort."""
    style = makes[n % len(makes)]
    if style == "chirpstack" and not size.sessions:
        style = "zigbee2mqtt"
    if style == "chirpstack":
        return style, f"a840{_EUI[word]:04x}{n + 1:08x}"
    if style == "shelly2":
        return style, f"shellyplus{'flood' if word == 'leak' else word}-{n + 1:04x}"
    return style, f"{word}_{n + 1}"


def _both(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def _round(angle: int, count: int) -> tuple[float, float]:
    """Return a place on the fence, going round the plan."""
    share = (angle % count) / count
    if share < 0.25:
        return round(0.1 + 3.2 * share, 3), 0.06
    if share < 0.5:
        return 0.94, round(0.1 + 3.2 * (share - 0.25), 3)
    if share < 0.75:
        return round(0.9 - 3.2 * (share - 0.5), 3), 0.94
    return 0.06, round(0.9 - 3.2 * (share - 0.75), 3)


def _gates(size: Size) -> Iterator[Thing]:
    for n, (short, zh, en) in enumerate(islice(cycle(names.GATES), size.gates)):
        x, y = _round(n * 5 + 1, size.gates * 5)
        own = {"grid": f"grid-{1 + n % 2}", "parent": f"sw-{1 + n % size.switches}"}
        style = "gate" if n % 2 else "own"
        ident = f"g{n + 1:03d}" if style == "gate" else f"gate-{short}"
        yield Thing(
            id=f"gate-{short}", type="access_gate", format=style, ident=ident, name=_both(zh, en),
            zone=f"gate-{short}", tags=("mains",), x=x, y=y, **own,
        )  # fmt: skip
    for n in range(size.lanes):
        way = ("in", "out")[n % 2]
        yield Thing(
            id=f"lane-{n + 1}", type="vehicle_gate", format="own", ident=f"lane-{n + 1}",
            name=_both(f"{n // 2 + 1}号车道{'进' if way == 'in' else '出'}口", f"Vehicle lane {n // 2 + 1} {way}"),
            zone="gate-n", grid="grid-1", parent="sw-1", tags=("mains", way), x=round(0.32 + 0.05 * n, 3), y=0.06,
        )  # fmt: skip


def _doors(size: Size, buildings: Sequence[Building]) -> Iterator[Thing]:
    for n, building in enumerate(buildings):
        for unit in range(1, size.units + 1):
            offset = round(0.03 * (unit - (size.units + 1) / 2), 3)
            yield Thing(
                id=f"door-{building.id}-{unit}", type="unit_door", format="own", ident=f"door-{building.id}-{unit}",
                name=_both(f"{building.name['zh']}{unit}单元门", f"{building.name['en']} unit {unit} door"),
                building=building.id, unit=f"u{unit}", floor="1", grid=building.grid,
                parent=f"sw-{1 + n % size.switches}", tags=("mains",),
                x=round(building.x + offset, 3), y=round(building.y + 0.05, 3),
            )  # fmt: skip
    for n, building in enumerate(buildings[:2]):
        yield Thing(
            id=f"exit-{building.id}", type="fire_door", format="zigbee2mqtt", ident=f"fire_exit_{building.id}",
            name=_both(f"{building.name['zh']}消防门", f"{building.name['en']} fire exit"),
            building=building.id, floor="1", grid=building.grid, tags=("battery",),
            x=round(building.x + 0.04, 3), y=round(building.y - 0.04 - 0.01 * n, 3),
        )  # fmt: skip


def _lockers(size: Size) -> Iterator[Thing]:
    for n in range(size.lockers):
        yield Thing(
            id=f"locker-{n + 1}", type="parcel_locker", format="locker", ident=f"LK{1001 + n}",
            name=_both(f"{n + 1}号快递柜", f"Parcel locker {n + 1}"), zone=("gate-n", "gate-s")[n % 2],
            grid=f"grid-{1 + n % 2}", parent=f"sw-{1 + n % size.switches}", tags=("mains",),
            x=(0.16, 0.84)[n % 2], y=round(0.12 + 0.1 * (n // 2), 3),
        )  # fmt: skip


def _cameras(size: Size) -> Iterator[Thing]:
    for n, (short, zh, en) in enumerate(islice(cycle(names.CAMERAS), size.cameras)):
        again = n // len(names.CAMERAS)
        style = CAMERAS[short][again % 2]
        name = f"cam-{short}" if again == 0 else f"cam-{short}-{again + 1}"
        ident = {"frigate": name.replace("-", "_"), "axis": f"ACCC8E{n:06X}"}.get(style, name)
        x, y = _round(n, size.cameras)
        yield Thing(
            id=name, type="camera", format=style, ident=ident,
            name=_both(f"{zh}摄像机", f"{en} camera") if again == 0 else _both(f"{zh}{again + 1}号摄像机", f"{en} camera {again + 1}"),
            zone=short, grid=f"grid-{1 + n % 2}", parent=f"sw-{1 + n % size.switches}",
            tags=("mains", "perimeter") if short.startswith("wall") else ("mains",), x=x, y=y,
        )  # fmt: skip


def _lifts(size: Size, buildings: Sequence[Building]) -> Iterator[Thing]:
    for n, building in enumerate(islice(cycle(buildings), size.lifts)):
        unit = 1 + n // len(buildings)
        yield Thing(
            id=f"lift-{building.id}-{unit}", type="lift", format="own", ident=f"lift-{building.id}-{unit}",
            name=_both(f"{building.name['zh']}{unit}号电梯", f"{building.name['en']} lift {unit}"),
            building=building.id, unit=f"u{unit}", grid=building.grid, parent=f"sw-{1 + n % size.switches}",
            tags=("mains",), x=building.x, y=building.y,
        )  # fmt: skip


def _detectors(size: Size, buildings: Sequence[Building], homes: Sequence[Home]) -> Iterator[Thing]:
    step = max(1, len(homes) // size.smoke)
    for n in range(size.smoke):
        home = homes[n * step % len(homes)]
        building = next(b for b in buildings if b.id == home.building)
        style, ident = _sensor(size, SMOKE, "smoke", n)
        yield Thing(
            id=f"smoke-{n + 1}", type="smoke_detector", format=style, ident=ident,
            name=_both(
                f"{building.name['zh']}{home.unit[1:]}单元{home.floor}层烟感",
                f"{building.name['en']} unit {home.unit[1:]} floor {home.floor} smoke detector",
            ),
            building=home.building, unit=home.unit, floor=home.floor, grid=home.grid, tags=("battery",),
            x=round(building.x - 0.03 + 0.02 * (n % 4), 3), y=round(building.y - 0.02, 3),
        )  # fmt: skip
    for n, building in enumerate(islice(cycle(buildings), size.leaks)):
        style, ident = _sensor(size, LEAKS, "leak", n)
        yield Thing(
            id=f"leak-{n + 1}", type="leak_sensor", format=style, ident=ident,
            name=_both(f"{building.name['zh']}水泵房水浸", f"{building.name['en']} pump room leak sensor"),
            building=building.id, floor="-1", grid=building.grid, tags=("battery",),
            x=round(building.x - 0.04, 3), y=round(building.y + 0.02, 3),
        )  # fmt: skip


def _ground(size: Size, buildings: Sequence[Building]) -> Iterator[Thing]:
    for n in range(size.manholes):
        style, ident = (
            _sensor(size, ("chirpstack",), "manhole", n) if size.sessions else ("own", f"manhole-{n + 1}")
        )
        yield Thing(
            id=f"manhole-{n + 1}", type="manhole_sensor", format=style, ident=ident,
            name=_both(f"{n + 1}号井盖", f"Manhole {n + 1}"), zone="road", grid=f"grid-{1 + n % 2}",
            tags=("battery",), x=round(0.3 + 0.4 * (n % 2), 3), y=0.5,
        )  # fmt: skip
    for n, building in enumerate(islice(cycle(buildings[::2]), size.levels)):
        style, ident = _sensor(size, ("chirpstack",), "level", n)
        yield Thing(
            id=f"level-{n + 1}", type="level_sensor", format=style, ident=ident,
            name=_both(f"{building.name['zh']}集水井液位", f"{building.name['en']} sump level"), building=building.id,
            floor="-1", grid=building.grid, tags=("battery",), x=round(building.x + 0.02, 3), y=round(building.y + 0.02, 3),
        )  # fmt: skip
    if size.sessions:
        yield Thing(
            id="pir-1", type="motion_sensor", format="zigbee2mqtt", ident="archive_pir", name=_both("档案室移动探测", "Archive motion sensor"),
            zone="plant-room", grid="grid-1", tags=("battery",), x=0.48, y=0.5,
        )  # fmt: skip
    yield Thing(
        id="shed-temp", type="thermometer", format="tasmota", ident="charging_shed",
        name=_both("充电棚温度", "Charging shed thermometer"), zone="shed", grid="grid-2", tags=("mains", "charging"), x=0.9, y=0.8,
    )  # fmt: skip
    yield Thing(
        id="pump-temp", type="thermometer", format="zigbee2mqtt", ident="pump_room_climate",
        name=_both("水泵房温湿度", "Pump room climate"), zone="plant-room", grid="grid-1", tags=("battery",), x=0.52, y=0.52,
    )  # fmt: skip


def _at(buildings: Sequence[Building], home: Home) -> tuple[float, float]:
    """Return a place beside the home's building: higher floors farther from its middle."""
    building = next(b for b in buildings if b.id == home.building)
    return round(building.x + 0.012 * (int(home.floor) % 4 - 2), 3), round(building.y - 0.03, 3)


def _care(size: Size, buildings: Sequence[Building], homes: Sequence[Home]) -> Iterator[Thing]:
    cared = [home for home in homes if home.care]
    for home in cared:
        building, floor = home.building[1:], home.floor
        yield Thing(
            id=f"home-{home.id}", type="home_door", format="zigbee2mqtt", ident=f"home_{home.id.replace('-', '_')}",
            name=_both(f"{building}号楼{floor}层住户门", f"Building {building} floor {floor} home door"),
            building=home.building, unit=home.unit, floor=floor, grid=home.grid, household=home.id,
            tags=("battery", "care_home"), x=_at(buildings, home)[0], y=_at(buildings, home)[1],
        )  # fmt: skip
    others = homes[5 :: max(1, len(homes) // max(1, size.buttons))] if size.sessions else ()
    wishing = [
        *cared,
        *(home for home in others if not home.care),
    ]  # a button is also given without the care list
    for n, home in enumerate(islice(cycle(wishing), size.buttons)):
        style, ident = _sensor(size, BUTTONS, "sos", n)
        yield Thing(
            id=f"sos-{n + 1}", type="sos_button", format=style, ident=ident,
            name=_both(f"{home.building[1:]}号楼{home.floor}层求助按钮", f"Building {home.building[1:]} floor {home.floor} SOS button"),
            building=home.building, unit=home.unit, floor=home.floor, grid=home.grid, household=home.id,
            tags=("battery",), x=_at(buildings, home)[0], y=_at(buildings, home)[1],
        )  # fmt: skip
    for n, home in enumerate(islice(cycle(wishing[::-1]), size.falls)):
        yield Thing(
            id=f"fall-{n + 1}", type="fall_sensor", format="own", ident=f"fall-{n + 1}",
            name=_both(f"{home.building[1:]}号楼{home.floor}层跌倒雷达", f"Building {home.building[1:]} floor {home.floor} fall sensor"),
            building=home.building, unit=home.unit, floor=home.floor, grid=home.grid, household=home.id,
            tags=("mains",), x=_at(buildings, home)[0], y=_at(buildings, home)[1],
        )  # fmt: skip
