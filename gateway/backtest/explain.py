"""Explain: why one rule did, or did not, raise an alert for one key at a moment of the past.

The rule as it stood at that moment, with the rules that mute it, goes through the journal up to then; what the
engine then holds answers: is an alert open, how near did it come, what stopped the newest events. Then it goes on
for a while, so that what happened next can be said too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from devices.event import Event
from gateway.backtest.answer import Around, Explained, HeardEvent, Near, Presence
from gateway.backtest.places import device_words, key_words
from gateway.backtest.result import Words
from gateway.backtest.run import Backtest
from gateway.clock import to_us
from gateway.store.history import LastHeard
from rules.change import Change
from rules.duration import MINUTE_US
from rules.explain import rule_sentence, sentence
from rules.model import Rule
from rules.near import near_miss_sentence
from rules.playback import readable
from rules.runtime import RuleAtWork, key_text
from rules.why import clauses, where
from rules.words import Lang, level_name

LANGS: tuple[Lang, Lang] = ("zh", "en")
BEFORE, AFTER = 5, 3  # changes told before and after the moment
HEARD = 8  # events told
AHEAD_US = 24 * 60 * MINUTE_US


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """One rule, one key (values by path) and a moment, in engine time."""

    rule: Rule
    key: Mapping[str, Any]
    at_us: int


def explain(test: Backtest, asking: Asking) -> Explained:
    """Return the answer. `test` runs this rule, and its window ends where nothing later is looked at."""
    return _Explaining(test, asking).answer()


class _Explaining:
    def __init__(self, test: Backtest, asking: Asking) -> None:
        self.test, self.rule, self.at_us = test, asking.rule, asking.at_us
        self.site = test.parts.site.view
        self.key = dict(asking.key)
        self.kinds = frozenset(RuleAtWork(self.rule, 1).plans)
        self.before: deque[Change] = deque(maxlen=BEFORE)
        self.after: list[Change] = []
        self.heard: deque[tuple[Event, datetime]] = deque(maxlen=HEARD)
        self.device = _device_of(self.key)

    def answer(self) -> Explained:
        test, engine = self.test, self.test.engine
        test.heard = self._hear
        for change in test.play(self.at_us + 1):
            if self._mine(change):
                self.before.append(change)
        test.heard = None
        standing, found = None, None
        for text in self._texts():
            standing, found = engine.standing(self.rule.id, text), engine.near_miss(self.rule.id, text)
            if standing is not None:
                break
        presence = self._presence()
        for change in test.play(test.window.end_us):
            if self._mine(change):
                self.after.append(change)
                if len(self.after) >= AFTER:
                    break
        last = test.history.last_heard(self.device, self.at_us) if self.device else None
        return Explained(
            rule=self.rule.id,
            name=_both(self.rule.name, self.rule.id),
            sentence={lang: rule_sentence(self.rule, lang) for lang in LANGS},
            key=dict(self.key),
            where=key_words(self.site, self.key),
            at=self._shown(self.at_us),
            answer=self._in_short(presence, found, last),
            alert=presence,
            before=[self._around(each) for each in self.before],
            after=[self._around(each) for each in self.after],
            near=self._near(found),
            standing=self._readable(standing),
            heard=[self._heard_event(event, arrival) for event, arrival in self.heard],
            last_heard=self._last(last),
        )

    # --- while it runs ----------------------------------------------------------------------------

    def _hear(self, event: Event, arrival: datetime) -> None:
        if event.kind in self.kinds and (self.device is None or event.device == self.device):
            self.heard.append((event, arrival))

    def _mine(self, change: Change) -> bool:
        return change.rule == self.rule.id and same_key(change.key, self.key)

    def _texts(self) -> list[str]:
        """Return how the engine may write this key: numbers as texts (as on a command line), or as numbers."""
        values = [self.key[path] for path in self.rule.by if path in self.key]
        return list(dict.fromkeys([key_text(values), key_text(map(_plain, values))]))

    # --- the answer -------------------------------------------------------------------------------

    def _presence(self) -> Presence | None:
        for alert in self.test.engine.open_alerts().values():
            if alert.rule == self.rule.id and same_key(alert.key, self.key):
                return Presence(
                    since=self._shown(to_us(alert.opened_at)),
                    stage=alert.stage,
                    level=alert.level,
                    count=alert.count,
                    acknowledged=alert.acknowledged,
                )
        return None

    def _in_short(self, alert: Presence | None, found: Any, last: LastHeard | None) -> Words:
        at, place = self._time(self.at_us), key_words(self.site, self.key)
        if alert is not None:
            since = self._time(to_us(alert.since) - self.test.window.offset_us)
            zh = f"{at} {place['zh']}有告警（{level_name(alert.level, 'zh')}，自 {since}，{alert.count} 次）"
            en = f"at {at} an alert of {place['en']} was open ({level_name(alert.level, 'en')}, since {since}, {alert.count} times)"
            reason = next((each for each in reversed(self.before) if each.change != "repeated"), None)
            if reason is not None:
                zh += f"。{self._say(reason, 'zh')}"
                en += f". {self._say(reason, 'en')}"
            return {"zh": zh, "en": en}
        zh, en = f"{at} {place['zh']}没有告警。", f"At {at} there was no alert of {place['en']}. "
        if self.device is not None and last is None:
            zh += f"在那之前从未收到过“{self.device}”的任何消息"
            en += f"Nothing was ever heard of '{self.device}' before then"
            if self.site.registry.get(self.device) is None:
                zh += "，设备表里也没有它"
                en += ", and the site does not list it"
            return {"zh": f"{zh}。", "en": f"{en}."}
        return {"zh": zh + self._near_words(found, "zh"), "en": en + self._near_words(found, "en")}

    def _near_words(self, found: Any, lang: Lang) -> str:
        return near_miss_sentence(found, self.rule, lang, zone=self.site.zone)

    def _near(self, found: Any) -> Near | None:
        if found is None:
            return None
        text: Words = {lang: self._near_words(found, lang) for lang in LANGS}
        return Near(text=text, facts=self._readable(found))

    def _around(self, change: Change) -> Around:
        return Around(
            at=self._shown(to_us(change.t)),
            change=change.change,
            key=change.key,
            stage=change.stage,
            level=change.level,
            count=change.count,
            notify=change.notify,
            sentence={lang: self._say(change, lang) for lang in LANGS},
            events=list(change.events),
            why=self._readable(change.why),
        )

    def _heard_event(self, event: Event, arrival: datetime) -> HeardEvent:
        device = self.site.registry.get(event.device)
        env: dict[str, Any] = {
            "kind": event.kind, "at": event.at, "mode": event.mode, "time_quality": event.time_quality,
            "data": event.data, "subject": event.subject, "device": device if device is not None else {},
        }  # fmt: skip
        parts = clauses("scope", self.rule.scope, env)
        for slot, selector in self.rule.detect.slots.items():
            if event.kind in selector.kinds():
                parts += where(selector, env, of=slot)
        return HeardEvent(
            id=event.id,
            kind=event.kind,
            device=event.device,
            at=self._shown(to_us(event.at)),
            arrived=self._shown(to_us(arrival)),
            mode=event.mode,
            data=event.data,
            clauses=self._readable(parts),
        )

    def _last(self, last: LastHeard | None) -> dict[str, Any] | None:
        if last is None:
            return None
        return {"kind": last.kind, "at": self._shown(last.at_us).isoformat(), "event": last.id}

    # --- words ------------------------------------------------------------------------------------

    def _say(self, change: Change, lang: Lang) -> str:
        place = device_words(self.site, change.device)[lang] if change.device else ""
        return sentence(change, lang, rule=self.rule, place=place, zone=self.site.zone)

    def _shown(self, us: int) -> datetime:
        return self.test.window.shown(us).astimezone(self.site.zone)

    def _time(self, us: int) -> str:
        return self._shown(us).strftime("%Y-%m-%d %H:%M:%S")

    def _readable(self, value: Any) -> Any:
        return readable(value, self.site.zone)


def _both(name: Mapping[str, str], otherwise: str) -> Words:
    zh, en = name.get("zh"), name.get("en")
    return {"zh": zh or en or otherwise, "en": en or zh or otherwise}


def same_key(found: Mapping[str, Any], asked: Mapping[str, Any]) -> bool:
    """Tell whether a key is the one that was asked for; what was not asked for may be anything."""
    return all(path not in found or str(found[path]) == str(value) for path, value in asked.items())


def _plain(value: Any) -> Any:
    """Return a number or truth value for its text."""
    if not isinstance(value, str):
        return value
    try:
        found = msgspec.json.decode(value)
    except msgspec.DecodeError:
        return value
    return found if isinstance(found, (bool, int, float)) else value


def _device_of(key: Mapping[str, Any]) -> str | None:
    found = key.get("device", key.get("device.id"))
    return str(found) if found is not None else None
