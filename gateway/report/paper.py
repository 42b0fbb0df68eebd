"""Paper: a ledger or a work order as one printable HTML page that needs nothing from anywhere.

Its only style is in the page and named by its hash in the page's own content policy.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from html import escape

from gateway.report.form import text_of
from gateway.report.sheet import Sheet

STYLE = """
:root{color-scheme:light}
body{font:14px/1.5 "Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;color:#111;background:#fff;margin:24px auto;max-width:1080px;padding:0 16px}
h1{font-size:22px;margin:0 0 4px}h2{font-size:16px;margin:24px 0 6px;break-after:avoid}
p{margin:0 0 6px}.quiet{color:#555}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{border:1px solid #999;padding:4px 6px;text-align:left;vertical-align:top}th{background:#f0f0f0;font-weight:600}
td.n{text-align:right;white-space:nowrap}thead{display:table-header-group}tr{break-inside:avoid}
.sign td{height:56px}.photos{display:flex;flex-wrap:wrap;gap:8px}.photos img{max-width:240px;max-height:240px;border:1px solid #999}
.mark{display:inline-block;border:2px solid #111;padding:0 8px;font-weight:700}
@media print{body{margin:0;max-width:none;font-size:11px}.wide{overflow:visible}@page{margin:14mm}}
"""
POLICY = (
    "default-src 'none'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    f"style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'"
)


def page(title: str, body: Iterable[str], lang: str) -> str:
    """Return a whole page; `body` is HTML already."""
    language = "en" if lang == "en" else "zh-CN"
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style><main>{''.join(body)}</main></html>"
    )


def ledger_page(sheets: Iterable[Sheet], title: str, site: str, foot: str, lang: str) -> str:
    """Return a ledger for the printer: every sheet one below the other."""
    body = [f"<h1>{escape(title)}</h1><p>{escape(site)}</p>"]
    body += [f"<h2>{escape(sheet.title)}</h2>{table(sheet, lang)}" for sheet in sheets]
    body.append(f'<p class="quiet">{escape(foot)}</p>')
    return page(title, body, lang)


def table(sheet: Sheet, lang: str) -> str:
    """Return one sheet as an HTML table; an empty one says so."""
    if not sheet.rows:
        return f'<p class="quiet">{"None in this period." if lang == "en" else "本期没有。"}</p>'
    head = "".join(f'<th scope="col">{escape(column.name)}</th>' for column in sheet.columns)
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td{_numeric(value)}>{escape(text_of(value, column.form))}</td>"
            for value, column in zip(row, sheet.columns, strict=True)
        )
        + "</tr>"
        for row in sheet.rows
    )
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _numeric(value: object) -> str:
    return ' class="n"' if isinstance(value, (int, float)) or value is None else ""
