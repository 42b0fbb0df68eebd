"""The device types that rules, screens and the simulation know. Any other word is allowed, and warned about."""

from __future__ import annotations

TYPES: frozenset[str] = frozenset({
    "access_gate", "alarm_panel", "barrier", "button", "camera", "charger", "co_detector", "contact", "controller",
    "display", "elevator", "fall", "fall_sensor", "fire_door", "fire_panel", "flood_sensor", "gas", "gas_detector",
    "gateway", "heat_detector", "home_door", "humidity_sensor", "hydrant", "intercom", "leak", "leak_sensor",
    "level_sensor", "lift", "light", "lock", "locker", "manhole_sensor", "meter", "motion", "motion_sensor", "nvr",
    "panel", "parcel_locker", "power", "power_meter", "pressure_sensor", "pump", "radar", "recorder", "relay", "router",
    "sensor", "siren", "smoke", "smoke_detector", "sos", "sos_button", "switch", "temperature_sensor", "thermometer",
    "unit_door", "ups", "valve", "vehicle_gate", "vehicle_lane", "water_meter",
})  # fmt: skip
