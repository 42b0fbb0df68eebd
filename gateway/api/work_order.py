"""Work order (工单): one case on paper, for those who sign and for platforms that take nothing but paper.

It shows what the viewer may see of the case, and nothing else; drills say so on top.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from gateway.api.schemas.common import Bilingual, PhotoView
from gateway.api.schemas.incidents import IncidentDetail
from gateway.report.paper import page
from gateway.report.work_order_words import WORDS

MOST_PHOTOS = 12


class _Sheet:
    """The parts of one page in one language and zone."""

    def __init__(self, detail: IncidentDetail, lang: str, zone: ZoneInfo) -> None:
        self.detail, self.case, self.lang, self.zone = detail, detail.incident, lang, zone

    def word(self, name: str) -> str:
        return escape(WORDS[name][1 if self.lang == "en" else 0])

    def say(self, text: Bilingual | None) -> str:
        return escape((text.en if self.lang == "en" else text.zh) if text is not None else "–")

    def at(self, moment: datetime | None) -> str:
        return f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M:%S}" if moment is not None else "–"

    def head(self) -> str:
        mark = f'<p><span class="mark">{self.word("drill")}</span></p>' if self.case.drill else ""
        return f"<h1>{self.word('title')} {escape(self.case.number)}</h1>{mark}"

    def facts(self) -> str:
        case = self.case
        rows = (
            ("what", f"{self.say(case.title)}（{escape(case.category)} {self.say(case.category_name)}）"),
            ("level", escape(case.level)),
            ("place", self.say(case.place)),
            ("state", self.say(case.state_name)),
            ("opened", self.at(case.opened_at)),
            ("closed", self.at(case.closed_at)),
            ("owner", escape(case.owner_name or "–")),
            ("why", self.say(self.detail.why)),
            ("report", self._report()),
            ("result", self.say(case.close_name)),
            ("checker", self.say(case.checker_name)),
        )
        cells = "".join(
            f'<tr><th scope="row">{self.word(name)}</th><td>{value}</td></tr>' for name, value in rows
        )
        return f"<table><tbody>{cells}</tbody></table>"

    def _report(self) -> str:
        report = self.detail.report
        if report is None:
            return "–"
        words = escape(report.text) if report.text is not None else self.word("erased")
        return f"{self.say(report.by_name)}，{self.at(report.at)}：{words}"

    def checklist(self) -> str:
        plan = self.detail.plan
        if plan is None or not plan.steps:
            return ""
        rows = "".join(
            f"<tr><td>{step.index + 1}</td><td>{self.say(step.text)}</td><td>{self.at(step.done_at) if step.done_at else '☐'}</td></tr>"
            for step in plan.steps
        )
        return f"<h2>{self.word('plan')}: {self.say(plan.name)}</h2><table><tbody>{rows}</tbody></table>"

    def timeline(self) -> str:
        rows = "".join(
            f"<tr><td>{self.at(row.at)}</td><td>{self.say(row.actor_name)}</td><td>{self.say(row.action_name)}</td>"
            f"<td>{escape(self._text(row.text, erased=row.erased))}</td></tr>"
            for row in self.detail.timeline
            if row.action != "message"
        )
        names = "".join(
            f'<th scope="col">{self.word(name)}</th>' for name in ("when", "who", "action", "words")
        )
        return f"<h2>{self.word('timeline')}</h2><table><thead><tr>{names}</tr></thead><tbody>{rows}</tbody></table>"

    def _text(self, text: dict[str, str] | None, *, erased: bool) -> str:
        if erased:
            return WORDS["erased"][1 if self.lang == "en" else 0]
        said = text or {}
        return said.get(self.lang) or said.get("note") or said.get("zh") or ""

    def photos(self, clear: Callable[[PhotoView], bool]) -> str:
        pictures = "".join(
            f'<img alt="{self.at(photo.captured_at or photo.received_at)}" '
            f'src="/api/evidence/{photo.sha256}{"" if clear(photo) else "/veiled"}">'
            for photo in self.case.photos[:MOST_PHOTOS]
        )
        return f'<h2>{self.word("photos")}</h2><div class="photos">{pictures}</div>' if pictures else ""

    def signatures(self) -> str:
        cells = "".join(
            f"<td>{self.word(name)}</td>" for name in ("sign_handler", "sign_checker", "sign_received")
        )
        return (
            f'<h2>{self.word("signatures")}</h2><table class="sign"><tbody><tr>{cells}</tr></tbody></table>'
        )


def work_order(
    detail: IncidentDetail, *, lang: str, zone: ZoneInfo, foot: str, clear: Callable[[PhotoView], bool]
) -> str:
    """Return the printable page of one case; `clear`: whether who prints it may see a picture without its veil."""
    sheet = _Sheet(detail, lang, zone)
    parts = (
        sheet.head(),
        sheet.facts(),
        sheet.checklist(),
        sheet.timeline(),
        sheet.photos(clear),
        sheet.signatures(),
    )
    return page(
        f"{WORDS['title'][lang == 'en']} {detail.incident.number}",
        [*parts, f'<p class="quiet">{escape(foot)}</p>'],
        lang,
    )
