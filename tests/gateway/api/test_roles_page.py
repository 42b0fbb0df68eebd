"""docs/roles.md says what the table says, in words for every permission and role."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from gateway.api.permission_words import ROLE_NAMES, WORDS
from gateway.api.permissions import TABLE
from gateway.api.roles_page import page
from gateway.api.schemas.common import Role

PAGE = Path(__file__).resolve().parents[3] / "docs" / "roles.md"


def test_every_permission_and_role_has_words_in_both_languages():
    assert set(WORDS) == set(TABLE), "add a line to gateway/api/permission_words.py"
    assert set(ROLE_NAMES) == set(get_args(Role))
    for zh, en in [*WORDS.values(), *ROLE_NAMES.values()]:
        assert any("\u4e00" <= letter <= "\u9fff" for letter in zh)
        assert not any("\u4e00" <= letter <= "\u9fff" for letter in en)


def test_the_page_is_current():
    assert PAGE.read_text("utf-8") == page(), "run: python -m gateway.api.roles_page > docs/roles.md"
