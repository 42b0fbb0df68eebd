"""What was found: each case comes to one finding, all findings are named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.report.verdict_mix import FINDINGS, finding_of, mix_of
from tests.gateway.report.records import case


@pytest.mark.parametrize(
    ("code", "finding"),
    [
        ("true_handled", "real"),
        ("false_rule", "false"),
        ("test_drill", "other"),
        ("duplicate", "other"),
        (None, "open"),
    ],
)
def test_a_code_is_one_finding(code, finding):
    assert finding_of(case("1", close_code=code)) == finding


@given(st.lists(st.sampled_from(["true_handled", "false_device", "nuisance", None]), max_size=20))
def test_the_mix_is_all_cases(codes):
    mix = mix_of(case(str(n), close_code=code) for n, code in enumerate(codes))
    assert tuple(mix) == FINDINGS
    assert sum(mix.values()) == len(codes)
