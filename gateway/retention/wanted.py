"""Wanted: what somebody asks of the spans, with everything that is wrong with it at once. Pure."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from gateway.config import Settings
from gateway.retention.spans import BY_SETTING, Span, Standing, fits, spans_of

Wanted = Mapping[str, float | None]
"""The value asked for by setting; None: as the file says."""
_UNITS = {"days": ("天", "days"), "weeks": ("周", "weeks"), "months": ("个月", "months")}


class Mistake(msgspec.Struct, frozen=True, kw_only=True):
    """Why one value cannot be taken, in both languages: what it is, what is expected, what to do."""

    setting: str
    zh: str
    en: str


def mistakes(settings: Settings, standing: Mapping[str, Standing], wanted: Wanted) -> list[Mistake]:
    """Return everything that is wrong with what somebody asks for."""
    return [
        found
        for setting, value in wanted.items()
        if (found := _mistake(settings, standing.get(setting), setting, value)) is not None
    ]


def _mistake(
    settings: Settings, standing: Standing | None, setting: str, value: float | None
) -> Mistake | None:
    if standing is None:
        return _unknown(settings, setting)
    if standing.variable is not None:
        return Mistake(
            setting=setting,
            zh=f"这一项由本机的环境变量 {standing.variable} 定，页面改不了；先在机器上去掉这个变量再重启网关",
            en=f"the environment variable {standing.variable} of this machine sets it; take that variable away on the machine and restart the gateway first",
        )
    if value is None or fits(standing.span, value):
        return None
    span = standing.span
    zh, en = _UNITS[span.unit]
    whole_zh, whole_en = ("整数", "a whole number") if span.whole else ("数字", "a number")
    return Mistake(
        setting=setting,
        zh=f"应为 {said(span.least)} 到 {said(span.most)} {zh}的{whole_zh}，写的是 {said(value)}",
        en=f"expected {whole_en} from {said(span.least)} to {said(span.most)} {en}, found {said(value)}",
    )


def _unknown(settings: Settings, setting: str) -> Mistake:
    if setting in BY_SETTING:  # of a section that this box does not have
        section = BY_SETTING[setting].section
        return Mistake(
            setting=setting,
            zh=f"gateway.yaml 还没有写 {section}:，没有期限可改；先照 docs/how-to/back-up.md 写上，再重启网关",
            en=f"gateway.yaml says nothing of {section}: yet; write it as docs/how-to/back-up.md tells, and restart the gateway first",
        )
    names = ", ".join(span.setting for span in spans_of(settings))
    return Mistake(
        setting=setting,
        zh=f"没有“{setting[:60]}”这一项，能改的有 {names}",
        en=f"no span is called '{setting[:60]}', expected one of {names}",
    )


def shortened(standing: Mapping[str, Standing], wanted: Wanted) -> dict[str, Span]:
    """Return the spans that would be shorter than they are, by setting; these delete something, now or later."""
    return {
        setting: each.span
        for setting, value in wanted.items()
        if (each := standing.get(setting)) is not None
        and (each.below if value is None else value) < each.value
    }


def said(value: float) -> str:
    """Return a number as a person writes it."""
    return str(int(value)) if value == value // 1 else f"{value:g}"
