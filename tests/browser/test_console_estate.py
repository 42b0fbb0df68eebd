"""The estate on the pages: places from a line, a table with mistakes, a device claimed and tried, a model pointed out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.desk import Desk
from tests.browser.measure import violations

Shoot = Callable[[Page, str], None]
MESSAGE = {"serial": "b1", "counter": 7, "time": "2026-03-04T18:15:02", "code": 1, "press": "short"}


def test_places_come_from_one_line_and_go_back_at_one_press(desk: Desk, shoot: Shoot) -> None:
    page = desk.as_role("manager")
    page.goto(f"{desk.base}/places")
    page.get_by_role("link", name="一句话生成").click()
    line = page.get_by_label("楼怎么排")
    line.fill("六十栋 每")
    expect(page.locator(".field-wrong").first).to_contain_text("看不懂")
    line.fill("90–91 栋，2 单元，3 层，每层 2 户")
    preview = page.locator(".places-preview")
    expect(preview).to_contain_text("2 栋")
    expect(preview).to_contain_text("b91-u2-3")
    shoot(page, "console-places-line")
    assert violations(page) == []
    page.get_by_role("button", name="保存这些位置").click()
    notice = page.locator(".notice")
    expect(notice).to_contain_text("已保存")
    page.get_by_role("button", name=re.compile("展开90号楼")).click()
    expect(page.get_by_role("link", name="2单元")).to_be_visible()
    shoot(page, "console-places-open")
    notice.get_by_role("button").first.click()
    expect(notice).to_contain_text("已退回")
    expect(page.get_by_role("link", name="90号楼")).to_have_count(0)
    desk.calm()


def test_a_table_with_a_mistake_says_so_at_its_cell_and_saves_nothing(
    desk: Desk, shoot: Shoot, tmp_path: Path
) -> None:
    page = desk.as_role("manager")
    page.goto(f"{desk.base}/estate")
    table = tmp_path / "estate.csv"
    table.write_text("id,name_zh,type,profile,state\nt-9,T-9,camera,own,awake\n", "utf-8")
    page.locator("input[type=file]").set_input_files(table)
    wrong = page.locator(".transfer-findings").first
    expect(wrong).to_contain_text("awake")
    expect(wrong).to_contain_text("state")
    expect(page.get_by_role("button", name="保存这张表")).to_have_count(0)
    shoot(page, "console-transfer-wrong")
    assert violations(page) == []

    table.write_text("id,name_zh,type,profile,state\nt-9,T-9,camera,own,claimed\n", "utf-8")
    page.locator("input[type=file]").set_input_files(table)
    page.get_by_role("button", name="保存这张表").click()
    box = page.get_by_role("dialog")
    box.get_by_label("原因").fill("T-9")
    box.get_by_role("button", name="保存这张表").click()
    expect(page.locator(".notice")).to_contain_text("已保存 1 处")
    shoot(page, "console-transfer-saved")
    page.get_by_role("button", name="退回这一步").click()
    box.get_by_role("button", name="退回这一步").click()
    expect(page.locator(".notice")).to_contain_text("已退回")
    assert all(each["id"] != "t-9" for each in desk.ask("/api/devices")["items"])
    desk.calm()


def test_a_label_leads_to_claiming_naming_and_trying(desk: Desk, shoot: Shoot) -> None:
    desk.ask("/api/devices/d-7/step", {"step": "note", "fields": {"profile": "own", "type": "unit_door"}})
    code = desk.ask("/api/devices/d-7/registration")["code"]
    page = desk.as_role("manager")
    page.goto(f"{desk.base}/devices?c={code}")
    expect(page).to_have_url(re.compile(r"/devices/add\?c="))
    page.get_by_role("button", name="认领这一台").click()
    page.get_by_role("button", name="启用").click()
    expect(page.locator(".form-told")).to_be_visible()  # it lacks name and place
    page.get_by_label("名称（中文）").fill("D-7")
    page.get_by_label("位置").click()
    page.keyboard.type("北门")
    page.keyboard.press("Enter")
    shoot(page, "console-adding-name")
    assert violations(page) == []
    page.get_by_role("button", name="启用").click()
    expect(page.locator("[aria-current=step]")).to_contain_text("试一试")
    page.get_by_role("link", name="打开设备页，试发一条").click()
    expect(page).to_have_url(f"{desk.base}/devices/d-7")
    page.get_by_label("事件", exact=True).click()
    page.keyboard.type("强行闯入")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="试一试").click()
    expect(page.locator(".devices-trial")).to_contain_text("只是试算")
    shoot(page, "console-devices-trial")
    assert violations(page) == []
    page.goto(f"{desk.base}/devices?c={code}")  # claimed by now: the label opens its page
    expect(page).to_have_url(f"{desk.base}/devices/d-7")
    desk.calm("409", "422")


def test_a_model_is_pointed_out_from_a_pasted_message(desk: Desk, shoot: Shoot) -> None:
    page = desk.as_role("manager")
    page.goto(f"{desk.base}/profiles/new?way=paste")
    page.get_by_label("主题或地址").fill("bell/b1/event")
    page.get_by_label("消息内容").fill(json.dumps(MESSAGE))
    page.get_by_role("button", name="用这一条").click()
    expect(page.get_by_label("e.time 是")).to_have_value("time")
    page.get_by_label("第 1 行 就是").click()
    page.keyboard.type("sos.button")
    page.keyboard.press("Enter")
    page.get_by_text("细节从哪个字段来").click()
    page.get_by_label("按法").select_option("e.press")
    reading = page.locator(".profiles-reading").first
    expect(reading).to_contain_text("事件")
    shoot(page, "console-profiles-point")
    assert violations(page) == []
    page.get_by_label("名称（中文）").fill("B-1")
    page.get_by_role("button", name="保存并生效").click()
    expect(page.locator(".notice")).to_contain_text("型号已保存")
    expect(page.get_by_role("heading", level=1)).to_have_text("B-1")
    saved = desk.ask("/api/profiles/bell")
    assert (saved["origin"], saved["version"]) == ("saved", 1)
    shoot(page, "console-profiles-saved")
    page.get_by_role("button", name="删除这个型号").click()
    box = page.get_by_role("dialog")
    box.get_by_label("原因").fill("T-1")
    box.get_by_role("button", name="删除这个型号").click()
    expect(page).to_have_url(f"{desk.base}/profiles")
    desk.calm()


def test_an_address_of_a_filtered_list_keeps_its_filter(desk: Desk) -> None:
    page = desk.as_role("manager")
    page.goto(f"{desk.base}/devices")
    page.get_by_label("类型", exact=True).select_option("camera")
    expect(page).to_have_url(re.compile(r"type=camera"))
    page.reload()
    kinds = page.locator("tbody tr td:nth-child(2)")
    expect(kinds.first).to_have_text("摄像机")
    assert set(kinds.all_text_contents()) == {"摄像机"}
    desk.calm()


def test_a_secret_is_shown_once_and_a_place_is_added_inside_another(desk: Desk, shoot: Shoot) -> None:
    page = desk.as_role("manager")
    page.goto(f"{desk.base}/devices?q=gate-n")
    page.locator("main .row-link").first.click()
    page.get_by_role("button", name="发放新密码").click()
    box = page.get_by_role("dialog")
    box.get_by_role("button", name="发放新密码").click()
    expect(box.get_by_label("用户名")).to_have_value("gate-n")
    assert len(box.get_by_label("密码", exact=True).input_value()) >= 12
    shoot(page, "console-devices-secret")
    assert violations(page) == []
    box.get_by_role("button", name="已经填进设备").click()
    page.get_by_role("button", name="收回").click()
    box.get_by_role("button", name="收回").click()
    expect(page.get_by_role("button", name="收回")).to_have_count(0)

    page.goto(f"{desk.base}/places/b1")
    page.get_by_role("button", name="里面加一处").click()
    box.get_by_label("名称（中文）").fill("U-9")
    box.get_by_label("编号").fill("u9")
    shoot(page, "console-places-add")
    assert violations(page) == []
    box.get_by_role("button", name="加上").click()
    page.get_by_role("link", name="U-9").click()
    expect(page).to_have_url(f"{desk.base}/places/b1-u9")
    page.get_by_role("button", name="删除这个位置").click()
    box.get_by_label("原因").fill("T-1")
    box.get_by_role("button", name="删除这个位置").click()
    expect(page).to_have_url(f"{desk.base}/places/b1")
    desk.calm()
