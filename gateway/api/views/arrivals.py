"""How waiting messages, arrivals and trials are shown: counted, dated as people say it, with a sample."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from gateway.api.schemas.arrivals import ArrivalView, TrialEvent, TrialRule, WaitingGroup
from gateway.api.schemas.common import Bilingual
from gateway.api.views.events import readable
from gateway.api.views.lens import Lens, both
from gateway.estate.arrivals import Arrival
from gateway.estate.trial import Heard, Trial
from gateway.response.naming import LANGUAGES, names_of, why_of
from gateway.response.world import SiteView
from gateway.store.quarantine_groups import Group
from rules.near import near_miss_sentence

_DAYS = (
    ("周一", "Monday"), ("周二", "Tuesday"), ("周三", "Wednesday"), ("周四", "Thursday"), ("周五", "Friday"),
    ("周六", "Saturday"), ("周日", "Sunday"),
)  # fmt: skip
_ASKED = re.compile(r"\S+ = '([^']*)'")
_WHY = {
    "unknown_device": ("来自未登记的设备“{ident}”", "from an unregistered device, '{ident}'"),
    "identity": ("身份对不上", "whose sender is not who it says"),
    "malformed": ("格式不对", "that are malformed"),
    "no_profile": ("主题为“{topic}”、没有型号能读", "on topic '{topic}', which no profile reads"),
    "no_kind": ("类别不明", "of an unknown kind"),
    "too_large": ("太大", "that are too large"),
    "codec": ("解不开", "that could not be unpacked"),
    "fault": ("处理时程序出错", "on which the gateway itself failed"),
}


def since(first: datetime, now: datetime, zone: ZoneInfo) -> tuple[str, str]:
    """Return since when, as people say it: today, yesterday, a day of this week, or a date."""
    day, today = first.astimezone(zone), now.astimezone(zone)
    days = (today.date() - day.date()).days
    if days <= 0:
        return f"今天 {day:%H:%M} 起", f"since {day:%H:%M} today"
    if days == 1:
        return "昨天起", "since yesterday"
    if today - day < timedelta(days=7):
        zh, en = _DAYS[day.weekday()]
        return f"{zh}起", f"since {en}"
    return f"{day:%Y-%m-%d} 起", f"since {day:%Y-%m-%d}"


def sentence_of(group: Group, now: datetime, zone: ZoneInfo) -> Bilingual:
    """Return “12 messages with code 181 since Tuesday”."""
    zh_when, en_when = since(group.first_at, now, zone)
    asked = _ASKED.findall(group.reason) if group.code == "unknown_code" else []
    if asked:
        zh_what, en_what = f"代码为 {' / '.join(asked)} ", f"with code {' / '.join(asked)}"
    else:
        facts = {"ident": group.ident or "", "topic": group.topic}
        zh, en = _WHY.get(group.code, ("读不懂", "that are not understood"))
        zh_what, en_what = zh.format_map(facts), en.format_map(facts)
    noun = "message" if group.count == 1 else "messages"
    of_zh = f"，{group.devices} 台设备" if group.devices > 1 else ""
    of_en = f" from {group.devices} devices" if group.devices > 1 else ""
    return Bilingual(
        zh=f"{zh_when}有 {group.count} 条{zh_what}的报文{of_zh}",
        en=f"{group.count} {noun} {en_what} {en_when}{of_en}",
    )


def waiting_group(group: Group, lens: Lens) -> WaitingGroup:
    """Return one group."""
    first, last = lens.shown(group.first_at), lens.shown(group.last_at)
    return WaitingGroup(
        id=group.id, code=group.code, profile=group.profile, ident=group.ident, senders=group.devices, topic=group.topic,
        reason=group.reason, count=group.count, kept=len(group.rows), first_at=first, last_at=last,
        sample=readable(group.sample), sentence=_sentence(group, lens),
    )  # fmt: skip


def arrival_view(arrival: Arrival, lens: Lens) -> ArrivalView:
    """Return one device that waits to be claimed."""
    group = arrival.group
    return ArrivalView(
        profile=arrival.profile, ident=arrival.ident, proposed=arrival.proposed, group=group.id, count=group.count,
        first_at=lens.shown(group.first_at), last_at=lens.shown(group.last_at), sample=readable(group.sample),
        sentence=_sentence(group, lens),
    )  # fmt: skip


def _sentence(group: Group, lens: Lens) -> Bilingual:
    return sentence_of(group, lens.now, ZoneInfo(lens.community.timezone))


def trial_event(trial: Trial, site: SiteView) -> TrialEvent:
    """Return one tried event with what each rule would say."""
    event = trial.event
    return TrialEvent(
        kind=event.kind, mode=event.mode, at=event.at, data=event.data, state=event.state, flags=list(event.flags),
        rules=[_rule(each, site) for each in trial.rules],
    )  # fmt: skip


def _rule(heard: Heard, site: SiteView) -> TrialRule:
    rule = site.rules.get(heard.rule)
    name = both(rule.name if rule is not None else None, heard.rule)
    change = heard.change
    if change is None:
        said = {
            lang: near_miss_sentence(heard.near, rule, lang, zone=site.zone, names=names_of(site, lang))
            if rule is not None
            else ""
            for lang in LANGUAGES
        }
        return TrialRule(rule=heard.rule, name=name, outcome="nothing", level=None, sentence=Bilingual(zh=said["zh"], en=said["en"]))  # fmt: skip
    why = why_of(site, change)
    outcome = "later" if heard.within_s else change.change
    if heard.within_s:
        wait = round(heard.within_s)
        why = {"zh": f"{wait} 秒后若没有别的消息：{why['zh']}", "en": f"In {wait} s, if nothing else comes: {why['en']}"}  # fmt: skip
    return TrialRule(
        rule=heard.rule, name=name, outcome=outcome, level=change.level, sentence=Bilingual(zh=why["zh"], en=why["en"])
    )  # fmt: skip
