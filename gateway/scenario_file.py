"""Stories as people write them: a site, rules, and what happens step by step. Reading and checking only.

```yaml
story: {zh: …, en: …}
start: "2026-03-06T22:00:00+08:00"
site: {…}                  # a whole site file, or the name of one
rules: [{id: …, …}]        # and packs: [names of built-in packs]
steps:
  - at: 0s                 # since the start, never backwards
    event: {device: gate-n1, kind: access.forced}
  - at: 20s
    action: {do: dispatch, by: li, assignee: wang}
  - at: 200s
    expect: {incident: {state: dispatched, step: 1}, messages: [{to: li, by: sms}]}
```

An expectation looks at what was told since the one before: `messages` are among it, `told` is all of it (who:
{about what: [by which channels]}), `nobody_told` names who heard nothing, `most_each` bounds what one person got
on one channel, `drill` says that every message is marked as one, or none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from devices.document import Document, Path, parse_document
from devices.event import Event
from devices.kinds import KINDS
from devices.problem import Problem, nearest
from gateway.response.incident import actions
from gateway.response.model import Incident
from gateway.site import SiteFile, load_site_file
from rules.duration import parse_duration
from rules.load import Loaded, load_rules

KEYS = ("story", "start", "site", "rules", "packs", "inhibit", "steps")
STEP_KEYS = ("at", "say", "event", "action", "ack", "clear", "silence", "mode", "restart", "expect")
EVENT_KEYS = ("device", "kind", "data", "subject", "state", "mode", "at", "id")
EXPECT_KEYS = (
    "alerts", "incidents", "incident", "messages", "lines", "nobody_told", "told", "most_each", "drill",
)  # fmt: skip
INCIDENT_KEYS = (*Incident.__struct_fields__, "is_open", "running", "which")


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step: when, and what happens or must hold then."""

    at: datetime
    path: Path
    say: str  # what the story says about it
    what: str  # one of STEP_KEYS
    value: Any


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """A story ready to be played."""

    file: str
    title: dict[str, str]
    start: datetime
    site: SiteFile
    rules: Loaded
    steps: tuple[Step, ...]
    document: Document


def read_story(
    text: str, file: str, *, packs: Mapping[str, str] | None = None, sites: Mapping[str, str] | None = None
) -> tuple[Story | None, list[Problem]]:
    """Read a story; with any problem there is no story.

    `packs` are built-in rule files by name, `sites` site files that `site:` may name instead of holding one.
    """
    document = parse_document(text, file)
    problems = list(document.problems)
    value = document.value
    if not isinstance(value, dict):
        return None, problems or [document.problem((), f"expected a mapping with {', '.join(KEYS)}")]
    problems += [
        document.problem((str(key),), f"unknown key '{key}'{nearest(str(key), KEYS)}")
        for key in value
        if key not in KEYS
    ]
    start = _time(value.get("start"))
    if start is None:
        problems.append(
            document.problem(("start",), "expected a time with its zone such as 2026-03-06T22:00:00+08:00")
        )
        return None, problems
    site = _site(document, value.get("site") or {}, start.date(), sites or {}, problems)
    rules = _rules(document, value, site, packs or {}, problems)
    steps = _steps(document, value.get("steps"), start, problems)
    if problems:
        return None, problems
    title = value.get("story")
    story = Story(
        file=file,
        title=title if isinstance(title, dict) else {"zh": str(title), "en": str(title)},
        start=start,
        site=site,
        rules=rules,
        steps=tuple(steps),
        document=document,
    )
    return story, []


def _site(
    document: Document, value: object, today: date, sites: Mapping[str, str], problems: list[Problem]
) -> SiteFile:
    if isinstance(value, str) and value in sites:
        site, found = load_site_file(sites[value], value, today=today)
        problems += found
        return site
    if not isinstance(value, dict):
        problems.append(
            document.problem(("site",), f"unknown site file '{value}'{nearest(str(value), sites)}")
        )
        value = {"site": "none"}
    # JSON is YAML: the part is read by the same code as a file of its own.
    text = msgspec.json.encode(value).decode()
    site, found = load_site_file(text, document.file, today=today)
    problems += [_moved(document, problem, "site") for problem in found]
    return site


def _rules(
    document: Document,
    value: dict[str, Any],
    site: SiteFile,
    packs: Mapping[str, str],
    problems: list[Problem],
) -> Loaded:
    inline = {
        "rules": value.get("rules") or [],
        **({"inhibit": value["inhibit"]} if "inhibit" in value else {}),
    }
    texts = {document.file: msgspec.json.encode(inline).decode()}
    for index, name in enumerate(value.get("packs") or ()):
        file = next((f for f in packs if f.rsplit("/", 1)[-1].removesuffix(".yaml") == name), None)
        if file is None:
            known = [f.rsplit("/", 1)[-1].removesuffix(".yaml") for f in packs]
            problems.append(
                document.problem(("packs", index), f"unknown pack '{name}'{nearest(str(name), known)}")
            )
        else:
            texts[file] = packs[file]
    loaded = load_rules(texts, zone=site.rules.zone, calendars=site.rules.calendars)
    problems += [_moved(document, p, "") if p.file == document.file else p for p in loaded.problems]
    return loaded


def _moved(document: Document, problem: Problem, below: str) -> Problem:
    """Give a problem of a part the line of that part in the story."""
    path = f"{below}.{problem.path}".removesuffix(".document").strip(".")
    words = path.replace("]", "").replace("[", ".").split(".")
    parts: Path = tuple(int(word) if word.isdecimal() else word for word in words)
    return msgspec.structs.replace(problem, path=path, line=document.line(parts))


def _steps(document: Document, raw: object, start: datetime, problems: list[Problem]) -> list[Step]:
    if not isinstance(raw, list) or not raw:
        problems.append(document.problem(("steps",), "expected a list of steps"))
        return []
    steps: list[Step] = []
    newest = start
    for index, entry in enumerate(raw):
        path: Path = ("steps", index)
        if not isinstance(entry, dict):
            problems.append(document.problem(path, "expected a mapping with `at` and what happens"))
            continue
        problems += [
            document.problem((*path, str(key)), f"unknown key '{key}'{nearest(str(key), STEP_KEYS)}")
            for key in entry
            if key not in STEP_KEYS
        ]
        offset = parse_duration(entry.get("at"))
        if offset is None:
            problems.append(
                document.problem(
                    (*path, "at"), f"expected a time since the start like 181s, not '{entry.get('at')}'"
                )
            )
            continue
        at = start + timedelta(microseconds=offset)
        if at < newest:
            problems.append(document.problem((*path, "at"), f"{entry['at']} goes back in time"))
        newest = max(newest, at)
        for what in STEP_KEYS[2:]:
            if what in entry:
                say = str(entry.get("say") or "")
                steps.append(Step(at=at, path=(*path, what), say=say, what=what, value=entry[what]))
                problems += _check(document, (*path, what), what, entry[what])
    return steps


def _check(document: Document, path: Path, what: str, value: object) -> list[Problem]:
    if what == "restart":
        return (
            []
            if parse_duration(value) is not None
            else [document.problem(path, "expected a duration like 90s")]
        )
    if not isinstance(value, dict):
        return [document.problem(path, "expected a mapping")]
    found: list[Problem] = []
    known: tuple[str, ...] = {"event": EVENT_KEYS, "expect": EXPECT_KEYS}.get(what, tuple(value))
    found += [
        document.problem((*path, str(key)), f"unknown key '{key}'{nearest(str(key), known)}")
        for key in value
        if key not in known
    ]
    if what == "event" and value.get("kind") not in KINDS:
        found.append(
            document.problem(
                (*path, "kind"), f"unknown kind '{value.get('kind')}'{nearest(str(value.get('kind')), KINDS)}"
            )
        )
    if what == "action" and value.get("do") not in {*actions(), "report"}:
        found.append(
            document.problem(
                (*path, "do"), f"unknown action '{value.get('do')}'{nearest(str(value.get('do')), actions())}"
            )
        )
    cases = value.get("incidents") if isinstance(value.get("incidents"), list) else []
    for case in [value.get("incident"), *(cases or [])] if what == "expect" else []:
        found += [
            document.problem(
                (*path, "incident", str(key)), f"unknown field '{key}'{nearest(str(key), INCIDENT_KEYS)}"
            )
            for key in (case if isinstance(case, dict) else {})
            if key not in INCIDENT_KEYS
        ]
    return found


def make_event(step: Step, site: str, number: int) -> Event:
    """Return the event of a step; `at` inside it is a time of its own (a late sample), else the step's."""
    value = step.value
    own = _time(value.get("at"))
    return Event(
        id=str(value.get("id") or f"e{number}"),
        seq=number,
        site=site,
        device=str(value["device"]),
        kind=str(value["kind"]),
        mode=value.get("mode", "live"),
        at=own or step.at,
        received_at=step.at,
        subject={str(k): str(v) for k, v in (value.get("subject") or {}).items()},
        data=value.get("data") or {},
        state=value.get("state") or {},
    )


def _time(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo is not None else None
