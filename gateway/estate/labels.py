"""Labels: a printable page with a code for each device, to be stuck on it: who scans it claims it or opens its page."""

from __future__ import annotations

import html
from collections.abc import Iterable
from urllib.parse import quote

from devices.registry import Device
from gateway.estate.code import Codes
from gateway.estate.tree import place_of
from gateway.resident.sheet import svg_of
from gateway.response.world import SiteView

MOST = 2000
_STYLE = """
@page { size: A4; margin: 10mm; }
body { margin: 0; font-family: "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif; color: #000; }
main { display: grid; grid-template-columns: repeat(3, 1fr); gap: 4mm; }
.label { break-inside: avoid; border: 0.3mm dashed #888; border-radius: 2mm; padding: 3mm; display: flex; gap: 3mm; height: 30mm; }
.label svg { width: 26mm; height: 26mm; flex: none; }
.label p { margin: 0 0 0.6mm; font-size: 7.5pt; line-height: 1.2; overflow-wrap: anywhere; }
.label .name { font-size: 10pt; font-weight: 700; }
.label .code { font-family: "Consolas", "Menlo", monospace; font-size: 9pt; letter-spacing: 0.05em; }
"""


def address_of(base: str, code: str) -> str:
    """Return where a label's code leads."""
    return f"{base.rstrip('/')}/devices?c={quote(code)}"


def labels(devices: Iterable[Device], view: SiteView, codes: Codes, *, base: str) -> str:
    """Return the page to print; it loads nothing from anywhere."""
    cells = "\n".join(_label(device, view, codes.of(device.id), base) for device in devices)
    title = _text(view.name.get("zh") or view.id)
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title} · 设备标签 device labels</title>'
        f"<style>{_STYLE}</style></head><body><main>{cells}</main></body></html>"
    )


def _label(device: Device, view: SiteView, code: str, base: str) -> str:
    here = place_of(view.places, device)
    way = view.places.way(here.id) if here is not None else ()
    where = " ".join(place.name.get("zh") or place.id for place in way)
    name = device.name.get("zh") or device.id
    english = device.name.get("en", "")
    return f"""<section class="label">{svg_of(address_of(base, code))}
<div><p class="name">{_text(name)}</p><p>{_text(english if english != name else "")}</p><p>{_text(where)}</p>
<p>{_text(device.id)} {_text(device.type)}</p><p class="code">{_text(code)}</p></div></section>"""


def _text(words: str) -> str:
    return html.escape(words)
