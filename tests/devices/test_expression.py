"""The expression language: what it means, what it refuses and how."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.expression import (
    UNKNOWN,
    BudgetExceeded,
    ExpressionError,
    compile_expression,
)
from devices.registry import Device

ROOTS = ("data", "device", "state", "at", "kind")
SHANGHAI = ZoneInfo("Asia/Shanghai")


def run(text: str, **env: Any) -> Any:
    return compile_expression(text, roots=ROOTS, zone=SHANGHAI)(env)


def refused(text: str) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text, roots=ROOTS)
    return caught.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1), ("0x1F", 31), ("1.5", 1.5), (".5", 0.5), ("2e3", 2000.0), ("-3", -3), ("--3", 3), ("'a\"b'", 'a"b'),
        (r"'a\'b\n\u00e9\x41\101'", "a'b\n\u00e9AA"), ("true", True), ("null", None), ("[1, 'a', [2]]", [1, "a", [2]]),
        ("1 == 1.0", True), ("'1' == 1", False), ("'1' != 1", True), ("true == 1", False), ("true != 1", True), ("null == null", True),
        ("[1, 2] == [1.0, 2]", True), ("[1] == [true]", False), ("[1] == [1, 2]", False), ("'a' < 'b'", True), ("1 <= 1.0", True),
        ("2 > 10", False), ("'2' > '10'", True), ("'1' < 2", UNKNOWN), ("true < 1", UNKNOWN), ("null < 1", UNKNOWN),
        ("1 in [1.0, 2]", True), ("true in [1]", False), ("'a' in ['a', 'b']", True), ("1 in ['1']", False), ("'a' in 'abc'", UNKNOWN),
        ("7 / 2", 3.5), ("6 / 2", 3.0), ("1 / 0", UNKNOWN), ("1.0 / 0", UNKNOWN), ("7 % 3", 1), ("-7 % 3", -1), ("7 % -3", 1), ("7 % 0", UNKNOWN),
        ("1 + 2 * 3 - 4", 3), ("(1 + 2) * 3", 9), ("10 - 3 - 2", 5), ("'a' + 'b'", "ab"), ("'a' + 1", UNKNOWN), ("true + 1", UNKNOWN), ("[1] + [2]", [1, 2]),
        ("9223372036854775807 + 1", UNKNOWN), ("-'a'", UNKNOWN), ("!true", False), ("!1", UNKNOWN), ("!!true", True),
        ("1 < 2 == true", True), ("true ? 1 : 2", 1), ("false ? 1 : true ? 2 : 3", 2), ("1 ? 2 : 3", UNKNOWN),
        ("size('北门a')", 3), ("size([1, 2])", 2), ("size(5)", UNKNOWN), ("'gate-n1'.startsWith('gate-')", True),
        ("'gate-n1'.endsWith('n1')", True), ("'gate'.contains('at')", True), ("5.contains('a')", UNKNOWN), ("('a' + 'b').endsWith('b')", True),
        ("1 == 1 && 2 == 2 || false", True), ("false || false && true", False),
    ],
)  # fmt: skip
def test_values(text: str, value: object) -> None:
    if text.startswith("5."):
        text = f"(5){text[1:]}"
    got = run(text)
    assert got == value
    assert type(got) is type(value)


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        ("true", "data.gone", UNKNOWN, True),
        ("false", "data.gone", False, UNKNOWN),
        ("data.gone", "true", UNKNOWN, True),
        ("data.gone", "false", False, UNKNOWN),
        ("data.gone", "data.gone", UNKNOWN, UNKNOWN),
        ("1", "true", UNKNOWN, True),
        ("false", "'x'", False, UNKNOWN),
    ],
)
def test_three_truth_values(left: str, right: str, both: object, either: object) -> None:
    assert run(f"{left} && {right}", data={}) is both
    assert run(f"{left} || {right}", data={}) is either


@pytest.mark.parametrize(
    "text",
    ["!data.gone", "data.gone == 1", "data.gone != 1", "1 in [data.gone]", "data.gone in [1]", "data.gone in ['a']",
     "data.gone < 1", "data.gone + 1", "data.a.b.c == 1", "data.n.x == 1", "size(data.gone)", "data.gone == data.gone",
     "data.gone ? 1 : 2", "data.gone.contains('a')", "hour(data.gone)", "hour(data.n)", "gone == 1"],
)  # fmt: skip
def test_what_is_missing_is_unknown(text: str) -> None:
    assert compile_expression(text, roots=(*ROOTS, "gone"))({"data": {"n": 5}}) is UNKNOWN


def test_unknown_is_never_true() -> None:
    assert not UNKNOWN
    assert compile_expression("data.x", roots=ROOTS).test({"data": {"x": 1}}) is UNKNOWN
    assert compile_expression("data.x", roots=ROOTS).test({"data": {"x": True}}) is True


def test_has() -> None:
    assert run("has(data.x)", data={"x": None}) is True
    assert run("has(data.x)", data={}) is False
    assert run("has(data.a.b.c)", data={}) is False
    assert run("has(data.x) && data.x > 3", data={}) is False


def test_structs_are_read_by_their_fields_only() -> None:
    gate = Device(id="gate-n1", type="access_gate", tags=("main", "north"))
    assert run("device.type == 'access_gate' && 'north' in device.tags", device=gate) is True
    assert run("has(device.building)", device=gate) is False, "an unset field is not there"
    assert run("has(device.__struct_fields__) || has(device.__class__)", device=gate) is False


def test_names_may_be_chinese_as_keys_of_devices_are() -> None:
    assert run("data.门状态 == '开' && has(data.电量)", data={"门状态": "开", "电量": 87}) is True
    assert run("data.门状态2 == '开'", data={"门状态": "开"}) is not True
    with pytest.raises(ExpressionError):
        compile_expression("data.门 状态", roots=ROOTS)


def test_names_that_are_no_words_and_places_in_lists_stand_in_brackets() -> None:
    data = {"door-state": "open", "1h": 2, "list": [{"code": "a"}, {"code": "b"}]}
    assert run("data['door-state'] == 'open' && data[\"1h\"] == 2", data=data) is True
    assert run("data.list[1].code == 'b'", data=data) is True
    assert run("has(data.list[2].code) || has(data['2h'])", data=data) is False
    assert run("data.list[2].code == 'b'", data=data) is UNKNOWN
    assert compile_expression("data['door-state'] == 1", roots=ROOTS).paths == ("data.door-state",)


def test_clock_functions_read_the_site_zone() -> None:
    friday = datetime(2026, 3, 6, 15, 30, tzinfo=UTC)
    assert run("[hour(at), weekday(at)]", at=friday) == [23, 5]
    assert compile_expression("hour(at)", roots=ROOTS)({"at": friday}) == 15
    assert run("hour(at)", at=datetime(1, 1, 1, tzinfo=SHANGHAI)) in {0, UNKNOWN}
    assert run("hour(at)", at=datetime(2026, 3, 6)) is UNKNOWN


@pytest.mark.parametrize(
    ("text", "position", "says"),
    [
        ("devcie.type == 'x'", 0, "unknown name 'devcie'; did you mean 'device'?"),
        ("data.x = 1", 7, "'=' means nothing here; did you mean '=='?"),
        ("data.x and data.y", 7, "found 'and'; did you mean '&&'?"),
        ("not data.x", 0, "did you mean '!'?"),
        ("data.x > 60s", 11, "the number '60' runs into 's'"),
        ("data.x.startswith('a')", 7, "unknown method 'startswith'; did you mean 'startsWith'?"),
        ("sise(data.x)", 0, "unknown function 'sise'; did you mean 'size'?"),
        ("size(data.x", 11, "expected ')'"),
        ("size()", 0, "size takes 1 value, found 0"),
        ("has(1)", 4, "has(…) asks for a field"),
        ("'abc", 0, "does not end in its line"),
        ("data.", 5, "expected a field name after '.', found the end"),
        ("1 +", 3, "expected a value, a path or '(', found the end"),
        ("", 0, "expected a value"),
        ("data[data.x]", 5, "expected a field's name in quotes or a place in a list, found 'data'"),
        ("data['x'", 8, "expected ']' after a field's name, found the end"),
        ("'abc'[0]", 5, "expected an operator or the end, found '['"),
        ("zzz ? b", 0, "unknown name 'zzz'; expected one of at, data, device, kind, state"),
        ("true ? 1", 8, "expected ':'"),
        ("99999999999999999999", 0, "too large"),
        (r"'a\q'", 2, r"unknown escape '\q'"),
        ("size", 0, "it is a function: size(…)"),
    ],
)
def test_mistakes_say_what_was_expected(text: str, position: int, says: str) -> None:
    error = refused(text)
    assert says in error.message
    assert error.position == position


def test_size_limits() -> None:
    assert "4,096" in refused("1" + " " * 4_096).message
    assert "more than 2,000 parts" in refused("[" + "1," * 2_010 + "1]").message
    assert "32 levels" in refused("+".join(["data.x"] * 40)).message
    assert "brackets deep" in refused("(" * 200).message
    assert run(" && ".join(["data.x"] * 300), data={"x": True}) is True


def test_budget() -> None:
    many = list(range(20_000))
    for text in (
        "data.x in data.many",
        "size(data.many) > 1",
        "data.many == data.many",
        "data.many + [1] == 1",
    ):
        with pytest.raises(BudgetExceeded):
            run(text, data={"x": -1, "many": many})
    assert run("data.x in data.many", data={"x": 7_000, "many": many[:9_000]}) is True
    with pytest.raises(BudgetExceeded):  # the budget is one for the whole expression
        run("data.x in data.many || data.x in data.many", data={"x": -1, "many": many[:9_000]})
    assert run("data.x in ['a', 'b'] && data.x == 'a'", data={"x": "a" * 10_000_000}) is False


def test_paths_equalities_and_clauses() -> None:
    found = compile_expression(
        "device.type == 'gate' && 3 == data.n && (data.x > 1 || has(state.online)) && data.y != 2",
        roots=ROOTS,
    )
    assert found.paths == ("device.type", "data.n", "data.x", "state.online", "data.y")
    assert found.equalities == (("device.type", "gate"), ("data.n", 3))
    assert found.joined == "&&"
    env = {"device": {"type": "gate"}, "data": {"n": 3, "x": 0}, "state": {}}
    assert found.clauses(env) == [
        ("device.type == 'gate'", True, {"device.type": "gate"}),
        ("3 == data.n", True, {"data.n": 3}),
        ("(data.x > 1 || has(state.online))", False, {"data.x": 0, "state.online": UNKNOWN}),
        ("data.y != 2", UNKNOWN, {"data.y": UNKNOWN}),
    ]
    either = compile_expression("data.a == 1 || data.b == 2", roots=ROOTS)
    assert either.equalities == ()
    assert either.joined == "||"
    assert [c[1] for c in either.clauses({"data": {"b": 2}})] == [UNKNOWN, True]
    assert compile_expression("(data.a == 1 && data.b == -2)", roots=ROOTS).equalities == (
        ("data.a", 1),
        ("data.b", -2),
    )
    assert compile_expression("!(data.a == 1)", roots=ROOTS).equalities == ()


# ---- laws

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text("ab1", max_size=3)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)
ATOMS = st.sampled_from(
    ["data.a", "data.b", "data.c", "data.a.b", "1", "0", "2.0", "'a'", "'1'", "true", "false", "null", "[]", "[1, 'a']"]
)  # fmt: skip
OPERATORS = ["==", "!=", "<", "<=", ">", ">=", "in", "&&", "||", "+", "-", "*", "/", "%"]


def _grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    binary = st.tuples(inner, st.sampled_from(OPERATORS), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})")
    return (
        binary
        | inner.map("!({})".format)
        | inner.map("-({})".format)
        | st.tuples(inner, inner, inner).map(lambda t: f"({t[0]} ? {t[1]} : {t[2]})")
        | inner.map("size({})".format)
        | st.tuples(inner, st.sampled_from(["startsWith", "endsWith", "contains"]), inner).map(
            lambda t: f"({t[0]}).{t[1]}({t[2]})"
        )
        | st.sampled_from(["data.a", "data.b", "data.a.b"]).map("has({})".format)
    )


TEXTS = st.recursive(ATOMS, _grow, max_leaves=8)
ENVS = st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3)


@given(TEXTS, VALUES | st.datetimes())
def test_never_raises_for_any_values(text: str, data: Any) -> None:
    expression = compile_expression(text, roots=("data",))
    value = expression({"data": data})
    assert expression.test({"data": data}) in (True, False, UNKNOWN)
    assert len(expression.clauses({"data": data})) >= 1
    assert repr(expression({"data": data})) == repr(value)


@given(st.text(max_size=40) | st.text("data.xh s()[]!&|=<>+-*/%?:,'\"\\1e", max_size=40))
def test_any_text_compiles_or_is_refused(text: str) -> None:
    try:
        expression = compile_expression(text, roots=("data",))
    except ExpressionError as error:
        expression = None
        where = error.position
    if expression is None:
        assert 0 <= where <= len(text)
    else:
        expression({"data": {"x": 1}})


@given(ENVS, TEXTS)
def test_clauses_agree_with_the_whole(data: dict[str, Any], text: str) -> None:
    expression = compile_expression(f"data.a == 1 && {text}", roots=("data",))
    truths = [truth for _, truth, _ in expression.clauses({"data": data})]
    whole = expression.test({"data": data})
    assert whole is (False if False in truths else UNKNOWN if UNKNOWN in truths else True)


@given(ENVS, st.sampled_from("abc"), SCALARS)
def test_equalities_are_necessary(data: dict[str, Any], name: str, extra: Any) -> None:
    expression = compile_expression(f"data.{name} == 'a' && data.b != 2", roots=("data",))
    if expression.test({"data": data}) is True:
        assert data[name] == "a"
