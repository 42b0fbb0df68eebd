"""What other ways of doing it cost on the same rules: a plain loop over all of them, and two rule engines from PyPI.

Each rule asks for a kind and for one number beyond a limit. The loop and `business-rules` keep nothing; `durable-rules`
is a Rete network in C. They are looked for, not required: `pip install business-rules durable-rules`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

Asked = tuple[str, float]  # kind, limit that `n` must be beyond
Post = Callable[[dict[str, Any]], None]


def plain_loop(rules: list[Asked]) -> Post:
    """Ask every rule, one after the other, as a first version of anything would."""
    found: list[int] = []

    def post(fact: dict[str, Any]) -> None:
        for number, (kind, limit) in enumerate(rules):
            if fact["kind"] == kind and fact["n"] > limit:
                found.append(number)

    return post


def business_rules(rules: list[Asked]) -> Post | None:
    """`business-rules` 1.1: rules as JSON, evaluated in Python."""
    try:
        from business_rules import run_all
        from business_rules.actions import BaseActions, rule_action
        from business_rules.variables import BaseVariables, numeric_rule_variable, string_rule_variable
    except ImportError:
        return None

    class Fact(BaseVariables):
        def __init__(self, fact: dict[str, Any]) -> None:
            self.fact = fact

        @string_rule_variable
        def kind(self) -> str:
            return str(self.fact["kind"])

        @numeric_rule_variable
        def n(self) -> float:
            return float(self.fact["n"])

    class Note(BaseActions):
        @rule_action(params={})
        def note(self) -> None:
            """Nothing: what an engine does when a rule fires is not compared here."""

    written = [
        {
            "conditions": {
                "all": [
                    {"name": "kind", "operator": "equal_to", "value": kind},
                    {"name": "n", "operator": "greater_than", "value": limit},
                ]
            },
            "actions": [{"name": "note", "params": {}}],
        }
        for kind, limit in rules
    ]
    return lambda fact: run_all(written, Fact(fact), Note(), stop_on_first_trigger=False)


def durable_rules(rules: list[Asked], name: str) -> Post | None:
    """`durable-rules` 2.0: a Rete network in C behind Python."""
    try:
        from durable import engine, lang
    except ImportError:
        return None
    with lang.ruleset(name):
        for kind, limit in rules:

            @lang.when_all((lang.m.kind == kind) & (lang.m.n > limit))
            def note(_context: Any) -> None:
                """Nothing: see above."""

    def post(fact: dict[str, Any]) -> None:
        with suppress(engine.MessageNotHandledException):  # how it says that no rule wanted the fact
            lang.post(name, fact)

    return post
