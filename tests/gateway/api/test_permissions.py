"""Every route of the OpenAPI document, as every role, as a token and as a stranger: the table decides, nothing else."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest

from gateway.api import openapi
from gateway.api.app import api
from gateway.api.connection import SAFE_METHODS
from gateway.api.permissions import SESSION_ONLY, TABLE, Viewer, involved, people_of, scope_of
from gateway.api.schemas.common import Role
from gateway.credentials import token_hash
from gateway.response.model import Incident, Person
from gateway.session import Session
from gateway.store import accounts
from gateway.store.tokens import Token, put_token
from tests.gateway.api.house import ROLES, START, House, house
from tests.gateway.evidence.phone import Phone, picture

PUBLIC = {
    ("POST", "/api/login"),
    ("POST", "/api/login/link"),
    ("GET", "/health/live"),
    ("GET", "/health/ready"),
    # Residents need no account: what guards these is a code, a pace and a ticket (test_public.py).
    ("GET", "/api/public/form"),
    ("POST", "/api/public/reports"),
    ("GET", "/api/public/reports/{token}"),
    ("DELETE", "/api/public/reports/{token}"),
    ("GET", "/api/public/reports/{token}/photos/{sha256}"),
    ("POST", "/api/public/reports/{token}/rating"),
    ("POST", "/api/public/reports/{token}/reopen"),
    # A display shows a code and asks whether somebody confirmed it (test_wall.py).
    ("POST", "/api/screens/pairing"),
    ("POST", "/api/screens/pairing/claim"),
    # Other systems sign what they send (test_interop.py).
    ("POST", "/in/{name}"),
}
# A route with a parameter that is not here cannot be called, and fails the tests: add a value that names nothing.
FILLED = {
    "id": "x1", "number": "demo-20260306-999", "seq": "999", "sha256": "0" * 64, "code": "000000", "channel": "sms",
    "consent": "1", "name": "nobody", "kind": "daily", "token": "none",
}  # fmt: skip
OWN_ACCOUNT = {"account.own", "account.secure", "contacts.own"}


@cache
def routes() -> tuple[tuple[str, str, str | None], ...]:
    document = openapi.document(api())
    return tuple(
        (method.upper(), path, operation.get("x-permission"))
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    )


def guarded() -> list[tuple[str, str, str]]:
    return [(method, path, permission) for method, path, permission in routes() if permission is not None]


def filled(path: str, **known: str) -> str:
    parameters = set(re.findall(r"{(\w+)}", path))
    missing = parameters - FILLED.keys() - known.keys()
    assert not missing, f"{path}: give FILLED a value for {', '.join(missing)}"
    return path.format(**{**FILLED, **known})


def test_every_route_is_guarded_or_known_to_be_public():
    bare = {(method, path) for method, path, permission in routes() if permission is None}
    assert bare == PUBLIC


def test_every_permission_is_used_and_every_role_is_known():
    assert {permission for *_, permission in guarded()} == set(TABLE)
    assert {role for roles in TABLE.values() for role in roles} <= set(get_args(Role))
    assert set(TABLE) >= SESSION_ONLY


# --- the separation of duties (三员) ---


def test_the_administrator_decides_no_case():
    held = {permission for permission, scopes in TABLE.items() if "administrator" in scopes}
    deciding = {
        permission
        for method, path, permission in guarded()
        if method not in SAFE_METHODS and path.startswith(("/api/incidents", "/api/alerts", "/api/reports"))
    }
    assert held & deciding == set()


def test_the_auditor_changes_nothing():
    """But their own account, that a proof is kept longer, and what asks with a POST and changes nothing."""
    held = {permission for permission, scopes in TABLE.items() if "auditor" in scopes}
    changing = {permission for method, _, permission in guarded() if method not in SAFE_METHODS}
    assert held & changing <= OWN_ACCOUNT | {
        "evidence.hold", "evidence.reveal", "evidence.take", "incidents.export",
    }  # fmt: skip


def test_nothing_clears_the_audit_log():
    assert [(m, p) for m, p, _ in routes() if "audit" in p and m not in SAFE_METHODS] == []


# --- role by role ---


async def test_every_route_as_every_role_and_as_a_stranger(tmp_path):
    wrong = []
    async with house(tmp_path) as it:
        await it.services.hub.close()  # streams end after their snapshot
        browsers = {role: it.browser(person) for role, person in ROLES.items()}
        assert set(browsers) == set(get_args(Role))
        for method, path, permission in routes():
            address = filled(path)
            status = (await it.stranger().request(method, address)).status_code
            if (status == 401) != (permission is not None):
                wrong.append((method, path, "stranger", status))
            for role, browser in browsers.items():
                if path == "/api/logout":
                    browser = it.browser(ROLES[role])  # noqa: PLW2901 - its session ends with it
                status = (await browser.request(method, address)).status_code
                allowed = permission is None or role in TABLE[permission]
                if (status == 403 and permission is not None) == allowed or status in {401, 500}:
                    wrong.append((method, path, role, status))
        refused = [row for row in it.audit() if row[1] == "permission.refused"]
    assert not wrong
    assert ("shen", "permission.refused", "incidents.act") in refused


def give_token(it: House, person: str, name: str, permissions: list[str]) -> dict[str, str]:
    """Store a token of somebody; return the header that carries it."""
    text = f"scg_{name}"
    token = Token(
        id=name, name=name, user=person, permissions=tuple(permissions), created_at=START,
        expires_at=START.replace(year=START.year + 1),
    )  # fmt: skip
    it.write(lambda connection: put_token(connection, token, token_hash(text)))
    return {"Authorization": f"Bearer {text}"}


async def test_every_route_as_a_token_with_its_permission_and_without(tmp_path):
    wrong = []
    async with house(tmp_path) as it:
        await it.services.hub.close()
        there = it.stranger(
            base="https://gateway.lan"
        )  # an administrator's token needs what their login needs
        for number, (permission, scopes) in enumerate(TABLE.items()):
            person = ROLES[next(iter(scopes))]
            others = [each for each in TABLE if each != permission]
            good = give_token(it, person, f"good-{number}", [permission])
            bad = give_token(it, person, f"bad-{number}", others)
            for method, path, needed in guarded():
                if needed != permission:
                    continue
                may = (await there.request(method, filled(path), headers=good)).status_code
                if (may == 403) != (permission in SESSION_ONLY) or may in {401, 500}:
                    wrong.append((method, path, "with", may))
                may_not = await there.request(method, filled(path), headers=bad)
                code = may_not.json()["code"] if method != "HEAD" else "not_in_scope"
                if may_not.status_code != 403 or code not in {"not_in_scope", "session_only"}:
                    wrong.append((method, path, "without", may_not.status_code))
    assert not wrong


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_a_write_needs_the_token_of_its_session_and_an_honest_origin(tmp_path, method):
    async with house(tmp_path) as it:
        writes = [filled(path) for verb, path, _ in guarded() if verb == method]
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


# --- object by object: what lies outside somebody's scope is not there ---

# Where else it is proven that a route keeps to the scope; the named test must exist.
ELSEWHERE = {
    ("GET", "/api/commands/{id}"): "test_commands.py::test_a_command_of_somebody_elses_device_is_not_there",
    (
        "GET",
        "/api/evidence/{sha256}",
    ): "test_photos.py::test_a_worker_fetches_only_what_belongs_to_their_cases",
    (
        "GET",
        "/api/devices/by-code/{code}",
    ): "test_arrivals.py::test_a_label_of_another_grid_leads_a_worker_nowhere",
    (
        "GET",
        "/api/evidence/{sha256}/veiled",
    ): "test_pictures.py::test_a_picture_of_somebody_elses_case_is_not_there_veiled_or_not",
    (
        "POST",
        "/api/evidence/{sha256}/reveal",
    ): "test_pictures.py::test_a_picture_of_somebody_elses_case_is_not_there_veiled_or_not",
    ("GET", "/api/uploads/{id}"): "test_permissions.py::test_an_upload_is_its_senders_alone",
    ("HEAD", "/api/uploads/{id}"): "test_permissions.py::test_an_upload_is_its_senders_alone",
    ("PATCH", "/api/uploads/{id}"): "test_permissions.py::test_an_upload_is_its_senders_alone",
    ("POST", "/api/uploads/{id}/finish"): "test_permissions.py::test_an_upload_is_its_senders_alone",
    (
        "POST",
        "/api/roster/leave/{id}/answer",
    ): "test_site_editing.py::test_leave_is_granted_by_who_plans_and_the_gaps_are_named",
}
NO_OBJECT = {
    "/api/ledgers/{kind}",
    "/api/ledgers/{kind}/export",
    "/api/ledgers/{kind}/digest",
}  # filtered lists
KEY = {"Idempotency-Key": "test-key-of-scope"}
# What a request about somebody else's thing must carry to get as far as the scope.
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/api/incidents/{number}/actions"): {"json": {"action": "note", "version": 1, "fields": {"note": "x"}}, "headers": KEY},
    ("POST", "/api/incidents/{number}/presence"): {"json": {}},
    ("POST", "/api/incidents/{number}/photos"): {"files": {"file": ("a.jpg", b"x", "image/jpeg")}, "headers": KEY},
    ("POST", "/api/incidents/{number}/phone"): {"json": {"person": "wang"}},
    ("POST", "/api/alerts/{id}/acknowledge"): {"headers": KEY, "json": {}},
    ("GET", "/api/devices/{id}/telemetry"): {"params": {"metric": "level"}},
    ("GET", "/api/devices/{id}/telemetry.csv"): {"params": {"metric": "level"}},
    ("POST", "/api/devices/{id}/commands"): {"json": {"name": "open", "reason": "a test", "confirmed": True}, "headers": KEY},
    ("PATCH", "/api/residents/{id}"): {"json": {"version": 1}},
    ("POST", "/api/residents/{id}/unmask"): {"json": {"field": "name", "reason": "for a test"}},
    ("POST", "/api/residents/{id}/consents"): {"json": {"purpose": "care", "version": "1"}},
    ("POST", "/api/residents/{id}/export"): {"json": {"reason": "for a test"}},
    ("POST", "/api/residents/{id}/erase"): {"json": {"reason": "for a test"}},
}  # fmt: skip


async def elsewhere(it: House) -> dict[str, dict[str, str]]:
    """Make things in grid g2 and of the manager; return what fills the paths, by their beginning."""
    case = it.force("lift-1")
    alert = it.store.read()
    with alert as connection:
        number = connection.exec_driver_sql("SELECT id FROM alerts WHERE device = 'lift-1'").scalar_one()
    chen = it.browser("chen")
    made = await chen.post("/api/residents", json={"id": "p-far", "household": None, "name": "远方"})
    assert made.status_code == 201, made.text
    token = await chen.post("/api/tokens", json={"name": "t", "permissions": ["health.read"], "days": 1})
    return {
        "/api/incidents/": {"number": case.number},
        "/api/alerts/": {"id": str(number)},
        "/api/devices/": {"id": "lift-1"},
        "/api/residents/": {"id": "p-far"},
        "/api/tokens/": {"id": token.json()["made"]["id"]},
    }


async def test_what_lies_outside_the_scope_is_not_there(tmp_path):
    wrong, untested = [], []
    async with house(tmp_path) as it:
        things = await elsewhere(it)
        people = {
            "leader": Person(id="qian", name="钱芳", roles=("leader",), grids=("g1",)),
            "worker": Person(id="zhao", name="赵敏", roles=("worker",), grids=("g1",)),
            "maintenance": Person(id="wu", name="吴工", roles=("maintenance",), grids=("g1",)),
            "resident": Person(id="liu", name="刘住户", roles=("resident",)),
            "manager": Person(id="he", name="何核", roles=("manager",)),  # for what is somebody's own
        }
        everybody = {**it.people, **{each.id: each for each in people.values()}}
        it.write(lambda connection: accounts.sync_people(connection, everybody.values()))
        browsers = {role: it.browser(person.id) for role, person in people.items()}
        for method, path, permission in guarded():
            narrow = [role for role, scope in TABLE[permission].items() if scope != "site" and role in people]
            if not narrow or "{" not in path or path in NO_OBJECT or (method, path) in ELSEWHERE:
                continue
            known = next((fill for start, fill in things.items() if path.startswith(start)), None)
            if known is None or (
                method not in SAFE_METHODS | {"DELETE"}
                and (method, path) not in BODIES
                and "/consents/" not in path
            ):
                untested.append((method, path))
                continue
            for role in narrow:
                request = BODIES.get((method, path), {})
                answer = await browsers[role].request(method, filled(path, **known), **request)
                if answer.status_code != 404:
                    wrong.append((method, path, role, answer.status_code, answer.text[:200]))
    assert not wrong
    assert not untested, "say in BODIES or ELSEWHERE how each of these keeps to the scope"


def test_what_is_proven_elsewhere_is_proven_there():
    folder = Path(__file__).parent
    for route, place in ELSEWHERE.items():
        file, _, name = place.partition("::")
        assert f"def {name}(" in (folder / file).read_text("utf-8"), (route, place)


async def test_an_upload_is_its_senders_alone(tmp_path):
    async with house(tmp_path) as it:
        far, content = it.force("lift-1"), picture(80)
        begun = (await Phone(it.browser("wang")).announce(content, incident=far.number)).json()["id"]
        manager, worker = it.browser("chen"), it.browser("zhao")
        for browser in (manager, worker):
            phone = Phone(browser)
            statuses = [
                (await browser.get(f"/api/uploads/{begun}")).status_code,
                (await browser.head(f"/api/uploads/{begun}")).status_code,
                (await phone.add(begun, 0, content)).status_code,
                (await phone.finish(begun)).status_code,
            ]
            assert statuses == [404] * 4
        # Nor does somebody begin one on a case that is not theirs.
        refused = await Phone(worker).announce(content, incident=far.number)
        assert refused.status_code == 404, refused.text


async def test_lists_hold_only_what_lies_in_the_scope(tmp_path):
    async with house(tmp_path) as it:
        far, near = it.force("lift-1"), it.force("gate-n1")
        leader = Person(id="qian", name="钱芳", roles=("leader",), grids=("g1",))
        it.write(lambda connection: accounts.sync_people(connection, {**it.people, "qian": leader}.values()))
        browser = it.browser("qian")
        numbers = {each["number"] for each in (await browser.get("/api/incidents")).json()["items"]}
        assert near.number in numbers
        assert far.number not in numbers
        devices = {each["id"] for each in (await browser.get("/api/devices")).json()["items"]}
        assert "gate-n1" in devices
        assert "lift-1" not in devices


async def test_somebodys_own_work_closes_to_them_a_day_after_the_case():
    case_closed = case(grid="g2", told=("zhao",), state="closed", closed_at=START)
    worker = viewer(Person(id="zhao", name="", roles=("worker",)))
    resident = viewer(Person(id="zhao", name="", roles=("resident",)))
    from datetime import timedelta

    assert worker.sees(case_closed, START + timedelta(hours=24))
    assert not worker.sees(case_closed, START + timedelta(hours=24, seconds=1))
    assert resident.sees(case_closed, START + timedelta(days=400))


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
