"""Whole lists: what goes out comes back the same, every mistake is at its cell, nothing runs in a spreadsheet."""

from __future__ import annotations

import csv
import io
import zipfile
from contextlib import suppress
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.place import Place, PlaceTree
from devices.registry import Device, Household, Registry
from gateway.estate.cells import guarded, text_of, unguarded
from gateway.estate.importing import listed, read_rows
from gateway.estate.table import NotATable, read_table
from gateway.estate.writing import csv_file, marked, workbook
from gateway.response.world import SiteView

WORD = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Co", "Cn", "Zl", "Zp"), exclude_characters="\ufeff\u3000\x85"),
    min_size=1, max_size=12,
).filter(lambda text: text.strip() == text)  # fmt: skip
NASTY = st.sampled_from(("=1+1", "'=x", "''+x", "-5", "@a", "1E+20", "3-Jan", "3月1日", "a;b", "a\\;b", "甲、乙", "\\", '"', "a,b"))  # fmt: skip
TEXT = WORD | NASTY
NAMES = st.builds(lambda zh, en: {"zh": zh, "en": en}, TEXT, TEXT)
MAYBE = st.none() | TEXT
DEVICES = st.lists(
    st.builds(
        Device, id=TEXT, type=st.just("") | TEXT, name=st.just({}) | NAMES, profile=st.just("") | TEXT, ident=st.just("") | TEXT,
        building=MAYBE, unit=MAYBE, floor=MAYBE, zone=MAYBE, grid=MAYBE, parent=MAYBE, household=MAYBE,
        tags=st.lists(TEXT, max_size=3).map(tuple), state=st.sampled_from(("seen", "claimed", "active", "suspended", "retired")),
        x=st.none() | st.floats(0, 1),
    ),
    max_size=4, unique_by=lambda each: each.id,
)  # fmt: skip
HOMES = st.lists(
    st.builds(Household, id=TEXT, building=MAYBE, care=st.lists(TEXT, max_size=2).map(tuple)),
    max_size=3,
    unique_by=lambda each: each.id,
)
PLACES = st.lists(
    st.builds(Place, id=TEXT, kind=st.sampled_from(("building", "area")), name=NAMES, aliases=st.lists(TEXT, max_size=2).map(tuple)),
    max_size=3, unique_by=lambda each: each.id,
)  # fmt: skip


def view_of(devices=(), homes=(), places=()) -> SiteView:
    return SiteView(
        id="s", zone=ZoneInfo("Asia/Shanghai"), registry=Registry(devices, homes), places=PlaceTree(places)
    )


def read(content: bytes, view: SiteView):
    present = {f"{what}:{entry['id']}": entry for what, entries in listed(view).items() for entry in entries}
    return read_rows(read_table(content), view, present.get)


@settings(deadline=None, max_examples=60)
@given(DEVICES, HOMES, PLACES)
def test_what_goes_out_as_a_workbook_comes_back_the_same(devices, homes, places):
    view = view_of(devices, homes, places)
    content = workbook(listed(view))
    found = read(content, view)
    assert found.findings == ()
    assert found.bodies == {}
    fresh = read(content, view_of())
    assert fresh.findings == ()
    assert {name: dict(body) for name, body in fresh.bodies.items()}.keys() == {
        *(f"device:{each.id}" for each in devices), *(f"household:{each.id}" for each in homes),
        *(f"place:{each.id}" for each in places),
    }  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(DEVICES)
def test_what_goes_out_as_csv_comes_back_the_same_also_in_gbk(devices):
    view = view_of(devices)
    content = csv_file("device", listed(view)["device"])
    assert read(content, view).bodies == {} if devices else True
    text = content.decode("utf-8-sig")
    again = read(text.encode("gb18030"), view)
    assert again.findings == ()
    assert again.bodies == {}


@given(TEXT | st.text(max_size=8))
def test_the_guard_gives_back_what_it_was_given_and_lets_no_formula_through(text):
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@"))


def test_no_cell_of_an_export_is_a_formula():
    device = Device(id="d", name={"zh": "=cmd|' /C calc'!A0", "en": "+1"})
    content = workbook(listed(view_of([device])))
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}
    text = csv_file("device", listed(view_of([device]))["device"]).decode("utf-8-sig")
    assert not any(
        cell.startswith(("=", "+", "-", "@")) for row in csv.reader(io.StringIO(text)) for cell in row
    )


def test_a_table_as_people_write_it():
    text = "编号,名称,类型,楼栋,标签,状态\nd1,一号烟感,smoke,3,电池；走廊,在用\n\nd2,二号,smoke,3,,\n"
    found = read(text.encode("gbk"), view_of())
    assert found.findings == ()
    assert found.bodies["device:d1"] == {
        "id": "d1", "name": {"zh": "一号烟感", "en": "一号烟感"}, "type": "smoke", "building": "3",
        "tags": ["电池", "走廊"], "state": "active",
    }  # fmt: skip
    assert "state" not in found.bodies["device:d2"]


def test_columns_that_are_not_there_stay_and_empty_cells_take_away():
    view = view_of([Device(id="d1", zone="north", tags=("a",), state="suspended")])
    found = read(b"id;zone;type\nd1;;smoke\n", view)
    (change,) = found.changes
    assert (change.new, change.fields) == (False, ("type", "zone"))
    assert found.bodies["device:d1"] == {"id": "d1", "tags": ["a"], "state": "suspended", "type": "smoke"}


def test_every_mistake_is_named_at_its_cell():
    text = "id,nmae_zh,state,x,type\nd1,一,actve,2,smoke\nd1,,,,\n,无编号,,,\nd3,,,,1E+18\nd4,,,,=SUM(A1)\n"
    found = read(text.encode(), view_of())
    said = {(each.row, each.column) for each in found.findings}
    assert said == {(1, "nmae_zh"), (2, "state"), (2, "x"), (3, "id"), (4, "id"), (5, "type"), (6, "type")}
    assert all(each.zh and each.en for each in found.findings)
    near = next(each for each in found.findings if each.column == "nmae_zh")
    assert "name_zh" in near.en


def test_the_sheet_with_its_mistakes_can_be_mended_and_sent_again():
    content = workbook({"device": [{"id": "d1", "state": "odd"}]})
    view = view_of()
    sheets = read_table(content)
    found = read_rows(sheets, view, lambda _: None)
    wrong: dict = {}
    for each in found.findings:
        wrong.setdefault((each.sheet, each.row), []).append((each.zh, each.en))
    book = openpyxl.load_workbook(io.BytesIO(marked(sheets, wrong)))
    sheet = book.worksheets[0]
    assert "expected one of" in sheet["A2"].value
    state = next(cell for cell in sheet[1] if cell.value and "state" in cell.value)
    sheet.cell(2, state.column).value = "active"
    out = io.BytesIO()
    book.save(out)
    again = read(out.getvalue(), view)
    assert again.findings == ()
    assert again.bodies["device:d1"]["state"] == "active"


def test_what_a_spreadsheet_spoiled_is_said():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["id", "ident", "unit"])
    sheet.append(["d1", 123456789012345678, 3.0])
    out = io.BytesIO()
    book.save(out)
    (wrong,) = read(out.getvalue(), view_of()).findings
    assert wrong.column == "ident"
    assert text_of(3.0) == ("3", None)


@pytest.mark.parametrize(
    "content",
    [b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", b"PK\x03\x04broken", b"a,b\n1,2\n", b"\x00\x01\x02" * 40,
     b"id\n" + b"x" * 5000 + b"\n", b"id\n" + b"d\n" * 40_000, b"\x89PNG\r\n\x1a\n\x00\x00"],
)  # fmt: skip
def test_what_is_no_table_is_refused_with_a_sentence(content):
    with pytest.raises(NotATable) as refused:
        read_table(content)
    assert refused.value.zh
    assert refused.value.en


def test_a_workbook_with_a_document_type_or_that_unpacks_without_end_is_refused():
    content = workbook({"device": [{"id": "d1"}]})
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.infolist():
            data = old.read(each)
            if each.filename == "xl/workbook.xml":
                data = data.replace(b"<workbook", b'<!DOCTYPE a [<!ENTITY b "c">]><workbook', 1)
            new.writestr(each, data)
    with pytest.raises(NotATable, match="DTD"):
        read_table(out.getvalue())
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (130 << 20))
    with pytest.raises(NotATable, match="unpacks"):
        read_table(bomb.getvalue())


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_no_bytes_break_the_reader(content):
    with suppress(NotATable):
        read(content, view_of())
