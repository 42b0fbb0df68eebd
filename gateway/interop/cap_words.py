"""CAP words: headline, description and place of a case in the two languages, without anybody's name or room."""

from __future__ import annotations

from typing import Literal, TypeAlias

from gateway.response.incident import STATE_NAMES
from gateway.response.model import Incident
from gateway.response.world import SiteView
from gateway.store.case_feed import Step

CapLanguage: TypeAlias = Literal["zh-CN", "en-US"]
LANGUAGES: tuple[CapLanguage, ...] = ("zh-CN", "en-US")
_COLOURS = {
    "L1": ("一级（红）", "level 1 (red)"),
    "L2": ("二级（橙）", "level 2 (orange)"),
    "L3": ("三级（黄）", "level 3 (yellow)"),
    "L4": ("四级（蓝）", "level 4 (blue)"),
}


def headline(incident: Incident, name: str, site: SiteView, language: CapLanguage) -> str:
    """Return one line: drill or not, what, where."""
    zh = language == "zh-CN"
    mark = ("【演练】" if zh else "[DRILL] ") if incident.drill else ""
    return f"{mark}{name}{'，' if zh else ', '}{place_of(incident, site, language)}"


def sentence(incident: Incident, step: Step, name: str, site: SiteView, language: CapLanguage) -> str:
    """Return what a partner needs to know; levels are the site's own, not an official warning grade."""
    zh = language == "zh-CN"
    colour = _COLOURS[incident.level][0 if zh else 1]
    state = STATE_NAMES[step.to_state or incident.state]["zh" if zh else "en"]  # type: ignore[index]  # a state of the table
    place = place_of(incident, site, language)
    if zh:
        return f"案件 {incident.number}：{name}，{place}。小区内部等级{colour}，非政府预警等级。当前状态：{state}。"
    return (
        f"Case {incident.number}: {name}, {place}. Internal {colour}, not an official warning grade. "
        f"State: {state}."
    )


def place_of(incident: Incident, site: SiteView, language: CapLanguage) -> str:
    """Return grid and building in words; the site's name when neither is known."""
    short = language[:2]
    grid, building = site.grids.get(incident.grid or ""), site.buildings.get(incident.building or "")
    parts = [
        (each.name.get(short) or each.name.get("zh") or each.id)
        for each in (grid, building)
        if each is not None
    ]
    return (
        (" " if short == "zh" else ", ").join(parts) or site.name.get(short) or site.name.get("zh") or site.id
    )
