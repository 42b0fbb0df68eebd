"""Rules to be edited: what a page sends, and what it is told about a rule, a draft, a version, a template."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from gateway.api.schemas.common import Bilingual, PersonName, Request, View

Origin = Literal["pack", "site"]
LONGEST_TEXT = 60_000
Plain = dict[str, Any]


class RuleDraft(Request):
    """One rule that is not in force: as YAML in `text`, or as plain data in `rule`; exactly one of them."""

    text: str | None = Field(
        default=None, max_length=LONGEST_TEXT, examples=["id: site.denied\nname: 多次刷卡失败\n…"]
    )
    rule: Plain | None = None


class RuleSave(RuleDraft):
    """A rule to be saved as its newest version."""

    reason: str = Field(max_length=500, description="why; kept with the version", examples=["东门误报太多"])
    version: int | None = Field(default=None, ge=0, description="the version the person was looking at; 0: there is none yet. May also be sent as `If-Match`")  # fmt: skip


class RuleSwitch(Request):
    """Why a rule is switched, and the version the person was looking at."""

    reason: str = Field(default="", max_length=500)
    version: int | None = Field(default=None, ge=1)


class ShadowSwitch(RuleDraft):
    """Begin or end a trial run: of the rule in force, or of a draft. It counts and tells nobody."""

    on: bool


class RuleProblem(View):
    """One mistake or warning, with its place."""

    line: int = Field(description="in `text`; 1 when plain data was sent", examples=[4])
    path: str = Field(examples=["detect.count.of"])
    message: Bilingual


class RuleEdit(View):
    """One thing that changes, as a sentence."""

    path: str = Field(examples=["detect.count.at_least"])
    before: Any = None
    after: Any = None
    text: Bilingual
    resets: bool = Field(description="what is pending in the rule is forgotten by it")


class RuleCost(View):
    """What a rule takes, estimated; what depends on rates is null until the journal holds a day."""

    us_per_event: float = Field(description="µs of processor time, of an event that it reads")
    bytes_per_key: int
    keys: int | None = Field(description="how many keys the site has for it; null: not known beforehand")
    events_per_day: float | None
    cpu_s_per_day: float | None
    memory_bytes: int | None


class RuleFormField(View):
    """One thing that a person may change about a rule without writing one."""

    path: str = Field(
        description="its place in the rule's plain data; null takes it out", examples=["detect.count.within"]
    )
    part: Literal["when", "then"] = Field(description="what the rule looks at, or what is done")
    label: Bilingual
    type: Literal[
        "duration",
        "number",
        "kind",
        "kinds",
        "place",
        "calendar",
        "level",
        "stage",
        "plan",
        "category",
        "words",
    ]
    value: Any = None
    unit: Bilingual | None
    whole: bool
    optional: bool
    rare: bool = Field(description="seldom changed")


class RuleCheck(View):
    """Everything there is to say about a draft; nothing was saved."""

    ok: bool = Field(description="it can be saved: no problems")
    id: str | None
    problems: list[RuleProblem]
    lint: list[RuleProblem]
    sentence: Bilingual | None
    rule: Plain | None = Field(description="as plain data, what is usual left out")
    text: str | None = Field(description="as YAML, written out anew")
    cost: RuleCost | None
    current_version: int | None = Field(description="of the rule in force with this id; null: it is new")
    difference: list[RuleEdit] = Field(description="to the rule in force")
    resets_state: bool
    form: list[RuleFormField] = Field(description="what may be changed without writing; empty with problems")


class RuleSentence(View):
    """A draft, read aloud."""

    sentence: Bilingual | None
    problems: list[RuleProblem]


class VerdictCounts(View):
    """Closed cases by what was found."""

    closed: int
    true: int
    false: int
    unknown: int


class RulePrecision(View):
    """How often the rule was right, from the close codes of its cases."""

    whole: VerdictCounts
    by_device: dict[str, VerdictCounts]
    by_month: dict[str, VerdictCounts] = Field(
        examples=[{"2026-03": {"closed": 4, "true": 3, "false": 1, "unknown": 0}}]
    )


class ShadowKey(View):
    """How often a trial run would have fired for one key."""

    key: dict[str, Any]
    times: int


class ShadowView(View):
    """A trial run: what the rule, or a draft of it, would have done; it tells nobody."""

    rule: str
    since: datetime
    by: PersonName
    draft: bool = Field(description="not the version in force")
    fired: int = Field(description="alerts it would have opened")
    notified: int
    cases: int = Field(description="cases it would have opened")
    by_key: list[ShadowKey]
    by_day: dict[str, int]
    newest: list[datetime] = Field(description="the newest openings")
    events: int
    behind_s: float = Field(description="how far it is behind the real rules")
    ended: bool
    failed: str
    sentence: Bilingual | None


class RuleFaults(View):
    """What its own faults have switched off."""

    everywhere: bool
    devices: list[str]


class RuleVersion(View):
    """One version of a rule."""

    version: int
    at: datetime
    author: PersonName
    act: str = Field(
        description="read, saved, enabled, disabled, rolled_back, reset or removed", examples=["saved"]
    )
    reason: str
    enabled: bool
    resets_state: bool
    difference: list[RuleEdit] = Field(description="to the version before it")


class RuleVersionDetail(View):
    """One version with the rule as it was."""

    version: RuleVersion
    rule: Plain
    text: str


class RuleVersionList(View):
    """The versions of a rule, newest first."""

    items: list[RuleVersion]


class RuleDetail(View):
    """A rule in force with everything that a page needs to edit it. Its `ETag` is its version."""

    id: str
    name: Bilingual
    sentence: Bilingual
    note: Bilingual | None
    enabled: bool
    version: int
    origin: Origin
    file: str
    author: PersonName
    at: datetime
    reason: str
    overridden: bool = Field(description="of a pack, and changed here: it can be reset")
    newer_in_pack: bool
    rule: Plain
    text: str = Field(description="YAML, as it was written when that is known")
    versions: list[RuleVersion] = Field(description="the newest twenty")
    lint: list[RuleProblem]
    cost: RuleCost
    precision: RulePrecision
    faults: RuleFaults
    shadow: ShadowView | None
    form: list[RuleFormField]
    explain: str = Field(
        description="where to ask why it did not fire", examples=["/api/rules/access.forced/explain"]
    )


class RuleSaved(View):
    """What a change came to."""

    id: str
    version: int
    unchanged: bool = Field(description="it was so already: no version was made")
    resets_state: bool
    keeps_open: int = Field(description="open alerts that stay on the version which opened them")
    difference: list[RuleEdit]
    lint: list[RuleProblem]


class TemplateChoice(View):
    """One answer of a closed list."""

    value: str
    label: Bilingual


class TemplateFieldView(View):
    """One question of a form."""

    name: str
    label: Bilingual
    type: Literal["duration", "number", "kind", "device", "zone", "calendar", "level", "text", "choice"]
    unit: Bilingual | None
    default: str | float | int | None
    least: str | float | int | None
    most: str | float | int | None
    whole: bool
    optional: bool
    help: Bilingual | None
    choices: list[TemplateChoice] = Field(
        description="for `choice` and `calendar` everything that may be answered"
    )


class TemplateView(View):
    """A situation in a manager's words, and the form from which the rule is made."""

    id: str
    title: Bilingual
    help: Bilingual
    fields: list[TemplateFieldView]


class TemplateList(View):
    """Every template."""

    items: list[TemplateView]


class TemplateFilled(Request):
    """A form as it was filled in; what is left out has its default."""

    values: dict[str, str | int | float | bool | None] = Field(default={}, max_length=50)
    name: str | None = Field(default=None, max_length=100, description="how the community calls the rule")
