"""The whole way of a report by a scanned code, on a phone: form, guard, worker, answer, rating; zh and en."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from gateway.api.views.lens import Lens
from gateway.resident.spot import spot_with
from tests.browser.estate import Estate
from tests.browser.measure import violations
from tests.browser.windows import PHONE, Windows
from tests.integration.servers import wait_until

WORDS = "垃圾桶满了两天没人收"
SAY = {
    "zh": {"here": "您在 1号楼2单元", "kind": "垃圾、卫生", "thanks": "收到了，谢谢您", "received": "已收到", "done": "已处理", "happy": "满意", "rated": "谢谢您的评价"},
    "en": {"here": "You are at", "kind": "Rubbish, dirt", "thanks": "We have it, thank you", "received": "Received", "done": "Done", "happy": "Satisfied", "rated": "Thank you for your rating"},
}  # fmt: skip


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    Image.effect_mandelbrot((2400, 1800), (-2, -1.2, 1, 1.2), 60).convert("RGB").save(path)
    return path


def scanned(estate: Estate, key: str = "unit:1/2") -> str:
    """Return the address that the printed code of a place opens."""
    services, door = estate.house.services, estate.house.door
    lens = Lens(community=services.community(), now=services.now(), offset=services.offset())
    spot = spot_with(lens, key)
    assert spot is not None
    token = door.token(spot, site=services.community().id, round_=1)
    return f"{estate.base}/report?p={token}"


def reported(estate: Estate, resident: Page, photo: Path, say: dict[str, str], shoot: Callable[[Page, str], None], language: str) -> str:  # fmt: skip
    """Report by the scanned code, with a photo; return the number of the case."""
    resident.goto(scanned(estate))
    expect(resident.locator(".here")).to_contain_text(say["here"])
    assert violations(resident) == []
    shoot(resident, f"resident-form-{language}")
    resident.locator(".kind", has_text=say["kind"]).click()
    resident.locator("textarea").fill(WORDS)
    resident.set_input_files(".pieces input[type=file] >> nth=0", photo)
    resident.locator(".piece img").wait_for()
    resident.screenshot(path=f"build/screens/resident-filled-{language}.png", full_page=True)
    resident.locator("button[type=submit]").click()
    expect(resident.locator("h1")).to_have_text(say["thanks"])
    assert violations(resident) == []
    shoot(resident, f"resident-thanks-{language}")
    return resident.locator(".thanks b").inner_text()


def handled(estate: Estate, number: str) -> None:
    """Let the worker do it, release the resident's picture, and have it closed."""
    sent = estate.case(number).photos[0]
    estate.act("wang", number, "accept")
    estate.act("wang", number, "dispatch", assignees=["zhao"])
    estate.act("zhao", number, "take")
    estate.act("zhao", number, "arrive")
    proof = msgspec.structs.replace(
        sent, sha256="ab" * 32, by="zhao"
    )  # the resident's own picture proves no work
    estate.act(
        "zhao", number, "resolve", photos=(proof,), note="清运完成", code="true_handled",
        public_note="楼道已清理干净，以后每天收两次。", release=[sent.sha256],
    )  # fmt: skip
    estate.act("he", number, "close", code="true_handled")
    wait_until(lambda: estate.case(number).state == "closed", what="the close")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_from_the_scanned_code_to_the_rating(
    estate: Estate, windows: Windows, photo: Path, language: str, shoot: Callable[[Page, str], None]
) -> None:
    windows.expected += ("404",)  # the worker's picture is named here, not stored
    say = SAY[language]
    estate.people("wang", "zhao")
    resident = windows.page(windows.context(size=PHONE, language=language))
    number = reported(estate, resident, photo, say, shoot, language)

    guard = windows.open("wang", f"/duty?case={number}", language=language)
    expect(guard.locator(".report-words")).to_contain_text(WORDS)
    assert len(estate.case(number).photos) == 1

    resident.locator(".thanks .main").click()
    expect(resident.locator(".stand h2")).to_have_text(say["received"])
    handled(estate, number)
    resident.reload()
    expect(resident.locator(".stand h2")).to_have_text(say["done"])
    expect(resident.locator(".words")).to_contain_text("以后每天收两次")
    resident.locator(".released img").scroll_into_view_if_needed()
    wait_until(
        lambda: resident.locator(".released img").evaluate("image => image.naturalWidth > 0"),
        what="the released picture",
    )
    assert violations(resident) == []
    resident.screenshot(path=f"build/screens/resident-answer-{language}.png", full_page=True)
    resident.locator(".scores .kind", has_text=say["happy"]).last.click()
    resident.locator(".rating button[type=submit]").click()
    expect(resident.locator(".rated h2")).to_have_text(say["rated"])
    assert violations(resident) == []
    assert "赵敏" not in resident.content()


def test_a_replaced_code_says_what_to_do(estate: Estate, windows: Windows) -> None:
    windows.expected += ("422",)  # the browser itself notes the refused request
    resident = windows.page(windows.context(size=PHONE))
    resident.goto(f"{estate.base}/report?p=AAAA.BBBB")
    expect(resident.get_by_role("alert")).to_contain_text("请扫新贴的码")
    resident.get_by_role("button", name="自己选地点").click()
    resident.locator("select").wait_for()


def test_at_twice_the_text_nothing_leaves_the_phone(estate: Estate, windows: Windows) -> None:
    resident = windows.page(windows.context(size=PHONE, size_="xlarge"))
    resident.goto(scanned(estate))
    resident.locator(".here").wait_for()
    resident.evaluate("document.documentElement.style.fontSize = '36px'")
    wide = resident.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    resident.screenshot(path="build/screens/resident-form-200.png", full_page=True)
    assert wide <= 0
    assert violations(resident) == []


def test_the_keyboard_alone_sends_a_report(estate: Estate, windows: Windows) -> None:
    resident = windows.page(windows.context(size=PHONE))
    resident.goto(scanned(estate))
    resident.locator(".kind input").first.focus()
    resident.keyboard.press("ArrowRight")
    resident.keyboard.press("Tab")
    resident.keyboard.type("楼道灯不亮")
    resident.locator("button[type=submit]").focus()
    resident.keyboard.press("Enter")
    expect(resident.locator("h1")).to_have_text("收到了，谢谢您")
