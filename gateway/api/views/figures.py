"""Figures, proposals and the loudest as the API shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from gateway.api.ledger_page import rule_name
from gateway.api.schemas.common import Bilingual
from gateway.api.schemas.figures import ChangeView, FigureView, GaugeView, LoudView, RemedyView
from gateway.api.views.lens import Lens, both
from gateway.report.change import Change
from gateway.report.gauge import Gauge
from gateway.report.noise import Loud
from gateway.report.remedy import Remedy, remedy_for
from gateway.report.story import Figure
from gateway.report.wording import Words
from gateway.rulebook.book import Rulebook
from rules.form import FormField, form_of

Form = Callable[[str], Sequence[FormField]]


def words(said: Words) -> Bilingual:
    """Return words as the API shows them."""
    return Bilingual(zh=said["zh"], en=said["en"])


def figure_views(figures: Iterable[Figure]) -> list[FigureView]:
    """Return the four numbers."""
    return [
        FigureView(
            name=each.name, title=words(each.title), value=each.value, form=each.form, more=each.more,
            text=words(each.text), before=_change(each.before, each.before_text), year=_change(each.year, each.year_text),
        )
        for each in figures
    ]  # fmt: skip


def _change(change: Change | None, text: Words | None) -> ChangeView | None:
    if change is None or text is None:
        return None
    return ChangeView(before=change.before, way=change.way, share=change.share, text=words(text))


def remedy_view(remedy: Remedy, lens: Lens) -> RemedyView:
    """Return a proposal."""
    return RemedyView(
        kind=remedy.kind, text=words(remedy.text), why=words(remedy.why), rule=remedy.rule,
        rule_name=rule_name(remedy.rule, lens) if remedy.rule is not None else None,
        path=remedy.path, value=remedy.value, device=remedy.device,
    )  # fmt: skip


def forms_of(book: Rulebook | None) -> Form:
    """Return the question what may be changed about a rule; nothing about one that is not there."""
    known = {} if book is None else {entry.rule.id: entry.rule for entry in book.entries()}
    return lambda rule: form_of(known[rule]) if rule in known else ()


def loud_views(
    league: Iterable[Loud], lens: Lens, form: Form, *, name: Callable[[str], Bilingual], about_device: bool = False
) -> list[LoudView]:  # fmt: skip
    """Return the loudest, each with its proposal."""
    found = []
    for each in league:
        remedy = remedy_for(each, form(each.rule), about_device=about_device)
        found.append(
            LoudView(
                id=each.name, name=name(each.name), alarms=each.alarms, share=each.share, false=each.false,
                found=each.found, short=each.short, chatters=each.chatters,
                remedy=remedy_view(remedy, lens) if remedy is not None else None,
            )
        )  # fmt: skip
    return found


def gauge_views(gauges: Iterable[Gauge]) -> list[GaugeView]:
    """Return the table of figures and norms."""
    return [
        GaugeView(
            name=each.norm.name, title=words(each.norm.title), value=each.value, form=each.norm.form,
            target=each.norm.target, limit=each.norm.limit, more=each.norm.more, stands=each.stands, source=each.norm.source,
        )
        for each in gauges
    ]  # fmt: skip


def device_words(device: str, lens: Lens) -> Bilingual:
    """Return what a device is called; one that is gone stands for itself."""
    return lens.device_name(device) or both(None, device)
