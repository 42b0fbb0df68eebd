"""What may be said of a person: the separation of the three administrators' duties (三员), and nobody locked out.

Pure. The administrator looks after people and devices and decides no case; the auditor changes nothing; nobody
changes their own roles; somebody is always left who can administrate.
"""

from __future__ import annotations

import re
from collections.abc import Collection

import msgspec

from gateway.response.model import Person

LOGIN_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
DECIDES = frozenset({"guard", "worker", "leader", "maintenance", "manager", "checker"})
RESERVED = frozenset(
    {"system", "shell", "file", "group", "site", "everyone"}
)  # actors and recipients that are no people


class Mistake(msgspec.Struct, frozen=True, kw_only=True):
    """Something wrong in what was sent, in both languages."""

    path: str
    zh: str
    en: str


def mistakes(
    after: Person, *, before: Person | None, by: str, administrators: Collection[str]
) -> list[Mistake]:
    """Return everything that speaks against a change of a person.

    `administrators` are the login names of those who can administrate now; `before` is None for somebody new.
    """
    return [
        *_name(after, before),
        *_apart(after),
        *_own(after, before, by),
        *_last(after, before, administrators),
    ]


def _name(after: Person, before: Person | None) -> list[Mistake]:
    if before is not None:
        return []
    if after.id in RESERVED or not LOGIN_NAME.fullmatch(after.id):
        zh = "登录名应为 2–40 个小写字母、数字、点、横线，以字母或数字开头，且不是保留名"
        en = "a login name is 2 to 40 of a-z, 0-9, '.', '_', '-', begins with a letter or digit and is not reserved"
        return [Mistake(path="id", zh=zh, en=en)]
    return []


def _apart(after: Person) -> list[Mistake]:
    roles = set(after.roles)
    found = []
    if not roles:
        found.append(Mistake(path="roles", zh="至少选一个角色", en="give at least one role"))
    if "administrator" in roles and roles & DECIDES:
        zh = "系统管理员不能兼任处置案件的角色（三员分立）"
        en = "an administrator decides no cases: the two belong to different people"
        found.append(Mistake(path="roles", zh=zh, en=en))
    if "auditor" in roles and len(roles - {"resident"}) > 1:
        zh = "审计员不能兼任其他角色（三员分立）"
        en = "an auditor changes nothing and holds no other role"
        found.append(Mistake(path="roles", zh=zh, en=en))
    return found


def _own(after: Person, before: Person | None, by: str) -> list[Mistake]:
    if before is None or after.id != by:
        return []
    found = []
    if set(after.roles) != set(before.roles) or after.grids != before.grids:
        zh, en = (
            "不能改自己的角色和网格，请另一位管理员来改",
            "nobody changes their own roles or grids; ask another administrator",
        )
        found.append(Mistake(path="roles", zh=zh, en=en))
    if before.active and not after.active:
        zh, en = "不能停用自己的账户", "nobody closes their own account"
        found.append(Mistake(path="active", zh=zh, en=en))
    return found


def _last(after: Person, before: Person | None, administrators: Collection[str]) -> list[Mistake]:
    stays = after.active and "administrator" in after.roles
    if before is None or stays or after.id not in administrators or set(administrators) - {after.id}:
        return []
    zh = "这是最后一位能登录的系统管理员，先让另一位管理员能登录"
    en = "this is the last administrator who can log in; first let another one in"
    return [Mistake(path="roles" if after.active else "active", zh=zh, en=en)]
