"""The class of a profile on the devices that speak it, live when a profile is saved; their own tags go before."""

from __future__ import annotations

from datetime import date

from devices.profile import load_profiles
from gateway.availability import classed
from gateway.site import load_site_file

PROFILE = """\
profile: meter@1
name: {zh: 电表, en: Meter}
availability: {class: daily}
match: {topic: 'meter/{device}'}
identity: topic.device
time: none
dedup: none
kinds: [{when: e.v > 0, state: {voltage: e.v}}]
samples: [{name: one, topic: meter/m1, payload: {v: 230}, expect: [{event: device.state, state: {voltage: 230}}]}]
"""
SITE = """\
site: s
devices:
- {id: m1, profile: meter}
- {id: m2, profile: meter, tags: [unwatched]}
- {id: m3, profile: meter, tags: [heartbeat, main]}
- {id: m4, profile: other}
"""


def test_a_device_has_the_class_of_its_profile_unless_its_tags_say() -> None:
    profiles, problems = load_profiles({"meter.yaml": PROFILE})
    assert not problems, [str(each) for each in problems]
    site, _ = load_site_file(SITE, "site.yaml", today=date(2026, 3, 6))
    found = classed(site, profiles)
    for registry in (found.rules.registry, found.view.registry):
        assert [(registry.get(f"m{n}") or registry).availability for n in (1, 2, 3, 4)] == [
            "daily",
            None,
            None,
            None,
        ]  # type: ignore[union-attr]  # all four are there
    assert classed(site, []) is site


def test_a_class_that_does_not_exist_is_named() -> None:
    _, problems = load_profiles({"meter.yaml": PROFILE.replace("daily", "dayly")})
    assert [str(each) for each in problems] == [
        "meter.yaml:3: availability.class: 'dayly' is none of mains, hourly, daily, battery, weekly; did you mean 'daily'?"
    ]
    _, problems = load_profiles({"meter.yaml": PROFILE.replace("{class: daily}", "daily")})
    assert "availability: expected a mapping with class" in str(problems[0])
