"""The administrator's story: health, a drill switched on and off, settings; the auditor's: the chain is whole."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.desk import Desk
from tests.browser.measure import violations
from tests.gateway.upgrade.packages import changed, package


def opened(page: Page, desk: Desk, path: str, title: str) -> None:
    page.goto(desk.base + path)
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()


def test_health_tells_disk_and_parts(desk: Desk) -> None:
    page = desk.as_role("administrator")
    opened(page, desk, "/system", "系统健康")
    expect(page.get_by_text("磁盘已用")).to_be_visible()
    expect(page.get_by_role("heading", level=3, name="存储")).to_be_visible()
    expect(page.get_by_role("heading", level=3, name="内存")).to_be_visible()
    desk.calm()


def test_a_drill_is_switched_on_for_hours_and_off_again(desk: Desk) -> None:
    page = desk.as_role("manager")
    opened(page, desk, "/drills", "演练与布防")
    page.get_by_role("button", name="打开 全小区 检修").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("检修期间")
    assert violations(page) == []
    dialog.get_by_role("button", name="打开").click()
    off = page.get_by_role("button", name="关闭 全小区 检修")
    expect(off).to_be_visible()
    (flag,) = [
        each
        for each in desk.ask("/api/modes")["items"]
        if each["flag"] == "maintenance" and each["zone"] is None
    ]
    assert flag["value"] is True
    assert flag["until"] is not None
    off.click()
    dialog.get_by_role("button", name="关闭", exact=True).last.click()
    expect(page.get_by_role("button", name="打开 全小区 检修")).to_be_visible()
    desk.calm()


def test_a_ready_story_is_played_through_the_real_pipeline_and_scored(desk: Desk) -> None:
    page = desk.as_role("manager")
    opened(page, desk, "/drills", "演练与布防")
    page.get_by_role("button", name="开始演练：烟感报警").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("值班台会响")
    expect(dialog.locator(".pick")).to_contain_text("烟感")  # a device that can tell the story is proposed
    assert violations(page) == []
    before = len(desk.ask("/api/trials")["items"])
    dialog.get_by_role("button", name="开始").click()
    expect(dialog).to_have_count(0)
    page.get_by_role("link", name="看每次的成绩").click()
    card = page.locator("[data-trial]").first
    expect(card).to_contain_text("火灾报警")
    expect(card).to_contain_text("报警产生")
    trials = desk.ask("/api/trials")["items"]
    assert len(trials) == before + 1
    assert [step["allowed_s"] for step in trials[0]["steps"] if step["step"] == "sent"] == [120.0]
    desk.calm()


def test_only_the_zone_that_is_looked_at_is_listed_beside_the_site(desk: Desk) -> None:
    page = desk.as_role("manager")
    opened(page, desk, "/drills", "演练与布防")
    expect(page.locator("tbody tr")).to_have_count(3)
    page.get_by_label("看一个区域").select_option(index=1)
    expect(page.locator("tbody tr")).to_have_count(6)
    desk.calm()


def test_the_administrator_may_look_at_drills_and_reads_whom_to_ask(desk: Desk) -> None:
    page = desk.as_role("administrator")
    opened(page, desk, "/drills", "演练与布防")
    expect(page.get_by_text("需要切换请找")).to_be_visible()
    expect(page.get_by_role("button", name="打开 全小区 演练")).to_have_count(0)
    desk.calm()


def test_the_auditor_proves_that_nothing_was_changed(desk: Desk) -> None:
    page = desk.as_role("auditor")
    opened(page, desk, "/audit", "审计")
    page.get_by_role("button", name="校验整条链").click()
    expect(page.get_by_text("完整，没有被改动")).to_be_visible()
    page.get_by_label("谁（登录名）").fill("nobody.at.all")
    expect(page.get_by_text("没有符合条件的记录").first).to_be_visible()
    desk.calm()


def test_a_box_without_backups_says_how_to_set_them_up(desk: Desk) -> None:
    page = desk.as_role("administrator")
    opened(page, desk, "/backups", "备份与恢复")
    expect(page.get_by_text("还没有设置备份")).to_be_visible()
    expect(page.get_by_role("heading", name="怎么恢复")).to_be_visible()
    desk.calm()


def test_settings_lead_through_the_first_steps(desk: Desk) -> None:
    page = desk.as_role("administrator")
    opened(page, desk, "/setup", "站点设置")
    expect(page.get_by_role("heading", name="头一次使用")).to_be_visible()
    expect(page.locator("[aria-current=step]")).to_have_count(1)
    page.get_by_role("link", name="集成").click()
    expect(page.get_by_text("MQTT 消息服务器").first).to_be_visible()
    page.get_by_role("link", name="数据保留与隐私").click()
    expect(page.get_by_text("审计日志").first).to_be_visible()
    page.get_by_role("link", name="离线升级").click()
    expect(page.get_by_text("还没有切换过版本")).to_be_visible()
    desk.calm()


def test_a_shorter_time_says_what_goes_is_confirmed_and_taken_back(desk: Desk) -> None:
    page = desk.as_role("administrator")
    opened(page, desk, "/setup/retention", "站点设置")
    page.get_by_role("button", name="修改期限").click()
    page.get_by_label("测量值，每分钟").fill("0")
    page.get_by_label("案件的照片").fill("4000")
    page.get_by_role("button", name="保存期限").click()
    expect(page.get_by_text("应为 1 到 366 天的数字，写的是 0")).to_be_visible()
    expect(page.get_by_text("应为 1 到 3650 天的数字，写的是 4000")).to_be_visible()
    page.get_by_label("案件的照片").fill("30")
    page.get_by_label("测量值，每分钟").fill("3")
    page.get_by_role("button", name="保存期限").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("缩短保留期限")
    assert violations(page) == []
    dialog.get_by_role("button", name="缩短").click()
    row = page.get_by_role("row").filter(has_text="测量值，每分钟")
    expect(row).to_contain_text("3 天")
    expect(row).to_contain_text("在这一页上改的")
    page.get_by_role("button", name="修改期限").click()
    page.get_by_role("button", name="恢复成默认的 7 天").click()
    page.get_by_role("button", name="保存期限").click()
    expect(row).to_contain_text("7 天")
    expect(row).not_to_contain_text("在这一页上改的")
    desk.calm("422")


def test_a_receiver_is_named_held_back_and_taken_away_and_a_token_made_where_it_is_looked_for(
    desk: Desk,
) -> None:
    page = desk.as_role("administrator")
    opened(page, desk, "/setup/integrations", "站点设置")
    page.get_by_role("button", name="加一个接收方").click()
    box = page.get_by_role("dialog")
    box.get_by_label("短名称").fill("Street")
    box.get_by_label("对方的地址").fill("http://10.0.0.5/in")
    add = box.get_by_role("button", name="加一个接收方")
    add.click()
    expect(box.locator(".field.wrong")).to_have_count(4)  # whom, what for, address, name
    assert violations(page) == []
    box.get_by_label("给谁", exact=True).fill("幸福街道综治中心")
    box.get_by_label("为什么给").fill("联动处置")
    box.get_by_label("对方的地址").fill("https://platform.example.org/in")
    box.get_by_label("短名称").fill("street")
    add.click()
    expect(box.get_by_label("签名密钥")).to_have_value(re.compile("^whsec_"))
    box.get_by_role("button", name="关闭").click()
    row = page.get_by_role("row").filter(has_text="幸福街道综治中心")
    expect(row).to_contain_text("演示小区什么都不往外发")
    row.get_by_role("button", name="暂停").click()
    expect(row).to_contain_text("已暂停")
    assert violations(page) == []
    row.get_by_role("button", name="拿掉").click()
    box.get_by_role("button", name="拿掉").click()
    expect(row).to_have_count(0)
    page.get_by_role("button", name="做一个令牌").click()
    expect(box.get_by_label("有效天数")).to_have_value("90")
    box.get_by_role("button", name="取消").click()
    desk.calm("422")


def test_a_package_is_brought_in_proven_and_the_page_says_the_one_command(desk: Desk, tmp_path: Path) -> None:
    page = desk.as_role("administrator")
    opened(page, desk, "/setup/upgrade", "站点设置")
    whole = package(tmp_path, "99.1.0")
    (tmp_path / "changed.scgu").write_bytes(changed(whole.read_bytes()))
    page.get_by_label("升级包文件").set_input_files(tmp_path / "changed.scgu")
    page.get_by_role("button", name="上传并校验").click()
    expect(page.get_by_text("内容和签名清单不符")).to_be_visible()
    assert desk.ask("/api/upgrades")["package"] is None
    page.get_by_label("升级包文件").set_input_files(whole)
    page.get_by_role("button", name="上传并校验").click()
    expect(page.get_by_text("等着启用：版本 99.1.0")).to_be_visible()
    expect(page.get_by_text("upgrade use 99.1.0")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="不用这个，拿掉").click()
    expect(page.get_by_text("等着启用")).to_have_count(0)
    desk.calm("422")
