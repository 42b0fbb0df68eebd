"""One shift gives way to the next: each open red and orange case is listed and seen, both sign with their own login."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.estate import DOORS, Estate
from tests.browser.measure import overflow, small_targets, violations
from tests.browser.windows import Windows

Shoot = Callable[[Page, str], None]
ASK = "path => fetch(path).then(answer => answer.json())"
NUMBERS = "cases => cases.filter(each => each.querySelector('.L1, .L2')).map(each => each.dataset.number)"


def test_a_shift_is_handed_over_with_every_grave_case_seen(
    estate: Estate, windows: Windows, shoot: Shoot
) -> None:
    estate.people("wang", "li")
    opened = {estate.force(device).number for device, *_ in DOORS}
    going = windows.open("wang", "/duty/handover")
    going.locator(".shift-case").first.wait_for()
    going.reload()
    going.locator(".shift-case").first.wait_for()
    listed = set(going.locator(".shift-case").evaluate_all(NUMBERS))
    whole = going.evaluate(ASK, "/api/incidents?limit=200")["items"]
    grave = {each["number"] for each in whole if each["level"] in {"L1", "L2"} and each["number"] in opened}
    assert grave
    assert grave <= listed
    shoot(going, "duty-handover-offer")
    assert violations(going) == []
    assert small_targets(going, 44) == []

    going.get_by_label("还要交代的").fill("2 号楼道闸间歇离线，已报修")
    going.get_by_role("button", name="王强签名交班").click()
    expect(going.get_by_text("等接班人用自己的登录确认签名")).to_be_visible()

    coming = windows.open("li", "/duty/handover")
    sign = coming.locator(".shift-sign button.main")
    expect(sign).to_be_disabled()
    expect(coming.get_by_text("已报修")).to_be_visible()
    shoot(coming, "duty-handover-take")
    for number in sorted(grave):
        coming.locator(f'[data-number="{number}"]').get_by_role("button", name="看过了").click()
        expect(coming.locator(f'[data-number="{number}"] .shift-seen')).to_be_visible()
    expect(sign).to_be_enabled()
    sign.click()
    expect(coming.locator(".shift-before summary").first).to_contain_text("王强 交给 李娜")
    coming.set_viewport_size({"width": 320, "height": 700})
    assert overflow(coming) <= 0
    shoot(coming, "duty-handover-done-320")


def test_the_two_hourly_record_is_asked_for_and_written(
    estate: Estate, windows: Windows, shoot: Shoot
) -> None:
    estate.people("wang")
    guard = windows.open("wang", "/duty")
    if guard.get_by_role("button", name="试一下声音").count():
        guard.get_by_role("button", name="试一下声音").click()
        guard.get_by_role("button", name="听到了").click()
    bar = guard.locator(".record-bar")
    expect(bar).to_contain_text("该写值班记录了")
    bar.get_by_role("link", name="写详细").click()
    expect(guard).to_have_url(re.compile(r"/duty/records$"))
    guard.get_by_label("现在情况怎样").fill("各岗正常，2 号门值守")
    guard.get_by_role("button", name="王强签名记下").click()
    expect(guard.locator(".shift-slot.now")).to_contain_text("2 号门值守")
    expect(bar).to_have_count(0)
    shoot(guard, "duty-records")
    assert violations(guard) == []
    assert small_targets(guard, 44) == []
