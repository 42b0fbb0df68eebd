"""What values mean, Chinese and English: `device.type == "unit_door"` is said with “单元门”; an unknown one is said as it is."""

from __future__ import annotations

_TYPES = {
    "access_gate": ("门禁", "access gate"), "alarm_panel": ("报警主机", "alarm panel"), "barrier": ("道闸", "barrier"),
    "camera": ("摄像机", "camera"), "charger": ("充电桩", "charger"), "contact": ("门磁", "door contact"),
    "elevator": ("电梯", "lift"), "fall_sensor": ("跌倒探测器", "fall sensor"), "fire_panel": ("消防主机", "fire panel"),
    "gas_detector": ("燃气探测器", "gas detector"), "home_door": ("入户门", "home door"), "intercom": ("对讲", "intercom"),
    "leak_sensor": ("漏水探测器", "leak sensor"), "lift": ("电梯", "lift"), "lock": ("门锁", "lock"),
    "locker": ("快递柜", "locker"), "manhole_sensor": ("井盖传感器", "manhole sensor"), "meter": ("表计", "meter"),
    "nvr": ("录像机", "recorder"), "parcel_locker": ("快递柜", "parcel locker"), "power_meter": ("电表", "power meter"),
    "pump": ("水泵", "pump"), "radar": ("雷达", "radar"), "smoke_detector": ("烟感", "smoke detector"),
    "sos_button": ("求助按钮", "help button"), "temperature_sensor": ("温度传感器", "temperature sensor"),
    "switch": ("交换机", "network switch"), "unit_door": ("单元门", "unit door"), "ups": ("不间断电源", "UPS"), "valve": ("阀门", "valve"),
    "vehicle_gate": ("车辆道闸", "vehicle gate"), "vehicle_lane": ("车道", "vehicle lane"), "water_meter": ("水表", "water meter"),
}  # fmt: skip
_VALUES: dict[str, dict[str, tuple[str, str]]] = {
    "device.type": _TYPES,
    "device.tags": {
        "perimeter": ("周界", "perimeter"),
        "closed_at_night": ("夜间关闭", "closed at night"),
        "care_home": ("关爱家庭", "care home"),
        "care": ("关爱", "care"),
    },
    "household.care": {"alone": ("独居", "living alone")},
    "device.availability": {
        "mains": ("常供电", "mains"), "battery": ("电池", "battery"), "hourly": ("每小时报到", "hourly"),
        "daily": ("每天报到", "daily"), "weekly": ("每周报到", "weekly"),
    },
    "data.dir": {"in": ("进", "in"), "out": ("出", "out")},
    "data.action": {"enter": ("进入", "enter"), "exit": ("离开", "leave"), "leave": ("离开", "leave")},
    "data.method": {
        "card": ("刷卡", "card"), "face": ("刷脸", "face"), "finger": ("指纹", "fingerprint"), "code": ("密码", "code"),
        "qr": ("二维码", "QR code"), "plate": ("车牌", "number plate"), "button": ("按钮", "button"), "remote": ("远程", "remote"),
    },
    "data.press": {"short": ("短按", "short"), "long": ("长按", "long"), "double": ("连按两下", "double")},
    "data.label": {"person": ("人", "person"), "vehicle": ("车", "vehicle"), "animal": ("动物", "animal")},
    "data.position": {"open": ("开", "open"), "closed": ("关", "closed"), "moving": ("在动", "moving"), "fault": ("故障", "fault")},
    "data.gas": {"co": ("一氧化碳", "CO"), "CO": ("一氧化碳", "CO")},
    "data.reason": {
        "barred": ("禁入", "barred"), "blacklist": ("黑名单", "on the blacklist"), "revoked": ("已注销", "revoked"),
        "lost": ("已挂失", "lost"), "stolen": ("被盗", "stolen"),
    },
}  # fmt: skip


def value_of(path: str, value: str, index: int) -> str:
    """Say a value of the field at a dotted path; `index`: 0 Chinese, 1 English."""
    known = _VALUES.get(path, {}).get(value)
    return known[index] if known else value
