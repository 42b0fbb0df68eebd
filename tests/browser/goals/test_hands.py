"""What a hand does: how many clicks a task takes, that nothing moves under the pointer, that the keyboard is enough."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.estate import DOORS, Estate
from tests.browser.goals.verdict import judge
from tests.browser.test_duty_pages import show
from tests.browser.windows import DESK, PHONE, Windows
from tests.gateway.api.house import PASSWORD
from tests.integration.servers import wait_until

CLICKS = {
    "confirm": 1, "dispatch": 2, "false_alarm": 2, "shelve": 2, "evidence": 1, "time_jump": 2, "take": 1, "photo_report": 4,
}  # fmt: skip
UNDER = "([x, y]) => document.elementFromPoint(x, y)?.closest('.line')?.dataset.key ?? null"
TABS = 12
PAGES = ("orders", "map", "cameras", "shelved", "handover", "records")
TASKS = (
    "log in", "confirm", "dispatch", "false alarm", "shelving opened and left", "group", "confirm what is chosen", "plan", "help",
    *PAGES, "search",
)  # fmt: skip
# What has the keyboard, and whether one can see that: an outline or a ring, and nothing lying over it.
FOCUS = """
() => {
  const node = document.activeElement;
  if (!node || node === document.body) return { name: '', seen: true };
  const outlined = style => (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none';
  const probe = document.createElement('i');
  probe.style.color = 'var(--focus)';
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  const ring = outlined(getComputedStyle(node)) || outlined(getComputedStyle(node, '::after'))
    || [node.parentElement, node.closest('label')].some(each => each && outlined(getComputedStyle(each)))
    || [...node.children].some(each => getComputedStyle(each).stroke === colour);
  const box = node.getBoundingClientRect();
  const over = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 20));
  const clear = over !== null && (node.contains(over) || over.contains(node) || node.closest('label')?.contains(over));
  const inside = box.bottom > 0 && box.top < innerHeight && box.width > 0;
  const why = [ring ? '' : 'no ring', clear ? '' : `under ${over?.className}`, inside ? '' : 'outside'].filter(Boolean).join(', ');
  const name = node.getAttribute('aria-label') ?? node.textContent.trim().slice(0, 20);
  return { name: `${location.pathname} ${node.tagName}.${node.getAttribute('class')} ${name}: ${why}`, seen: why === '' };
}
"""


class Hand:
    """Counts what it presses."""

    def __init__(self) -> None:
        self.clicks = 0

    def press(self, what: Locator) -> None:
        what.click()
        self.clicks += 1


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    Image.new("RGB", (2000, 1500), (90, 120, 60)).save(tmp_path / "hole.jpg")
    return tmp_path / "hole.jpg"


def line_button(page: Page, number: str, name: str) -> Locator:
    page.locator(f'[data-key="{number}"]').hover()
    return page.locator(f'[data-key="{number}"]').get_by_role("button", name=name)


@pytest.mark.goal(11)
def test_each_task_takes_exactly_so_many_clicks(estate: Estate, windows: Windows, photo: Path) -> None:
    estate.people("wang", "chen", "zhao")
    windows.expected += ("503",)  # the list of what is shelved is asked of the rulebook too
    numbers = [estate.force(door).number for door, *_ in DOORS]
    hands: dict[str, Hand] = defaultdict(Hand)
    guard_decides(estate, windows, numbers, hands)
    manager = windows.open("chen", "/duty")
    manager_decides(estate, manager, numbers, hands)
    looks_back(estate, manager, numbers[0], hands)
    worker_takes(estate, windows, estate.case(numbers[1]).number, hands["take"])
    anybody_reports(estate, windows, photo, hands["photo_report"])
    judge(
        11,
        "clicks",
        "clicks of a scripted task from where a person stands before it",
        {name: hand.clicks for name, hand in hands.items()},
        exactly=CLICKS,
    )


def guard_decides(estate: Estate, windows: Windows, numbers: list[str], hands: dict[str, Hand]) -> None:
    guard = windows.open("wang", "/duty")
    guard.locator(f'[data-key="{numbers[5]}"]').wait_for()
    hands["confirm"].press(line_button(guard, numbers[0], "确认"))
    wait_until(lambda: estate.case(numbers[0]).state != "pending_verify", what="the step")
    hands["dispatch"].press(line_button(guard, numbers[1], "派单"))
    guard.locator(".person.chosen").wait_for()
    hands["dispatch"].press(guard.locator(".case-actions").get_by_role("button", name="确定"))
    wait_until(lambda: estate.case(numbers[1]).state == "dispatched", what="the dispatch")


def manager_decides(estate: Estate, manager: Page, numbers: list[str], hands: dict[str, Hand]) -> None:
    manager.locator(f'[data-key="{numbers[2]}"]').wait_for()
    hands["false_alarm"].press(line_button(manager, numbers[2], "误报"))
    hands["false_alarm"].press(manager.get_by_role("button", name="设备故障"))
    wait_until(lambda: estate.case(numbers[2]).state == "rejected", what="the rejection")
    # from the open case, as a guard stands before it; length and extent stand ready, the reason does it
    manager.locator(f'[data-key="{numbers[3]}"] .line-title').click()
    manager.locator(".case-actions .main").wait_for()
    asked: list[dict[str, Any]] = []

    def keep(route: Route) -> None:  # this small estate has no rulebook to keep a shelving in
        if route.request.method != "POST":
            route.continue_()
            return
        asked.append(json.loads(route.request.post_data or "{}"))
        said = {"zh": "4号楼单元门", "en": "Entrance of building 4"}
        route.fulfill(
            status=201, json={"id": "s1", "said": said, "until": asked[0]["until"], "covers_l1": False}
        )

    manager.route("**/api/silences", keep)
    hands["shelve"].press(manager.locator(".case-actions").get_by_role("button", name="屏蔽"))
    hands["shelve"].press(manager.get_by_role("button", name="正在施工"))
    expect(manager.locator(".notice")).to_contain_text("已屏蔽")
    assert asked[0]["reason"] == "正在施工"
    assert f'device.id == "{DOORS[3][0]}"' in asked[0]["where"]


def looks_back(estate: Estate, manager: Page, number: str, hands: dict[str, Hand]) -> None:
    show(estate, "gate-n1", "access.forced", 0)
    manager.goto(f"{estate.base}/duty?case={number}")
    hands["evidence"].press(manager.locator(".strip-open").first)
    expect(manager.locator(".viewer").first).to_be_visible()
    manager.goto(f"{estate.base}/duty")
    hands["time_jump"].press(manager.locator(".rail").get_by_role("link", name="查询", exact=True))
    hands["time_jump"].press(manager.get_by_role("button", name="最近 1 小时"))
    expect(manager.locator("tbody tr").first).to_be_visible()


def worker_takes(estate: Estate, windows: Windows, number: str, hand: Hand) -> None:
    owner = estate.case(number).assignees[0]
    estate.people(owner)
    worker = windows.open(owner, f"/m?case={number}", size=PHONE)
    hand.press(worker.get_by_role("button", name="接单"))
    wait_until(lambda: estate.case(number).state == "taken", what="the taking")


def anybody_reports(estate: Estate, windows: Windows, photo: Path, hand: Hand) -> None:
    reporter = windows.open("zhao", "/m", size=PHONE)
    hand.press(reporter.locator(".tabbar button:nth-child(2)"))
    with reporter.expect_file_chooser() as chooser:
        hand.press(reporter.locator("main .button.big").first)
    chooser.value.set_files(photo)
    hand.press(reporter.locator(".spots button").first)
    hand.press(reporter.locator("form.resolve button[type=submit]"))
    wait_until(lambda: any(case.reporter == "zhao" for case in all_cases(estate)), what="the report")


def all_cases(estate: Estate) -> list[Any]:
    return list(estate.house.pump.state.cases.incidents.values())  # type: ignore[attr-defined]  # the house's own state


@pytest.mark.goal(10)
def test_nothing_moves_under_the_pointer(estate: Estate, windows: Windows) -> None:
    estate.people("wang")
    guard = windows.open("wang", "/duty")
    first, second = (estate.force(door).number for door in ("gate-n1", "door-4"))
    for number in (first, second):
        estate.act("chen", number, "level", level="L3", reason="白天", note="有人看着")
    guard.locator(".line.L3").nth(1).wait_for()
    box = guard.locator(f'[data-key="{second}"]').bounding_box()
    assert box is not None
    place = [box["x"] + 40, box["y"] + box["height"] / 2]
    guard.mouse.move(*place)
    moved, samples = 0, 0
    third = ""
    for turn in range(10):  # graver ones come, change, and the line above goes
        if turn in {0, 3, 6}:
            third = estate.force(("shed-5", "door-2", "door-3")[turn // 3]).number
        elif turn == 9:
            estate.act("chen", first, "reject", code="false_device")
        else:
            other = "L3" if estate.case(third).level == "L2" else "L2"
            estate.act("chen", third, "level", level=other, reason="再看", note="有人看着")
        guard.wait_for_timeout(300)  # a change is on the screen within that, or it moves nothing later either
        samples += 1
        moved += guard.evaluate(UNDER, place) != second
    expect(guard.locator(".held")).to_be_visible()  # something did wait
    guard.mouse.move(900, 300)
    guard.locator(".held").click()
    guard.mouse.move(900, 300)
    expect(guard.locator(f'[data-key="{third}"]')).to_be_visible()
    judge(
        10, "pointer", "samples in which the row under a resting pointer was another after changes above it",
        {"samples": samples, "moved": moved}, exactly={"samples": 10, "moved": 0},
    )  # fmt: skip


@pytest.mark.goal(20)
def test_twelve_tabs_are_live(estate: Estate, windows: Windows) -> None:
    estate.people("wang")
    guard = windows.open("wang", "/duty")
    tabs = [guard]
    for _ in range(TABS - 1):
        tabs.append(windows.page(guard.context))
        tabs[-1].goto(f"{estate.base}/duty")
        tabs[-1].locator(".empty-title").wait_for()
    number = estate.force().number
    live = 0
    for tab in tabs:
        tab.locator(f'[data-key="{number}"]').wait_for()
        live += 1
    judge(
        20,
        "tabs",
        "tabs of one browser over plain HTTP that show a new case",
        {"live": live},
        exactly={"live": TABS},
    )


class Keys:
    """A person without a mouse: presses keys, and notes after each whether one could see where the keyboard is."""

    def __init__(self, page: Page, estate: Estate) -> None:
        self.page, self.estate = page, estate
        self.unseen: list[str] = []
        self.done: list[str] = []

    def press(self, *names: str) -> None:
        for name in names:
            self.page.keyboard.press(name)
            found = self.page.evaluate(FOCUS)
            if not found["seen"]:
                self.unseen.append(found["name"])

    def reach(self, selector: str, most: int = 120) -> None:
        """Go with Tab alone until this has the keyboard."""
        for _ in range(most):
            if self.page.evaluate("what => document.activeElement?.matches(what) ?? false", selector):
                return
            self.press("Tab")
        pytest.fail(f"the keyboard does not reach {selector}")

    def at(self, number: str) -> None:
        """Go to a line with J and K."""
        for key in ("j",) * 14 + ("k",) * 14:
            if self.page.locator(".line.open").get_attribute("data-key") == number:
                return
            self.press(key)
        pytest.fail(f"J and K do not reach {number}")

    def becomes(self, task: str, number: str, right: Callable[[str], bool]) -> None:
        wait_until(lambda: right(self.estate.case(number).state), seconds=30, what=task)
        self.done.append(task)

    def around(self, word: str) -> None:
        """Go round the page with Tab: it must come back to where it began, or the page holds the keyboard."""
        begin = self.page.evaluate(
            "() => { window.begin = document.activeElement; return window.begin?.textContent ?? ''; }"
        )
        for _ in range(250):
            self.press("Tab")
            if self.page.evaluate(
                "() => document.activeElement === window.begin || document.activeElement === document.body"
            ):
                return
        pytest.fail(f"{word}: Tab does not come round from {begin}")


@pytest.mark.slow
@pytest.mark.goal(15)
def test_the_keyboard_is_enough_for_a_shift(estate: Estate, windows: Windows) -> None:
    """Look at the focus after every key of a shift; `make test` does the desk's work by keys in test_duty_deeds."""
    estate.people("wang", "chen")
    windows.expected += ("503",)  # this small estate has no rulebook: nothing is shelved in it
    keys = Keys(windows.page(windows.context(size=DESK)), estate)
    logs_in(keys)
    numbers = [estate.force(door).number for door, *_ in DOORS]
    keys.page.locator(f'[data-key="{numbers[5]}"]').wait_for()
    decides_by_keys(keys, numbers)
    chooses_by_keys(keys, numbers[3])
    for word in PAGES:
        keys.page.goto(f"{estate.base}/duty/{word}")
        keys.page.locator("main h1, main h2").first.wait_for()
        keys.reach(".rail a")
        keys.around(word)
        keys.done.append(word)
    searches_by_keys(keys)
    figures = {
        "not_done": [each for each in TASKS if each not in keys.done],
        "tasks": len(TASKS),
        "focus_not_visible": sorted(set(keys.unseen)),
    }
    judge(
        15, "keyboard", "the duty task list by keys alone; after each key the focus is visible and not covered; Tab goes round",
        figures, exactly={"not_done": [], "focus_not_visible": []},
    )  # fmt: skip


def logs_in(keys: Keys) -> None:
    keys.page.goto(f"{keys.estate.base}/login?next=/duty")
    keys.reach("input[name=username]")
    keys.page.keyboard.type("chen")
    keys.reach("input[name=password]")
    keys.page.keyboard.type(PASSWORD)
    keys.press("Enter")
    keys.page.wait_for_url(f"{keys.estate.base}/duty")
    keys.done.append("log in")


def decides_by_keys(keys: Keys, numbers: list[str]) -> None:
    page = keys.page
    keys.press("j")
    keys.at(numbers[0])
    keys.press("a")
    keys.becomes("confirm", numbers[0], lambda state: state != "pending_verify")
    keys.at(numbers[1])
    keys.press("d")
    expect(page.locator(".panel .main")).to_be_focused()
    keys.press("Enter")
    keys.becomes("dispatch", numbers[1], lambda state: state == "dispatched")
    keys.press("j", "k")
    keys.at(numbers[2])
    keys.press("f")
    keys.reach(".case-actions.panel button")
    keys.press("Enter")
    keys.becomes("false alarm", numbers[2], lambda state: state == "rejected")
    keys.at(numbers[3])
    keys.press("s")
    expect(page.locator(".case-actions.panel")).to_be_visible()
    keys.press("Escape")
    expect(page.locator(".case-actions.panel")).to_have_count(0)
    keys.done.append("shelving opened and left")


def chooses_by_keys(keys: Keys, number: str) -> None:
    page = keys.page
    keys.press("g")
    expect(page.locator(".group-head").first).to_be_visible()
    keys.press("g", "g")
    keys.done.append("group")
    keys.press("x")
    expect(page.locator(".choosing b")).to_contain_text("1")
    keys.press("Shift+A")
    keys.becomes("confirm what is chosen", number, lambda state: state != "pending_verify")
    keys.press("m")
    expect(page.locator(".plan .house:focus")).to_have_count(1)
    keys.done.append("plan")
    keys.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    keys.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    keys.done.append("help")


def searches_by_keys(keys: Keys) -> None:
    page = keys.page
    page.goto(f"{keys.estate.base}/duty")
    page.locator(".line").first.wait_for()
    keys.press("/")
    page.wait_for_url("**/duty/search*")
    keys.reach("input")
    page.keyboard.type("zzz-nothing")
    expect(page.locator(".empty-title")).to_be_visible()
    keys.done.append("search")
