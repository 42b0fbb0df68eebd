"""Line protocol: whatever a name or value holds, one point is one line that reads back as itself."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.sinks.influx import Influx, InfluxSettings, line_protocol
from gateway.sinks.sink import SINKS, Point, sink

AT = datetime(2026, 3, 4, 10, 15, 0, 123456, tzinfo=UTC)
LINE = re.compile(r'(?:[^ \\]|\\.)+ (?:[^ "\\]|\\.|"(?:[^"\\]|\\.)*")+ \d+')


def test_a_point_is_one_line_with_sorted_keys_and_nanoseconds() -> None:
    point = Point(
        measurement="alert",
        tags={"rule": "door forced", "level": "L1", "grid": ""},
        fields={"count": 1, "seconds": 1.5, "text": 'a "b"', "on": True},
        at=AT,
        nudge=7,
    )
    assert line_protocol(point) == (
        r'alert,level=L1,rule=door\ forced count=1i,on=true,seconds=1.5,text="a \"b\"" 1772619300123456007'
    )


def test_a_point_without_fields_is_no_line() -> None:
    assert line_protocol(Point(measurement="m", tags={}, fields={}, at=AT)) == ""


@settings(deadline=None)  # the machine may be busy
@given(name=st.text(min_size=1, max_size=30), value=st.text(max_size=30))
def test_no_text_can_forge_a_second_line_or_field(name: str, value: str) -> None:
    line = line_protocol(Point(measurement=name, tags={name: value}, fields={name: value, "count": 1}, at=AT))
    assert len(line.splitlines()) == 1
    assert LINE.fullmatch(line)


def test_a_second_sink_of_one_name_is_refused_naming_both() -> None:
    with pytest.raises(ValueError, match=r"gateway\.sinks\.influx\.Influx and .*Second"):

        @sink("influx")
        class Second:
            pass

    assert SINKS["influx"] is Influx


def test_the_token_never_shows() -> None:
    assert "s3cret" not in repr(InfluxSettings(url="http://x", token="s3cret"))
