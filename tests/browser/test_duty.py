"""The duty desk under a moving world: the list stands still, a cut line is said, the sound is tested."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.estate import Estate
from tests.browser.windows import Windows
from tests.integration.servers import wait_until


def order(page: Page) -> list[str]:
    return [
        str(key) for key in page.locator(".line").evaluate_all("lines => lines.map(line => line.dataset.key)")
    ]


def under(page: Page, x: float, y: float) -> str | None:
    found = page.evaluate(
        "([x, y]) => document.elementFromPoint(x, y)?.closest('.line')?.dataset.key ?? null", [x, y]
    )
    return str(found) if found else None


def middle(page: Page, number: str) -> tuple[float, float]:
    box = page.locator(f'[data-key="{number}"]').bounding_box()
    assert box is not None
    return box["x"] + 40, box["y"] + box["height"] / 2


def test_the_list_never_moves_under_the_pointer(estate: Estate, windows: Windows) -> None:
    estate.people("wang")
    guard = windows.open("wang", "/duty")
    first, second = estate.force("gate-n1").number, estate.force("door-4").number
    for number in (first, second):
        estate.act("chen", number, "level", level="L3", reason="白天", note="有人看着")
    guard.locator(".line.L3").nth(1).wait_for()
    x, y = middle(guard, second)
    guard.mouse.move(x, y)

    third = estate.force("shed-5").number  # graver: it belongs on top
    expect(guard.locator(".held")).to_contain_text("1")
    assert order(guard) == [first, second]
    estate.act("chen", first, "reject", code="false_device")  # the line above goes
    expect(guard.locator(".held")).to_contain_text("2")
    assert (order(guard), under(guard, x, y)) == ([first, second], second)

    guard.locator(".held").click()
    guard.mouse.move(900, 300)
    expect(guard.locator(".line")).to_have_count(2)
    assert order(guard) == [third, second]


def test_keyboard_focus_holds_the_list_too(estate: Estate, windows: Windows) -> None:
    estate.people("wang")
    guard = windows.open("wang", "/duty")
    first = estate.force("gate-n1").number
    guard.locator(f'[data-key="{first}"] .line-title').focus()
    estate.force("door-4")
    expect(guard.locator(".held")).to_contain_text("1")
    assert order(guard) == [first]


def test_without_anybody_near_new_lines_come_in_at_once(estate: Estate, windows: Windows) -> None:
    estate.people("wang")
    guard = windows.open("wang", "/duty")
    guard.mouse.move(5, 5)
    first = estate.force("gate-n1").number
    guard.locator(".line").first.wait_for()
    second = estate.force("door-4").number
    expect(guard.locator(".line")).to_have_count(2)
    assert order(guard) == [first, second]
    assert guard.title().startswith("(2)")


def test_the_case_in_front_stays_while_the_pointer_is_on_it(estate: Estate, windows: Windows) -> None:
    estate.people("wang")
    guard = windows.open("wang", "/duty")
    first = estate.force("gate-n1").number
    guard.locator(".case-actions .main").hover()
    graver = estate.force("door-4").number
    estate.act("chen", graver, "level", level="L1", reason="有明火")
    expect(guard.locator(".counter.L1 b")).to_have_text("1")
    expect(guard.locator(".case-number")).to_have_text(first)


def test_a_cut_line_is_said_and_comes_back_by_itself(estate: Estate, windows: Windows) -> None:
    estate.people("wang")
    windows.expected += ("ERR_", "Failed to load resource")
    guard = windows.open("wang", "/duty")
    number = estate.force().number
    guard.locator(f'[data-key="{number}"]').wait_for()
    top = middle(guard, number)
    estate.stop()
    bar = guard.locator(".bar.cut")
    expect(bar).to_contain_text("连接中断")
    expect(guard.locator(".case-actions")).to_contain_text("暂时不能操作")
    assert middle(guard, number) == top  # saying so moved nothing
    assert order(guard) == [number]  # what was known stays on the page
    estate.start()
    expect(bar).to_be_hidden()
    later = estate.force("door-4").number
    guard.locator(f'[data-key="{later}"]').wait_for()


@pytest.mark.parametrize("works", [True, False])
def test_the_sound_is_tested_and_a_red_alarm_is_heard(
    estate: Estate, windows: Windows, *, works: bool
) -> None:
    estate.people("wang", "he")
    context = windows.context()
    context.add_init_script(STUB_SOUND.replace("WORKS", "true" if works else "false"))
    guard = windows.page(context)
    guard.goto(f"{estate.base}/login?next=/duty")
    guard.locator("input[name=username]").fill("wang")
    guard.locator("input[name=password]").fill("a long enough password")
    guard.locator("button[type=submit]").click()
    guard.get_by_role("button", name="试一下声音").click()
    if not works:
        expect(guard.get_by_text("浏览器不让出声")).to_be_visible()
        return
    guard.get_by_role("button", name="听到了", exact=True).click()
    expect(guard.get_by_text("声音还没有试过")).to_have_count(0)
    before = guard.evaluate("window.sounded.length")
    number = estate.force().number
    estate.act("chen", number, "level", level="L1", reason="有明火")
    guard.wait_for_function("before => window.sounded.length >= before + 3", arg=before)
    # it went out by itself, and stays before the eyes until somebody has seen it, here or at another seat
    wait_until(lambda: estate.case(number).state == "dispatched", what="the dispatch")
    other = windows.open("he", "/duty")
    for desk in (guard, other):
        expect(desk.locator(f'.line.L1[data-key="{number}"]')).to_be_visible()
    guard.locator(f'[data-key="{number}"] .line-title').click()
    guard.keyboard.press("a")
    expect(guard.locator(".notice")).to_contain_text("已确认")
    for desk in (guard, other):
        expect(desk.locator(".tabs button").nth(2)).to_contain_text("1")
        expect(desk.locator(".tabs button").first).to_contain_text("0")
    assert estate.case(number).state == "dispatched"


STUB_SOUND = """
window.sounded = [];
class Gain { constructor() { this.gain = { setValueAtTime() {}, linearRampToValueAtTime() {} }; } connect(to) { return to; } }
class Tone extends Gain {
  constructor() { super(); this.frequency = { value: 0 }; }
  start() { window.sounded.push(this.frequency.value); }
  stop() {}
}
window.AudioContext = class {
  constructor() { this.state = 'suspended'; this.currentTime = 0; this.destination = {}; }
  async resume() { if (WORKS) this.state = 'running'; }
  createOscillator() { return new Tone(); }
  createGain() { return new Gain(); }
};
"""


def test_twelve_tabs_of_one_browser_are_all_live(estate: Estate, windows: Windows) -> None:
    estate.people("wang")
    guard = windows.open("wang", "/duty")
    tabs = [guard]
    for _ in range(11):
        tabs.append(windows.page(guard.context))
        tabs[-1].goto(f"{estate.base}/duty")
    number = estate.force().number
    for tab in tabs:
        tab.locator(f'[data-key="{number}"]').wait_for()
