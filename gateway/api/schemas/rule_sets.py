"""Sets of rules on the wire: packs, files, trial runs, and what rules can be made of."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gateway.api.schemas.common import Bilingual, Request, View
from gateway.api.schemas.rules import Plain, RuleEdit, RuleProblem, ShadowView


class RuleChoice(View):
    """Something that may be answered in a form."""

    value: str
    label: Bilingual


class RuleChoices(View):
    """What a rule can be made of on this site."""

    kinds: list[RuleChoice] = Field(description="of events")
    types: list[RuleChoice] = Field(description="of devices that are here")
    calendars: list[RuleChoice]
    plans: list[RuleChoice]
    categories: list[RuleChoice]


class RuleTrial(View):
    """A trial run with what is being tried: a page shows it although no rule of this id may be in force."""

    name: Bilingual
    rule: Plain = Field(description="as plain data, to be edited or put to work")
    in_force: bool = Field(description="a rule of this id is in force")
    shadow: ShadowView


class RuleTrialList(View):
    """Every trial run."""

    items: list[RuleTrial]


class PackRule(View):
    """A rule that ships with the gateway."""

    id: str
    name: Bilingual
    sentence: Bilingual
    state: Literal["on", "off", "absent"] = Field(description="here")
    rule: Plain | None = Field(description="as plain data, where it is absent")


class RulePack(View):
    """Rules that ship with the gateway and belong together."""

    id: str
    name: Bilingual
    rules: list[PackRule]


class RulePackList(View):
    """Everything that ships with the gateway."""

    items: list[RulePack]


class RuleFile(Request):
    """A file of rules from elsewhere; with `apply` they are saved, otherwise only looked at."""

    text: str = Field(max_length=600_000, examples=["rules:\n- id: site.denied\n…"])
    apply: bool = False
    reason: str = Field(default="", max_length=500)


class ImportedRule(View):
    """One rule of a file, beside what is here."""

    id: str
    name: Bilingual
    sentence: Bilingual
    standing: Literal["new", "changed", "same"]
    difference: list[RuleEdit] = Field(description="to the rule in force")


class RuleImport(View):
    """What a file holds; with problems nothing is saved, and all are told."""

    items: list[ImportedRule]
    problems: list[RuleProblem]
    saved: int = Field(description="versions that were made")
