"""Frames of panels: read, judged, answered; whatever bytes come, a sentence or silence goes back."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pysiaalarm.utils import ADM_MAPPING

from devices.profile import load_profiles
from gateway.builtin import builtin_packs, builtin_profiles
from gateway.interop.contact_codes import SIA
from gateway.interop.dc09 import Account, Refusal, Report, answer, crc, framed, read_frame
from gateway.interop.repeats import WITHIN, Repeats
from gateway.site import built_in_categories
from tests.fakes.panel import Panel

KEY = "AAAAAAAAAAAAAAAA"
ACCOUNTS = {
    "4F39": Account(id="4F39"),
    "AAA": Account(id="AAA", clock_s=None),
    "123F": Account(id="123F", key=KEY),
}


def now() -> datetime:
    return datetime.now(UTC)


def read(frame: bytes) -> Report | Refusal:
    return read_frame(frame.strip(b"\r\n"), ACCOUNTS, now=now())


def said(found: Report | Refusal) -> tuple[str, ...]:
    assert isinstance(found, Report), found
    return (found.account, found.event, found.qualifier, found.zone, found.partition)


@pytest.mark.parametrize("qualifier", [(1, "new"), (3, "restore"), (6, "still")])
@pytest.mark.parametrize("account", ["4F39", "123F"])
def test_contact_id_plain_and_encrypted(qualifier: tuple[int, str], account: str) -> None:
    panel = Panel(0, account, key=KEY if account == "123F" else None)
    found = read(panel.frame(panel.cid(qualifier[0], "130", zone=57), sequence="0247"))
    assert said(found) == (account, "130", qualifier[1], "57", "1")
    assert isinstance(found, Report)
    assert found.sequence == "0247"


@pytest.mark.parametrize(
    ("data", "event", "qualifier", "zone"),
    [
        ("|Nri1/BA501", "130", "new", "1"), ("|Nri07/BR", "130", "restore", "7"), ("|Nri1/WA000", "154", "new", "1"),
        ("|Nri0/CL501", "401", "restore", "501"), ("|NFA12", "110", "new", "12"), ("|Nri3/OP", "401", "new", "3"),
    ],
)  # fmt: skip
def test_sia_letters_become_contact_id(data: str, event: str, qualifier: str, zone: str) -> None:
    found = read(Panel(0).frame(data, "SIA-DCS"))
    assert said(found)[1:4] == (event, qualifier, zone)


def test_a_poll_says_nothing_but_that_it_is_there() -> None:
    found = read(Panel(0).frame("", "NULL"))
    assert isinstance(found, Report)
    assert found.is_poll


def test_the_answer_echoes_sequence_and_account_and_is_encrypted_when_the_question_was() -> None:
    plain = read(Panel(0).frame(Panel(0).cid(1, "130"), sequence="0017"))
    sealed = read(Panel(0, "123F", key=KEY).frame("#123F|1130 01 001", sequence="0018"))
    assert isinstance(plain, Report)
    assert isinstance(sealed, Report)
    assert b'"ACK"0017R0L0#4F39[]' in answer("ACK", plain, now=now())
    text = answer("ACK", sealed, now=now())
    assert re.search(rb'"\*ACK"0018R0L0#123F\[[0-9A-F]+\r', text)
    assert text[1:5].decode() == crc(text[9:-1].decode())
    assert int(text[5:9], 16) == len(text[9:-1])


@pytest.mark.parametrize(
    ("frame", "why", "word"),
    [
        (Panel(0, "BEEF").frame("#BEEF|1130 01 001"), "account", b'"NAK"'),
        (Panel(0, "BEEF", key=KEY).frame("#BEEF|1130 01 001"), "account", b'"NAK"'),
        (Panel(0, "123F").frame("#123F|1130 01 001"), "key", b'"NAK"'),
        (Panel(0, "123F", key="B" * 16).frame("#123F|1130 01 001"), "format", b'"DUH"'),
        (framed('"SIA-DCS"0001L0#4F39[|Nri1/BA]').replace(b"BA", b"BB"), "crc", None),
        (framed('"ADM-CID"0001L0#4F39[#4F39|2130 01 001]'), "code", b'"DUH"'),
        (framed('"*ADM-CID"0001L0#123F[XYZ'), "format", b'"DUH"'),
        (framed('"*ADM-CID"0001L0#123F[ABCDEF'), "format", b'"DUH"'),
        (b"GET / HTTP/1.1", "format", b'"DUH"'),
        (b"", "format", b'"DUH"'),
    ],
    ids=[
        "account", "sealed account", "no key", "wrong key", "checksum", "qualifier", "no hex", "odd hex", "http", "empty",
    ],  # a frame has its time in it
)  # fmt: skip
def test_what_is_not_taken_is_told_or_met_with_silence(frame: bytes, why: str, word: bytes | None) -> None:
    found = read(frame)
    assert isinstance(found, Refusal), found
    assert found.why == why
    assert (found.answer is None) if word is None else (found.answer is not None and word in found.answer)


@pytest.mark.parametrize(
    ("seconds", "taken"), [(-39, True), (19, True), (-45, False), (25, False), (28_800, False)]
)
def test_a_clock_out_of_its_limits_is_refused_with_the_right_time(seconds: int, taken: bool) -> None:
    panel = Panel(0)
    panel.clock_s = seconds
    found = read(panel.frame(panel.cid(1, "130")))
    assert isinstance(found, Report) is taken
    if isinstance(found, Refusal):
        assert found.why == "clock"
        assert re.search(rb'"NAK"0000R0L0A0\[\]_\d\d:\d\d:\d\d,\d\d-\d\d-\d{4}', found.answer or b"")


def test_an_encrypted_frame_without_a_time_could_be_an_old_one() -> None:
    from Crypto.Cipher import AES

    text = "00000000|#123F|1130 01 001]"
    text = "0" * (-len(text) % 16) + text
    sealed = AES.new(KEY.encode(), AES.MODE_CBC, b"\0" * 16).encrypt(text.encode()).hex().upper()
    found = read(framed(f'"*ADM-CID"0001R0L0#123F[{sealed}'))
    assert isinstance(found, Refusal)
    assert found.why in {"clock", "format"}


def test_real_frames(shared: Path) -> None:
    folder = shared / "payloads" / "sia-dc09"
    texts = {file.stem: file.read_text().strip() for file in folder.glob("*.txt")}
    assert said(read_frame(texts["case_adm_cid2"].encode(), ACCOUNTS, now=now()))[1:3] == ("401", "restore")
    assert said(read_frame(texts["case_cl"].encode(), ACCOUNTS, now=now()))[1:3] == ("401", "restore")
    for name in (
        "case_wa",
        "case_xdata_X_and_Y",
    ):  # kept without their right CRC: silence, and understood with it
        text = texts[name][8:]
        assert read_frame(texts[name].encode(), ACCOUNTS, now=now()) == Refusal(why="crc")
        assert isinstance(read_frame(framed(text).strip(), ACCOUNTS, now=now()), Report)
    assert isinstance(read_frame(texts["case_encrypted_adm"].encode(), ACCOUNTS, now=now()), Refusal)


@given(st.binary(max_size=1200))
def test_any_bytes_are_answered_or_met_with_silence(line: bytes) -> None:
    found = read_frame(line, ACCOUNTS, now=now())
    assert isinstance(found, Refusal)


@given(
    kind=st.sampled_from(["SIA-DCS", "ADM-CID", "NULL", "*SIA-DCS", "*ADM-CID", "*NULL", "ACK"]),
    head=st.text("0123456789ABCDEFRL#", max_size=30),
    rest=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=200),
)
def test_nearly_right_frames_never_break_the_reader(kind: str, head: str, rest: str) -> None:
    for account in ("4F39", "123F", ""):
        line = framed(f'"{kind}"0001{head}L0#{account}[{rest}]').strip()
        found = read_frame(line, ACCOUNTS, now=now())
        if isinstance(found, Report):
            assert answer("ACK", found, now=now()).endswith(b"\r")
            assert found.zone
        else:
            assert found.answer is None or found.answer.endswith(b"\r")


@given(data=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=100))
def test_encrypted_rubbish_never_breaks_the_reader(data: str) -> None:
    found = read(Panel(0, "123F", key=KEY).frame(data))
    assert isinstance(found, Report | Refusal)


def test_a_repeat_keeps_its_key_for_ten_minutes_and_after_a_restart() -> None:
    repeats, start = Repeats(), now()
    first = repeats.key("4F39|0001|130", start)
    assert repeats.key("4F39|0001|130", start + timedelta(minutes=9)) == first
    assert repeats.key("4F39|0002|130", start) != first
    assert Repeats([first, "no key"]).key("4F39|0001|130", start + timedelta(minutes=9)) == first
    assert repeats.key("4F39|0001|130", start + WITHIN + timedelta(seconds=2)) != first


def test_every_contact_id_code_of_the_categories_reaches_a_rule_of_that_category() -> None:
    """The profile says the kind, the pack's rule of that kind the category; what differs is named here."""
    import yaml

    differs = {
        "102": "0201", "100": "0201",  # a person asks for help; what is wrong is found out there
        "131": "0204",  # a panel's perimeter zone is part of the burglary system
        "158": "0101", "137": "0802", "354": "0801", "381": "0801",
    }  # fmt: skip
    (profile,) = [each for each in load_profiles(builtin_profiles())[0] if each.id == "sia-dc09"]
    rules = [rule for text in builtin_packs().values() for rule in yaml.safe_load(text)["rules"]]
    for category in built_in_categories().values():
        for code in category.contact_id:
            scope = {"e": {"event": code, "qualifier": "new"}, "topic": {}, "headers": {}}
            (entry,) = profile.forms[0].choice.fitting(scope)
            found = {str(rule["category"]) for rule in rules if _hears(rule, str(entry.kind))}
            assert {differs.get(code, category.code)} & found, (code, entry.kind, found)


def _hears(rule: dict, kind: str) -> bool:  # type: ignore[type-arg]  # a YAML mapping
    return re.search(rf"'of': (?:\{{'kind': )?'{re.escape(kind)}'", str(rule["detect"])) is not None


def test_the_sia_letters_are_known_ones_and_agree_with_the_library() -> None:
    from pysiaalarm.utils import SIA_CODES

    assert set(SIA) <= set(SIA_CODES)
    ours = {letters: code for letters, (code, _) in SIA.items()}
    for code, letters in ADM_MAPPING.items():
        begins = letters.get("1")
        if (
            code in set(ours.values())
            and begins in ours
            and code in {"110", "130", "120", "151", "301", "302"}
        ):
            assert ours[begins] == code
