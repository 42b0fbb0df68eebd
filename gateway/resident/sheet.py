"""Printed sheets: one A4 page for each place, with its code, its name and what to do, in Chinese and English."""

from __future__ import annotations

import html
import io
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

import segno

from gateway.api.schemas.common import Bilingual
from gateway.resident.spot import Spot

_STYLE = """
@page { size: A4; margin: 18mm; }
body { margin: 0; font-family: "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif; color: #1a2027; }
.sheet { break-after: page; min-height: 250mm; display: flex; flex-direction: column; align-items: center; text-align: center; }
.sheet:last-child { break-after: auto; }
.site { font-size: 15pt; color: #4a5561; margin: 4mm 0 12mm; }
h1 { font-size: 40pt; line-height: 1.15; margin: 0; }
.en { font-size: 16pt; color: #4a5561; margin: 2mm 0 0; }
.code { width: 92mm; height: 92mm; margin: 10mm 0 8mm; padding: 5mm; border: 1.2mm solid #1558b0; border-radius: 6mm; }
.code svg { width: 100%; height: 100%; }
.place { font-size: 22pt; font-weight: 700; margin: 0; }
.month { font-size: 20pt; margin: 8mm 0 0; }
.month b { letter-spacing: 0.25em; font-size: 28pt; }
.unusable { margin: 0 0 8mm; padding: 4mm; border: 1mm solid #b3261e; color: #b3261e; font-size: 14pt; font-weight: 700; }
.urgent { margin-top: auto; font-size: 17pt; font-weight: 700; border-top: 0.6mm solid #1a2027; padding-top: 5mm; width: 100%; }
"""

ONLY_HERE = {
    "zh": "这个地址只有本机能打开，手机扫不开；请在 gateway.yaml 里写 http.public_url（手机能打开的地址），再打印",
    "en": "only this machine opens this address, no phone does; set http.public_url in gateway.yaml to the one that phones reach, then print",
}
_HERE = frozenset({"localhost", "localhost.localdomain", "0.0.0.0", "::"})  # noqa: S104 - compared, not bound


def only_here(url: str) -> bool:
    """Tell whether an address leads to the machine itself, wherever it is opened."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback or host in _HERE
    except ValueError:
        return host in _HERE or host.endswith(".localhost")


def svg_of(url: str) -> str:
    """Return the code of an address as an SVG that scales, with the quiet zone that readers need."""
    out = io.BytesIO()
    segno.make(url, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=4, dark="#000", light="#fff"
    )
    return out.getvalue().decode()


def sheets(codes: Iterable[tuple[Spot, str]], *, site: Bilingual, lobby_code: str | None) -> str:
    """Return a printable HTML page with one sheet for each (place, address); it loads nothing from anywhere.

    Above codes that no phone can open it says so.
    """
    codes = list(codes)
    pages = "\n".join(_sheet(spot, url, site, lobby_code) for spot, url in codes)
    if any(only_here(url) for _, url in codes):
        said = f"{_text(ONLY_HERE['zh'])}<br>{_text(ONLY_HERE['en'])}"
        pages = f'<p class="unusable" role="alert">{said}</p>{pages}'
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>'
        f"{_text(site.zh)} · 扫码上报</title><style>{_STYLE}</style></head><body>{pages}</body></html>"
    )


def _sheet(spot: Spot, url: str, site: Bilingual, lobby_code: str | None) -> str:
    month = (
        f'<p class="month">本月口令 · This month’s code <b>{_text(lobby_code)}</b></p>' if lobby_code else ""
    )
    return f"""<section class="sheet">
<p class="site">{_text(site.zh)} · {_text(site.en)}</p>
<h1>有事扫一扫，物业来处理</h1>
<p class="en">Something wrong here? Scan, and we see to it.</p>
<div class="code" role="img" aria-label="{_text(spot.name.zh)}">{svg_of(url)}</div>
<p class="place">{_text(spot.name.zh)}</p>
<p class="en">{_text(spot.name.en)}</p>
{month}
<p class="urgent">着火 119 · 治安 110 · 急救 120，先打电话<br><span class="en">Fire 119 · police 110 · ambulance 120: call first</span></p>
</section>"""


def _text(words: str) -> str:
    return html.escape(words)
