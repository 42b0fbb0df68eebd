"""What is wrong with a setting, in a sentence: the value that stands there and what is expected, never a pattern."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.response.fitting import said

_PATTERNS = {
    r"^[a-z][a-z0-9-]{0,39}$": "a short name: a-z, 0-9 and '-', beginning with a letter, at most 40",
    r"^[0-9A-F]{3,16}$": "a panel's account: 3 to 16 of 0-9 and A-F, in quotes",
    r"^https?://[^/\s]+(/\S*)?$": "an address like https://host/path",
    r"^([01]\d|2[0-3]):[0-5]\d$": "a time of day like 04:30, in quotes",
    r"^\d{4,6}$": "4 to 6 digits, in quotes",
    r"^[^#+\x00]{1,500}$": "a topic of the broker, without # and +",
}
_KINDS = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "string": "text",
    "path": "the name of a file",
    "dict": "a mapping",
    "model": "a mapping",
    "tuple": "a list",
    "list": "a list",
}
_LIMITS = {
    "greater_than_equal": "{ge} or more",
    "greater_than": "more than {gt}",
    "less_than_equal": "at most {le}",
    "less_than": "less than {lt}",
    "string_too_short": "at least {min_length} characters",
    "string_too_long": "at most {max_length} characters",
    "too_short": "at least {min_length}",
    "too_long": "at most {max_length}",
    "literal_error": "one of {expected}",
}


def sentence(error: Mapping[str, Any]) -> str:
    """Return the sentence for one error as the checker of settings describes it."""
    kind, facts = str(error["type"]), error.get("ctx") or {}
    if kind == "missing":
        return f"'{error['loc'][-1]}' is missing"
    if kind == "value_error":  # of several settings together: it says itself what was found
        return str(facts["error"])
    if kind == "string_pattern_mismatch" and facts.get("pattern") in _PATTERNS:
        expected = _PATTERNS[facts["pattern"]]
    elif kind in _LIMITS:
        words = {name: str(value).replace("'", "").replace(" or ", ", ") for name, value in facts.items()}
        expected = _LIMITS[kind].format_map(words)
    elif kind.partition("_")[0] in _KINDS:
        expected = _KINDS[kind.partition("_")[0]]
    else:
        return f"{error['msg']}, found {error['input']!r}"
    return f"expected {expected}, found {said(error['input'])}"
