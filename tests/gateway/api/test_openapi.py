"""The OpenAPI document: current in `docs/`, complete, and kept by the application against any input."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import httpx
import msgspec
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from gateway.api import openapi
from gateway.api.app import api
from gateway.api.errors import CATALOGUE
from gateway.api.errors_page import page as errors_page
from gateway.api.refusals import CODES
from tests.gateway.api.house import house
from tests.gateway.api.people_house import people_house
from tests.gateway.api.rule_house import rule_house
from tests.gateway.api.site_house import site_house
from tests.gateway.api.test_backups import with_desk
from tests.gateway.api.test_receivers import opened as receivers
from tests.gateway.api.test_retention import opened as spanbook

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "openapi.json"
ERRORS = DOCUMENT.with_name("errors.md")


@cache
def as_written() -> str:
    """Return the document of today; to make it takes longer than most tests."""
    return openapi.as_text(api())


def described() -> dict:
    return json.loads(as_written())


def operations() -> list[tuple[str, str, dict]]:
    return [
        (verb, path, each) for path, verbs in described()["paths"].items() for verb, each in verbs.items()
    ]


def test_the_committed_document_is_current():
    assert DOCUMENT.read_text("utf-8") == as_written(), (
        "run: python -m gateway.api.openapi > docs/openapi.json"
    )


def test_every_operation_says_what_it_does_and_how_it_fails():
    for verb, path, operation in operations():
        assert operation["summary"], path
        assert operation["description"], path
        answers = operation["responses"]
        good = [status for status in answers if status.startswith("2")]
        assert len(good) == 1, path
        if path.startswith("/api/"):
            for status in ("401", "422", "503"):
                reference = answers[status]["content"]["application/problem+json"]["schema"]
                assert reference == {"$ref": "#/components/schemas/Problem"}, (verb, path)


def test_operation_names_are_unique_and_plain():
    names = [operation["operationId"] for *_, operation in operations()]
    assert len(names) == len(set(names))
    assert all(name.replace("_", "").isalpha() for name in names)


def test_no_two_views_have_one_name():
    """Two classes of one name get the names of their modules, and the types of the pages change their meaning."""
    assert [name for name in described()["components"]["schemas"] if "__" in name] == []


def test_every_reference_leads_somewhere():
    text = DOCUMENT.read_text("utf-8")
    schemas = set(json.loads(text)["components"]["schemas"])
    wanted = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert wanted <= schemas
    assert schemas - wanted <= {"FieldError"}


def test_the_page_of_error_codes_is_current():
    text = ERRORS.read_text("utf-8")
    assert text == errors_page(), "run: python -m gateway.api.errors_page > docs/errors.md"
    assert [code for code in (*CATALOGUE, *CODES) if f"| `{code}` |" not in text] == []


def test_every_sentence_of_the_catalogue_is_in_both_languages():
    for code, entry in CATALOGUE.items():
        assert any("\u4e00" <= letter <= "\u9fff" for letter in entry.zh), code
        assert not any("\u4e00" <= letter <= "\u9fff" for letter in entry.en), code
        assert entry.title_zh
        assert entry.title_en


CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]


SKIPPED = {"/api/stream", "/api/logout", "/metrics"}  # endless; ends the session; not JSON
RULES = ("/api/rules/", "/api/silences", "/api/modes")  # these need the real rule engine
SITE = (
    "/api/categories",
    "/api/plans",
    "/api/grids",
    "/api/roster",
    "/api/duty/",
    "/api/devices/",
    "/api/households",
    "/api/places/",
    "/api/estate/",
    "/api/arrivals",
    "/api/quarantine/groups",
    "/api/profiles",
    "/api/captures",
    "/api/drawings",
)  # and these a site that is edited

DEVICE = "/api/devices/{id}"
ESTATE = frozenset({
    "/api/estate/imports", "/api/estate/imports/{id}/sheet", "/api/estate/imports/{id}/confirm", "/api/estate/export",
    "/api/estate/steps", "/api/estate/undo", "/api/estate/labels", "/api/arrivals", "/api/arrivals/claim",
    "/api/quarantine/groups", "/api/quarantine/groups/{id}/replay", "/api/households", "/api/households/{id}",
    "/api/households/{id}/drop", "/api/places/tree", "/api/places/find", "/api/places/preview", "/api/places/generate",
    "/api/places/{id}", "/api/places/{id}/versions", "/api/places/{id}/drop", DEVICE, f"{DEVICE}/registration",
    f"{DEVICE}/versions", f"{DEVICE}/step", f"{DEVICE}/drop", f"{DEVICE}/trial",
})  # fmt: skip

BOX = ("/api/settings", "/api/receivers")  # and these what a box keeps and whom it tells
PEOPLE = ("/api/people", "/api/residents", "/api/tokens", "/api/me", "/api/audit")  # and these its people


@pytest.mark.timeout(300)
@pytest.mark.parametrize("person", ["chen", "liu"])
async def test_no_input_breaks_the_api_or_gets_an_undocumented_answer(tmp_path, person):
    """Schemathesis makes the inputs; each is sent as a manager and as a resident to a house with a case."""
    async with house(tmp_path) as it:
        with_desk(it, tmp_path)  # a box with its settings and a shelf for backups
        it.force()
        await _send_all(
            it.browser(person),
            lambda path: path not in SKIPPED | ESTATE and not path.startswith((*RULES, *SITE, *PEOPLE, *BOX)),
        )


@pytest.mark.timeout(300)
@pytest.mark.parametrize("person", ["zhou", "chen"])
async def test_no_input_breaks_what_a_box_keeps_and_whom_it_tells(tmp_path, person):
    """The same for the times of keeping and for receivers, by who may change them and who may only look."""
    async with house(tmp_path) as it:
        book = spanbook(it, tmp_path)
        part = receivers(
            it, tmp_path, demo=True
        )  # a test of a receiver stays here, whatever address is made up
        it.services = msgspec.structs.replace(it.services, spans=book)
        it.app.state.services = it.services
        await _send_all(it.browser(person), lambda path: path.startswith(BOX))
        assert part.fed() == []


@pytest.mark.timeout(300)
@pytest.mark.parametrize("person", ["chen", "liu"])
async def test_no_input_breaks_the_editing_of_rules(tmp_path, person):
    """The same for everything that needs the real rules: drafts, versions, silences, modes."""
    async with rule_house(tmp_path) as it:
        await _send_all(it.browser(person), lambda path: path.startswith(RULES))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("person", ["chen", "qian", "liu"])
async def test_no_input_breaks_the_editing_of_the_site(tmp_path, person, monkeypatch):
    """The same for what is saved of the site: categories, plans, grids, rosters, profiles; and what if it happened now."""
    monkeypatch.setattr("gateway.ear.LONGEST_S", 0.05)  # nothing comes in here, however long one listens
    async with site_house(tmp_path / "site") as it:
        await _send_all(it.browser(person), lambda path: path.startswith(SITE) and path not in ESTATE)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("person", ["chen", "wu", "liu"])
async def test_no_input_breaks_the_editing_of_devices_homes_and_places(tmp_path, person):
    """The same for the estate: places from a line, whole lists, arrivals, and what is read anew."""
    async with site_house(tmp_path / "site") as it:
        await _send_all(it.browser(person), lambda path: path in ESTATE)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("person", ["zhou", "chen", "shen"])
async def test_no_input_breaks_what_is_done_about_people(tmp_path, person):
    """The same for people, residents, tokens, one's own account and the audit log."""
    async with people_house(tmp_path) as it:
        await _send_all(it.browser(person), lambda path: path.startswith(PEOPLE))


async def _send_all(browser: httpx.AsyncClient, wanted: Callable[[str], bool]) -> None:
    for label, operation in _known().items():
        for case in _cases(label) if wanted(operation.path) else ():
            request = _request(browser, case)
            if request is None:
                continue  # cannot be put on the wire at all
            answer = await browser.send(request)
            case.validate_response(answer, checks=CHECKS)


@cache
def _known() -> dict:
    schema = schemathesis.openapi.from_dict(described())
    return {operation.label: operation for operation in (each.ok() for each in schema.get_all_operations())}


@cache
def _cases(label: str) -> list:
    """Return what is sent to an operation: the same for everybody, so made once."""
    found: list = []

    @settings(
        max_examples=10, phases=[Phase.generate], deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def collect(case):
        found.append(case)

    from hypothesis import given

    given(_known()[label].as_strategy())(collect)()
    return found


def _request(browser: httpx.AsyncClient, case) -> httpx.Request | None:
    """Return the request as it would go over the wire, or None when it cannot."""
    made = case.as_transport_kwargs(base_url="http://gateway.lan")
    wanted = {"method", "url", "headers", "params", "json", "data", "files"}
    try:
        wire = requests.Request(**{name: value for name, value in made.items() if name in wanted}).prepare()
        return browser.build_request(
            str(wire.method),
            str(wire.url),
            headers={name: value for name, value in wire.headers.items() if name.lower() != "cookie"},
            content=wire.body if isinstance(wire.body, bytes | str) else None,
        )
    except (httpx.InvalidURL, requests.RequestException, UnicodeEncodeError, ValueError):
        return None
