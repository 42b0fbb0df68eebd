"""A site's folder: what a person may name instead of it by mistake, and what to do then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

_OF_A_SITE = frozenset(
    {"timezone", "buildings", "grids", "people", "roster", "devices", "households", "plans", "categories"}
)
_ENOUGH = 2


def is_site(value: dict[str, Any]) -> bool:
    """Tell whether this is what a community is, not how a box is wired."""
    return len(_OF_A_SITE & value.keys()) >= _ENOUGH


def what_a_site_file_is(file: Path) -> str:
    """Return what a site file is, for somebody who gave it where settings are expected, and how to try it."""
    trial = f"gateway init try && cp {file} try/site.yaml && gateway check try"
    return (
        f"{file}: is a site file (what the community is), not the settings of a box (gateway.yaml); name the folder "
        f"of its gateway.yaml, or try it: {trial} (which names what only you can give, like keys of channels)"
        f" / 这是小区文件（小区里有什么），不是网关的设置（gateway.yaml）；请写 gateway.yaml 所在的文件夹，想试用就执行：{trial}（会列出只有您能给的东西，例如通知渠道的密钥）"
    )


def not_there(file: Path) -> str:
    """Return what to do where there is no file of settings."""
    folder = file.parent
    if (folder / "gateway.sqlite3").exists():
        return (
            f"{folder}: is the data folder of a gateway, there is no {file.name} in it; name the site's folder instead. "
            "A demonstration has none: print its codes from its pages, /api/places/codes/sheets"
            f" / 这是网关的数据文件夹，里面没有 {file.name}；请写小区的文件夹。"
            "演示小区没有这个文件夹：二维码在它的页面上打印，/api/places/codes/sheets"
        )
    others = (
        sorted(each.name for each in folder.glob("*.yaml") if "site" in each.name) if folder.is_dir() else []
    )
    if others:
        return (
            f"{file}: not found; {others[0]} there is a site file, try it: gateway init try && "
            f"cp {folder / others[0]} try/site.yaml && gateway check try"
            f" / 没有这个文件；那里的 {others[0]} 是小区文件，可以这样试用：gateway init try && "
            f"cp {folder / others[0]} try/site.yaml && gateway check try"
        )
    return (
        f"{file}: not found; `gateway init {folder}` writes a new one"
        f" / 没有这个文件；`gateway init {folder}` 会写一个新的"
    )
