"""Which HTTP status each refusal of the response core gets; its sentence is the core's own (`wording.py`)."""

from __future__ import annotations

from typing import Any

from gateway.response.wording import REFUSALS, refusal_sentence

# The person may not: 403. What was sent is not right: 422. Everything else is the state of things: 409.
NOT_YOURS = frozenset(
    {"role", "manager_only", "not_sent", "not_taker", "own_work", "undo_own_only", "person_must_check"}
)
NOT_RIGHT = frozenset({
    "missing_field", "unknown_code", "photo_needed", "bad_until", "unknown_person", "bad_level", "bad_primary",
    "unknown_action", "unknown_category",
})  # fmt: skip
MISSING = frozenset({"unknown_incident"})
# Refusals that come from the rules or the store, not from the life of a case.
OTHERS = {"not_open": {"zh": "告警已经消除，不用再确认", "en": "The alert is no longer open"}}
CODES = frozenset(REFUSALS) | OTHERS.keys()
TITLES = {
    403: "没有权限 / Not allowed",
    404: "没有找到 / Not found",
    409: "现在不能这样做 / Not possible now",
    422: "内容有误 / Invalid input",
}


def refusal_status(code: str) -> int:
    """Return the HTTP status of a refusal."""
    if code in NOT_YOURS:
        return 403
    if code in NOT_RIGHT:
        return 422
    return 404 if code in MISSING else 409


def refusal_body(code: str, message: str, facts: dict[str, Any]) -> dict[str, Any]:
    """Return the problem document of a refusal; a code without a sentence shows its message."""
    status = refusal_status(code)
    return {
        "type": f"/problems/{code}",
        "title": TITLES[status],
        "status": status,
        "code": code,
        "detail": _sentence(code, message, facts),
        "facts": facts,
    }


def _sentence(code: str, message: str, facts: dict[str, Any]) -> dict[str, str]:
    if code in REFUSALS:
        return refusal_sentence(code, facts)
    return OTHERS.get(code) or {"zh": f"现在不能这样做：{message}", "en": message}
