"""Masking: what remains tells the reader enough to recognise, and a stranger too little to find anybody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.api import masking


@pytest.mark.parametrize(
    ("name", "shown"),
    [("张三", "张*"), ("王小明", "王**"), ("欧阳锋", "欧阳*"), ("欧阳", "欧*"), ("李", "李*"), ("John Smith", "J***"), ("", "")],
)  # fmt: skip
def test_names(name, shown):
    assert masking.mask_name(name) == shown


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812341234", "138****1234"),
        ("+86 138-1234-1234", "138****1234"),
        ("010-12345678", "010****5678"),
        ("12345678", "******78"),
        ("110", "****"),
        ("", "****"),
    ],
)
def test_phones(phone, shown):
    assert masking.mask_phone(phone) == shown


@pytest.mark.parametrize(
    ("plate", "shown"), [("京A12345", "京A***45"), ("京AD12345", "京A***45"), ("粤B1234学", "粤B***4学"), ("12", "1***")]
)  # fmt: skip
def test_plates(plate, shown):
    assert masking.mask_plate(plate) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("13812341234", "138****1234"),
        ("wang@example.com", "w***@example.com"),
        ("wangqiang88", "wa***"),
        ("abc", "***"),
    ],
)
def test_addresses(address, shown):
    assert masking.mask_address(address) == shown


def test_a_room_disappears():
    assert masking.mask_room("3-1-502") == "***"
    assert masking.mask_room(" ") == ""


def test_free_text_loses_phones_plates_and_known_names():
    text = "张三丰（张三的父亲）电话 138-1234-1234，座机 010-12345678，车 京A12345 挡在门口，案件 20260306001"
    shown = masking.mask_text(text, {"张三": "张*", "张三丰": "张**"})
    assert (
        shown == "张**（张*的父亲）电话 138****1234，座机 010****5678，车 京A***45 挡在门口，案件 20260306001"
    )


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.text(alphabet="的 ，电话:a", max_size=5))
def test_no_mobile_number_survives_in_text(phone, around):
    assert phone not in masking.mask_text(f"{around} {phone}，{around}")


@given(st.text(min_size=2))
def test_a_name_never_survives_whole(name):
    shown = masking.mask_name(name)
    assert shown == "" or (shown != name.strip() or set(shown[1:]) == {"*"})


@given(st.text(max_size=40))
def test_references_keep_at_most_four_characters(value):
    assert len(masking.mask_reference(value).replace("*", "")) <= 4
