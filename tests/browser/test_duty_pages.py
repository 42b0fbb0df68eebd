"""The pages beside the desk: orders, cameras, search, a case at its own address; rarer actions; many lines at once."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from devices.registry import Device, Registry
from gateway.clock import to_us
from tests.browser.desk import Desk
from tests.browser.estate import Estate, Wall, six_buildings
from tests.browser.language import slips
from tests.browser.measure import overflow, small_targets, small_words, violations
from tests.browser.windows import DESK, Windows
from tests.gateway.api import house as house_module
from tests.integration.servers import wait_until

Shoot = Callable[[Page, str], None]
LEAST_TARGET = {"standard": 44, "xlarge": 60}
NO_RULES = ("503", "422")  # this estate explains no rule and lists no kinds: only the whole gateway has them
LEAST_WORDS = {"standard": 14, "xlarge": 18}


def with_eyes(**changes: object) -> object:
    """Return the estate of six buildings with a camera at the gate of each of the first five."""
    view = six_buildings(**changes)
    eyes = [
        Device(
            id=f"eye-{number}", type="camera", name={"zh": f"{number}号楼门口摄像头", "en": f"Camera of building {number}"},
            building=str(number), grid="g1",
        )
        for number in range(1, 6)
    ]  # fmt: skip
    return msgspec.structs.replace(
        view, registry=Registry([*view.registry, *eyes], view.registry.households.values())
    )


@pytest.fixture
def estate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Estate]:
    monkeypatch.setattr(house_module, "Ticker", Wall)
    monkeypatch.setattr(house_module, "site", with_eyes)
    with Estate(tmp_path) as it:
        it.people("wang", "chen", "zhao")
        yield it


def show(estate: Estate, device: str, kind: str, shade: int) -> str:
    """Let a device say something with a picture; return the picture's hash."""
    out = io.BytesIO()
    picture = Image.effect_mandelbrot((640, 400), (-2, -1.2 + shade / 100, 1, 1.2), 40)
    picture.convert("RGB").save(out, "JPEG")
    store, at = estate.house.store, to_us(estate.house.clock.now())
    sha256, record = store.save_blob(out.getvalue(), "image/jpeg", "device", at_us=at)
    estate.house.write(record)
    piece = {"sha256": sha256, "mime": "image/jpeg", "size": len(out.getvalue())}
    estate.house.say(device, kind, evidence=[piece])
    return sha256


def busy(estate: Estate) -> dict[str, str]:
    """Return the numbers of three orders: sent, taken, on scene."""
    numbers = {}
    for device, steps in (
        ("door-2", ("dispatch",)),
        ("door-3", ("dispatch", "take")),
        ("door-4", ("dispatch", "take", "arrive")),
    ):
        number = numbers[device] = estate.force(device).number
        for step in steps:
            by, fields = ("wang", {"assignee": "zhao"}) if step == "dispatch" else ("zhao", {})
            estate.act(by, number, step, **fields)
    return numbers


def rail(page: Page, name: str) -> None:
    page.locator(".rail").get_by_role("link", name=name, exact=True).click()


def test_orders_are_watched_nudged_and_handed_on(estate: Estate, windows: Windows, shoot: Shoot) -> None:
    numbers = busy(estate)
    guard = windows.open("wang", "/duty")
    rail(guard, "工单")
    expect(guard).to_have_url(re.compile("/duty/orders$"))
    columns = guard.locator(".board-column")
    expect(columns.nth(0).locator(".order")).to_have_attribute("data-key", numbers["door-2"])
    expect(columns.nth(1).locator(".order")).to_have_attribute("data-key", numbers["door-3"])
    expect(columns.nth(2).locator(".order")).to_have_attribute("data-key", numbers["door-4"])
    shoot(guard, "duty-orders")
    columns.nth(1).get_by_role("button", name="催办").click()
    expect(guard.locator(".notice")).to_contain_text("已催办")
    columns.nth(0).get_by_role("button", name="转派").click()
    other = guard.locator(".person").filter(has_not_text="赵敏").first
    name = other.locator("b").inner_text()
    other.click()
    guard.get_by_role("button", name="确定").click()
    number = numbers["door-2"]
    wait_until(lambda: "zhao" not in estate.case(number).assignees, what="the order to be handed on")
    guard.reload()
    expect(columns.nth(0).locator(".order")).to_contain_text(name)


def test_a_picture_is_seen_clearly_for_a_reason(estate: Estate, windows: Windows, shoot: Shoot) -> None:
    first = show(estate, "eye-1", "object.seen", 0)
    show(estate, "eye-3", "object.seen", 20)
    guard = windows.open("wang", "/duty")
    rail(guard, "画面")
    tile = guard.locator('[data-key="eye-1"]')
    expect(tile.locator("img")).to_have_attribute("src", f"/api/evidence/{first}/veiled")
    shoot(guard, "duty-cameras")
    second = show(estate, "eye-1", "object.seen", 40)  # within seconds, without anybody touching anything
    expect(tile.locator("img")).to_have_attribute("src", f"/api/evidence/{second}/veiled")
    tile.get_by_role("button").click()
    guard.get_by_role("button", name="核实告警").click()
    expect(guard.locator(".camera img")).to_have_attribute("src", f"/api/evidence/{second}")
    assert ("wang", "reveal", f"evidence {second[:12]}") in estate.house.audit()


def test_the_camera_of_a_red_alarm_opens_in_its_pane(estate: Estate, windows: Windows) -> None:
    show(estate, "eye-3", "object.seen", 0)
    number = estate.force("door-3").number
    guard = windows.open("wang", f"/duty?case={number}")
    guard.locator(".case-number").wait_for()
    expect(guard.locator(".case .camera")).to_have_count(0)
    estate.act("chen", number, "level", level="L1", reason="有明火")
    expect(guard.locator('.case [data-key="eye-3"] img')).to_be_visible()
    assert guard.locator("[role=dialog]").count() == 0  # it covers nothing


def test_a_case_has_its_own_address(estate: Estate, windows: Windows, shoot: Shoot) -> None:
    windows.expected += NO_RULES
    before = estate.force("gate-n1").number
    estate.act("chen", before, "reject", code="false_device")
    show(estate, "gate-n1", "access.forced", 0)
    number = max(estate.house.pump.state.cases.incidents)
    guard = windows.open("wang", f"/duty/case/{number}")
    expect(guard.locator(".viewer img")).to_be_visible()
    expect(guard.get_by_role("region", name="同一处最近 30 天")).to_contain_text("误报 1 件")
    expect(guard.get_by_role("region", name="前后一分钟")).to_be_visible()
    guard.get_by_label("记录内容").fill("已电话通知保洁")
    guard.get_by_role("button", name="记一笔").click()
    expect(guard.get_by_role("region", name="记录", exact=True)).to_contain_text("已电话通知保洁")
    guard.keyboard.press("+")
    shoot(guard, "duty-case")
    guard.get_by_role("button", name="核实告警").click()
    expect(guard.locator(".viewer")).to_contain_text("谁看了、为什么已记下")
    assert [each[:2] for each in estate.house.audit() if each[1] == "reveal"] == [("wang", "reveal")]


def test_time_is_jumped_to_in_two_clicks_and_what_is_found_leaves_for_a_reason(
    estate: Estate, windows: Windows, shoot: Shoot
) -> None:
    windows.expected += NO_RULES
    false, real = estate.force("gate-n1").number, estate.force("door-4").number
    estate.act("chen", false, "reject", code="false_device")
    manager = windows.open("chen", "/duty")
    rail(manager, "查询")
    manager.get_by_role("button", name="最近 1 小时").click()
    expect(manager.locator("tbody tr")).to_have_count(2)
    manager.locator("label.field", has_text="结果").locator("select").select_option("false")
    expect(manager.locator("tbody tr")).to_have_count(1)
    expect(manager.locator("tbody tr")).to_have_attribute("data-key", false)
    manager.reload()  # the address is the question
    expect(manager.locator("tbody tr")).to_have_attribute("data-key", false)
    shoot(manager, "duty-search")
    manager.get_by_role("button", name="导出", exact=True).click()
    manager.get_by_label("为什么导出").fill("三月台账")
    with manager.expect_download() as taken:
        manager.get_by_role("button", name="导出 CSV").click()
    table = Path(taken.value.path()).read_text("utf-8-sig")
    assert false in table
    assert real not in table
    manager.get_by_label("找什么").fill("没有这样的词")
    expect(manager.locator(".empty-title")).to_have_text("没有符合条件的案件")


def test_rarer_actions_ask_only_what_they_need(estate: Estate, windows: Windows) -> None:
    first, second = estate.force("gate-n1").number, estate.force("door-4").number
    manager = windows.open("chen", f"/duty?case={first}")
    manager.locator(".case-actions").get_by_role("button", name="更多").click()
    manager.get_by_role("button", name="调整等级").click()
    manager.get_by_label("改成").select_option("L4")
    manager.get_by_role("textbox", name="原因").fill("白天有人")
    expect(manager.get_by_role("button", name="确定")).to_be_disabled()  # to lower it, say why that is safe
    manager.get_by_role("textbox", name="说明").fill("保安在旁边")
    manager.get_by_role("button", name="确定").click()
    wait_until(lambda: estate.case(first).level == "L4", what="the level")
    manager.locator(".case-actions").get_by_role("button", name="更多").click()
    manager.get_by_role("button", name="并案").click()
    manager.get_by_label("并入哪一件").select_option(second)
    manager.get_by_role("button", name="确定").click()
    wait_until(lambda: estate.case(first).state == "merged", what="the merge")
    manager.get_by_role("button", name="撤销").click()
    wait_until(lambda: estate.case(first).state != "merged", what="the undo")


def test_many_lines_are_confirmed_at_once_by_keys(estate: Estate, windows: Windows) -> None:
    numbers = [estate.force(device).number for device in ("gate-n1", "door-2", "door-3")]
    guard = windows.open("wang", "/duty")
    expect(guard.locator(".line")).to_have_count(3)
    for _ in range(2):
        guard.keyboard.press("j")
        guard.keyboard.press("x")
    expect(guard.locator(".choosing b")).to_contain_text("2")
    chosen = [each for each in numbers if guard.locator(f'[data-key="{each}"] input').is_checked()]
    guard.keyboard.press("Shift+A")
    for number in chosen:
        wait_until(lambda number=number: estate.case(number).state != "pending_verify", what="the step")
    (left,) = set(numbers) - set(chosen)
    assert estate.case(left).state == "pending_verify"
    guard.keyboard.press("g")
    expect(guard.locator(".group-head").first).to_be_visible()
    guard.locator(".group-head button").first.click()
    expect(guard.locator(".group-head button").first).to_have_attribute("aria-expanded", "false")


def test_what_is_shelved_is_seen_and_brought_back(desk: Desk) -> None:
    guard = desk.as_role("guard")
    guard.goto(f"{desk.base}/duty")
    csrf = guard.evaluate("async () => (await (await fetch('/api/me')).json()).csrf")
    guard.evaluate(
        """async csrf => { const until = new Date(Date.now() + 1800000).toISOString();
        const body = JSON.stringify({ where: 'rule == "no.such"', until, reason: 'T-1' });
        await fetch('/api/silences', { method: 'POST', body, headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf } }); }""",
        csrf,
    )
    rail(guard, "屏蔽")
    row = guard.locator("tbody tr", has_text="T-1")
    expect(row).to_contain_text("0 条")
    row.get_by_role("button").click()
    expect(row).to_have_count(0)
    desk.calm()


@pytest.mark.parametrize(
    ("size", "language", "theme"), [("standard", "en", "light"), ("xlarge", "zh", "dark")]
)
def test_every_page_beside_the_desk_can_be_read_and_pressed(
    estate: Estate, windows: Windows, shoot: Shoot, size: str, language: str, theme: str
) -> None:
    windows.expected += NO_RULES
    number = busy(estate)["door-3"]
    show(estate, "eye-1", "object.seen", 0)
    names = [person.name for person in estate.house.people.values()]
    page = windows.open("wang", "/duty", size=DESK, language=language, theme=theme, size_=size)
    for path, there in (
        ("orders", ".order"),
        ("cameras", ".camera img"),
        ("search", "tbody tr"),
        (f"case/{number}", ".viewer"),
    ):
        page.goto(f"{estate.base}/duty/{path}")
        page.locator(there).first.wait_for()
        shoot(page, f"duty-{path.split('/')[0]}-{size}-{theme}-{language}")
        assert violations(page) == [], path
        assert small_targets(page, LEAST_TARGET[size]) == [], path
        assert small_words(page, LEAST_WORDS[size]) == [], path
        assert slips(page, language, names) == [], path
        page.set_viewport_size({"width": 320, "height": 640})
        assert overflow(page) <= 0, path
        page.set_viewport_size(DESK)


def test_a_page_that_is_not_mine_says_whom_to_ask(estate: Estate, windows: Windows) -> None:
    worker = windows.open("zhao", "/duty/cameras")
    expect(worker.locator(".told")).to_contain_text("不归您的岗位看")
    expect(worker.locator(".told")).to_contain_text("物业经理")
