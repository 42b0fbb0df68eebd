"""Write docs/roles.md: the table role × action × scope as it stands in the code, in Chinese and English.

Run `python -m gateway.api.roles_page > docs/roles.md` after changing the table; a test says when it was forgotten.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from gateway.api import openapi
from gateway.api.permission_words import ROLE_NAMES, WORDS
from gateway.api.permissions import SESSION_ONLY, TABLE, Scope

SIGNS: dict[Scope | None, str] = {"site": "●", "grid": "◐", "own": "○", None: "–"}
HEAD = """# 角色和权限 · Roles and permissions

> Written by `python -m gateway.api.roles_page > docs/roles.md` from `gateway/api/permissions.py`. Do not edit by hand.

● 全小区 whole site · ◐ 自己的网格 own grids with all that lies in them · ○ 与自己有关的 own: sent, taken, told, handed back, reported · – 不能 no

- 没有列出的一律不许。不在范围内的对象答复“没有”（404），不透露它存在。
  What is not in the table is denied. An object outside the scope is answered as not there (404).
- 一个人有几个角色时，取最宽的范围；没有指定网格的人，“自己的网格”就是全小区。
  The widest of somebody's roles decides; for a person without grids, own grids means the site.
- 与自己有关的案件，结案 24 小时后不再看得到（居民自己的上报除外）。
  What is only somebody's own closes to them 24 hours after the case; residents keep their reports.
- 三员分立：系统管理员不处置案件，也不能清除审计；审计员只看不改；没有人能改自己的角色，也不能去掉最后一位管理员。
  Duties apart: the administrator decides no case and cannot clear the audit, the auditor changes nothing, nobody changes
  their own roles or removes the last administrator.
- 🔑 = 只能本人登录后做，程序的令牌不能。令牌的权限永远不超过它的主人。
  🔑 = only for a person who is logged in, never for a token. A token never does more than its maker may.
"""


def page() -> str:
    """Return the whole page."""
    names = [f"{zh}<br>{en}" for zh, en in ROLE_NAMES.values()]
    rows = [_row(permission, scopes) for permission, scopes in TABLE.items()]
    table = [
        f"| 权限 permission | 做什么 what | {' | '.join(names)} |",
        f"|---|---|{':-:|' * len(names)}",
        *rows,
    ]
    return "\n".join([HEAD, *table, "", "## 接口 · Routes", "", *_routes(), ""])


def _row(permission: str, scopes: dict[str, Scope]) -> str:
    zh, en = WORDS.get(permission, ("（缺说明）", "(no words)"))
    key = " 🔑" if permission in SESSION_ONLY else ""
    signs = " | ".join(SIGNS[scopes.get(role)] for role in ROLE_NAMES)
    return f"| `{permission}`{key} | {zh}<br>{en} | {signs} |"


def _routes() -> Iterable[str]:
    from gateway.api.app import api

    document = openapi.document(api())
    by: dict[str, list[str]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            by.setdefault(operation.get("x-permission", ""), []).append(f"`{method.upper()} {path}`")
    for permission in TABLE:
        yield f"- `{permission}`: {', '.join(sorted(by.get(permission, [])))}"
    yield f"- 不用登录 without a login: {', '.join(sorted(by.get('', [])))}"


if __name__ == "__main__":
    sys.stdout.write(page())
