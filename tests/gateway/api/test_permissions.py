"""Every route of the OpenAPI document, as every role and as a stranger: the table decides, nothing else."""

from __future__ import annotations

from typing import get_args

import pytest

from gateway.api import openapi
from gateway.api.app import api
from gateway.api.permissions import TABLE, Viewer, involved, people_of, scope_of
from gateway.api.schemas.common import Role
from gateway.response.model import Incident, Person
from gateway.session import Session
from tests.gateway.api.house import ROLES, START, house

PUBLIC = {
    ("POST", "/api/login"),
    ("POST", "/api/login/link"),
    ("POST", "/in/{name}"),  # proves itself by signature or secret
    ("GET", "/health/live"),
    ("GET", "/health/ready"),
}
FILLED = {"id": "x1", "number": "demo-20260306-999", "seq": "999", "sha256": "0" * 64}


def routes() -> list[tuple[str, str, str | None]]:
    document = openapi.document(api())
    return [
        (method.upper(), path, operation.get("x-permission"))
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def test_every_route_is_guarded_or_known_to_be_public():
    bare = {(method, path) for method, path, permission in routes() if permission is None}
    assert bare == PUBLIC


def test_every_permission_is_used_and_every_role_is_known():
    assert {permission for *_, permission in routes() if permission} == set(TABLE)
    assert {role for roles in TABLE.values() for role in roles} <= set(get_args(Role))


async def test_every_route_as_every_role_and_as_a_stranger(tmp_path):
    wrong = []
    async with house(tmp_path) as it:
        await it.services.hub.close()  # streams end after their snapshot
        browsers = {role: it.browser(person) for role, person in ROLES.items()}
        assert set(browsers) == set(get_args(Role))
        for method, path, permission in routes():
            address = path.format(**FILLED)
            status = (await it.stranger().request(method, address)).status_code
            if (status == 401) != (permission is not None):
                wrong.append((method, path, "stranger", status))
            for role, browser in browsers.items():
                if path == "/api/logout":
                    browser = it.browser(ROLES[role])  # noqa: PLW2901 - its session ends with it
                status = (await browser.request(method, address)).status_code
                allowed = permission is None or role in TABLE[permission]
                if (status == 403) == allowed or status in {401, 500}:
                    wrong.append((method, path, role, status))
        refused = [row for row in it.audit() if row[1] == "permission.refused"]
    assert not wrong
    assert ("shen", "permission.refused", "incidents.act") in refused


@pytest.mark.parametrize("method", ["POST"])
async def test_a_write_needs_the_token_of_its_session_and_an_honest_origin(tmp_path, method):
    async with house(tmp_path) as it:
        writes = [
            path.format(**FILLED) for verb, path, permission in routes() if verb == method and permission
        ]
        assert len(writes) >= 8
        for path in writes:
            browser = it.browser("chen")
            for headers in (
                {"X-CSRF-Token": ""},
                {"X-CSRF-Token": "csrf-wang"},
                {"Origin": "http://evil.example"},
                {"Origin": "null"},
                {"Origin": "http://gateway.lan.evil.example"},
            ):
                answer = await browser.request(method, path, headers=headers)
                assert (answer.status_code, answer.json()["code"]) == (403, "csrf"), (path, headers)
            del browser.headers["Origin"]
            cross = await browser.request(method, path, headers={"Sec-Fetch-Site": "cross-site"})
            assert (cross.status_code, cross.json()["code"]) == (403, "csrf"), path


def viewer(person: Person, permission: str = "incidents.read", grids: frozenset[str] = frozenset()) -> Viewer:
    session = Session(
        token_hash="", person=person, language="zh-CN", csrf="", created_at=START, seen_at=START,
        expires_at=START, address="",
    )  # fmt: skip
    scope = scope_of(person, permission)
    assert scope is not None
    return Viewer(session=session, permission=permission, scope=scope, grids=grids)


def case(**fields) -> Incident:
    values = {
        "number": "n", "site": "s", "state": "dispatched", "version": 1, "category": "0205", "level": "L2",
        "title": {}, "opened_at": START, **fields,
    }  # fmt: skip
    return Incident(**values)


def test_the_widest_role_decides_and_no_grid_means_the_site():
    assert scope_of(Person(id="a", name="", roles=("worker",)), "incidents.read") == "own"
    assert scope_of(Person(id="a", name="", roles=("worker", "guard")), "incidents.read") == "site"
    assert scope_of(Person(id="a", name="", roles=("leader",), grids=("g1",)), "incidents.read") == "grid"
    assert scope_of(Person(id="a", name="", roles=("leader",)), "incidents.read") == "site"
    assert scope_of(Person(id="a", name="", roles=()), "incidents.read") is None
    assert scope_of(Person(id="a", name="", roles=("administrator",)), "incidents.act") is None
    assert scope_of(Person(id="a", name="", roles=("auditor",)), "incidents.act") is None


@pytest.mark.parametrize(
    ("fields", "seen"),
    [
        ({"grid": "g1"}, True),
        ({"grid": "g2"}, False),
        ({"grid": None}, True),
        ({"grid": "g2", "told": ("q",)}, True),
    ],
)
def test_a_leader_sees_their_grids_what_lies_in_none_and_what_they_were_told(fields, seen):
    leader = viewer(Person(id="q", name="", roles=("leader",), grids=("g1",)), grids=frozenset({"g1"}))
    assert leader.sees(case(**fields), START) is seen


@pytest.mark.parametrize("part", ["assignees", "takers", "told", "refused"])
def test_own_means_sent_taken_told_or_handed_back(part):
    assert involved(case(**{part: ("w",)}), "w")
    assert not involved(case(**{part: ("w",)}), "v")


def test_own_means_owner_and_reporter_too():
    assert people_of(case(owner="a", reporter="b")) == {"a", "b"}
