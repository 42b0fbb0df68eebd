"""Reading: from what a person or the store wrote to a rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import tzinfo
from typing import Any

import msgspec

from devices.document import parse_document
from devices.problem import Problem
from gateway.rulebook.version import Body
from rules.dump import dump_inhibit
from rules.load import Loaded, load_rules
from rules.model import Inhibit, Rule

FILE = "rule.yaml"
"""How the text of one rule is called in messages."""
_body = msgspec.json.Decoder(Body)
_encode = msgspec.json.Encoder(order="deterministic").encode


class Reading:
    """Reads rules as this site has them: its zone, its calendars."""

    def __init__(self, *, zone: tzinfo | None, calendars: Mapping[str, Any] | None) -> None:
        self._zone = zone
        self._calendars = calendars

    def calendars(self) -> list[str]:
        """Return the names of the site's calendars."""
        return sorted(self._calendars or ())

    def all(self, texts: Mapping[str, str]) -> Loaded:
        """Read whole files."""
        return load_rules(texts, zone=self._zone, calendars=self._calendars)

    def one(self, written: str | Mapping[str, Any]) -> Loaded:
        """Read the text (or plain data) of one rule: a mapping, a list of one, or a file with one."""
        if not isinstance(written, str):
            return self.all({FILE: _list_of(written)})
        value = parse_document(written, FILE).value
        if isinstance(value, dict) and "rules" not in value and "inhibit" not in value:
            first, _, rest = written.lstrip("\ufeff\n").partition("\n")
            written = f"- {first}\n" + "".join(f"  {line}\n" for line in rest.splitlines())
        found = self.all({FILE: written})
        if not found.problems and (len(found.rules) != 1 or found.inhibits):
            said = f"expected exactly one rule, found {len(found.rules)}"
            wrong = Problem(file=FILE, line=1, path="rules", message=said)
            return msgspec.structs.replace(found, problems=(wrong,))
        return found

    def stored(self, body: Body) -> Rule | None:
        """Return the rule of a stored version; None when this program no longer understands it."""
        found = self.all({body.file or FILE: _list_of(body.source)})
        return found.rules[0] if len(found.rules) == 1 and not found.problems else None

    def inhibits(self, body: str) -> tuple[Inhibit, ...]:
        """Return stored inhibitions; those that are no longer understood are left out."""
        return self.all({FILE: f'{{"inhibit": {body}}}'}).inhibits


def body_of(text: str) -> Body:
    """Read the body of a stored version; one of before there were acts holds the rule alone."""
    value = msgspec.json.decode(text)
    return Body(source=value) if "id" in value else _body.decode(text)


def written_body(body: Body) -> str:
    """Write the body of a version as canonical JSON."""
    return _encode(body).decode()


def written_inhibits(inhibits: Iterable[Inhibit]) -> str:
    """Write inhibitions as canonical JSON."""
    return _encode([dump_inhibit(each) for each in inhibits]).decode()


def as_written(texts: Mapping[str, str], rules: Iterable[Rule]) -> dict[str, str]:
    """Return, by rule id, the lines of a file that wrote each rule; a rule whose lines do not stand alone is left out."""
    ordered: dict[str, list[Rule]] = {}
    for rule in rules:
        ordered.setdefault(rule.file, []).append(rule)
    found: dict[str, str] = {}
    for file, group in ordered.items():
        lines = texts.get(file, "").splitlines()
        starts = [rule.line for rule in group]
        for rule, end in zip(group, [*starts[1:], len(lines) + 1], strict=True):
            text = _dedented(lines[rule.line - 1 : end - 1])
            if parse_document(text, FILE).value == [rule.source]:
                found[rule.id] = text
    return found


def _dedented(lines: list[str]) -> str:
    indent = len(lines[0]) - len(lines[0].lstrip()) if lines else 0
    return "\n".join(line[indent:] for line in lines).rstrip() + "\n"


def _list_of(source: Mapping[str, Any]) -> str:
    return msgspec.json.encode([source]).decode()
