"""Cards of rules: whoever is on duty reads what to do, whoever installs the rule reads what it needs."""

from __future__ import annotations

import re
from pathlib import Path

from gateway.rule_cards import rule_cards, split_note
from rules.load import load_rules

PACKS = Path(__file__).resolve().parents[2] / "rules/packs"


def test_a_note_is_split_where_it_turns_to_the_installer() -> None:
    duty, setup = split_note({"zh": "先看画面。安装：加标签 x。", "en": "Look first. Setup: tag it x."})
    assert duty == {"zh": "先看画面。", "en": "Look first."}
    assert setup == {"zh": "加标签 x。", "en": "tag it x."}
    assert split_note({"zh": "先看画面。"}) == ({"zh": "先看画面。"}, {})


def test_no_guard_is_told_to_tag_a_device() -> None:
    loaded = load_rules({path.name: path.read_text("utf-8") for path in PACKS.glob("*.yaml")})
    assert not loaded.problems
    cards = rule_cards(loaded.rules, {})
    for card in cards:
        assert card.note is not None
        assert not re.search(r"标签|\b[Tt]ag", card.note["zh"] + card.note["en"]), card.id
        assert card.setup is None or set(card.setup) == {"zh", "en"}, card.id
    assert sum(card.setup is not None for card in cards) >= 6
