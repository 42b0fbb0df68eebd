"""The worst hours: a thousand alarms a minute, a line that is cut for ten minutes, a day that does not end."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.estate import HOST
from tests.browser.goals.rig import Rig
from tests.browser.goals.station import metrics, opened
from tests.browser.goals.verdict import judge, spread
from tests.browser.windows import Windows
from tests.integration.servers import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(10 * 3600)]
Start = Callable[..., Rig]
On = Callable[[Rig], Windows]
ALARMS, FLOOD_S, REDS = 1_000, 60.0, 5
SOAK_S = float(os.environ.get("GATEWAY_SOAK_S", "600"))
WARM_S = min(240.0, SOAK_S / 2)  # by then the page holds as many ended cases as it ever keeps
# From the press to the handler (what waits for a busy page) and to the next two frames (what the eye gets), in ms.
PRESSES = """
() => {
  window.delays = []; window.paints = [];
  window.addEventListener('keydown', event => {
    window.delays.push(performance.now() - event.timeStamp);
    requestAnimationFrame(() => requestAnimationFrame(() => window.paints.push(performance.now() - event.timeStamp)));
  }, { capture: true });
}
"""
RED = """
number => new Promise(done => {
  const there = () => document.querySelector(`.line.L1[data-key="${number}"]`) || document.querySelector('.held.urgent');
  const look = () => there() ? requestAnimationFrame(() => done(performance.timeOrigin + performance.now())) : requestAnimationFrame(look);
  look();
})
"""
ROWS = "() => [...document.querySelectorAll('.lines .line')].map(line => line.dataset.key)"


def all_rows(page: Page) -> list[str]:
    """Return every row of every tab, ungrouped, each once per showing."""
    page.locator("h1, .tabs").first.click()
    while page.locator(".group-head").count():
        page.keyboard.press("g")
        page.wait_for_timeout(300)
    found: list[str] = []
    for tab in page.locator(".tabs button").all():
        tab.click()
        page.mouse.move(900, 300)
        page.wait_for_timeout(500)
        if page.locator(".held").count():
            page.locator(".held").click()
            page.mouse.move(900, 300)
            page.wait_for_timeout(500)
        found += page.evaluate(ROWS)
    return found


@pytest.mark.goal(9)
def test_a_flood_hides_nothing(rig: Start, windows_of: On) -> None:
    it = rig(doors=ALARMS + REDS)
    it.ask("people", names=["wang", "li"])
    windows = windows_of(it)
    hand, eye = opened(windows), opened(windows, person="li")
    reds = [it.ask("force", door=f"door-n{ALARMS + each}")["number"] for each in range(REDS)]
    for page in (hand, eye):
        page.locator(f'[data-key="{reds[-1]}"]').wait_for()
    hand.evaluate(PRESSES)
    visible: list[float] = []
    it.ask("steady", a_second=ALARMS / FLOOD_S, seconds=FLOOD_S, doors=ALARMS, once=True)
    for number in reds:
        end = time.monotonic() + FLOOD_S / (REDS + 1)
        while time.monotonic() < end:
            hand.keyboard.press("j")
            hand.wait_for_timeout(250)
        asked = time.time() * 1000
        it.ask("red", number=number)
        visible.append(eye.evaluate(RED, number) - asked)
    it.ask("finish")
    of = it.ask("numbers")
    known = {of[door] for door in of}
    rows = all_rows(eye)
    pressed, painted = hand.evaluate("window.delays"), hand.evaluate("window.paints")
    figures = {
        "alarms": ALARMS, "presses": len(pressed),
        **{f"input_delay_{name}": value for name, value in spread(pressed).items()},
        "press_to_paint_p95_ms": spread(painted)["p95_ms"],
        "red_visible_max_ms": round(max(visible), 1),
        "lost_rows": len(known - set(rows)), "rows_twice": len(rows) - len(set(rows)),
    }  # fmt: skip
    judge(
        9, "flood", f"{ALARMS} alarms in {FLOOD_S:.0f} s, each a case of its own: keys at one station, red ones watched at another",
        figures, at_most={"input_delay_p95_ms": 100, "red_visible_max_ms": 1000}, exactly={"lost_rows": 0, "rows_twice": 0},
    )  # fmt: skip


class Line(threading.Thread):
    """A wire between browser and gateway that can go dead without a word, as a pulled cable does."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self._to = port
        self._listen = socket.create_server(("127.0.0.1", 0))
        self.port = self._listen.getsockname()[1]
        self.whole = threading.Event()
        self.whole.set()
        self._ends: list[socket.socket] = []

    def run(self) -> None:
        while True:
            try:
                near, _ = self._listen.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def cut(self) -> None:
        self.whole.clear()

    def mend(self) -> None:
        """Connect again; what was open before is gone, as after any long cut."""
        self.whole.set()
        self._drop()

    def stop(self) -> None:
        self._listen.close()
        self.whole.set()
        self._drop()

    def _drop(self) -> None:
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._ends = []

    def _carry(self, near: socket.socket) -> None:
        self.whole.wait()
        try:
            far = socket.create_connection(("127.0.0.1", self._to))
        except OSError:
            near.close()
            return
        self._ends += [near, far]
        back = threading.Thread(target=self._pour, args=(far, near), daemon=True)
        back.start()
        self._pour(near, far)
        back.join()
        near.close()
        far.close()

    def _pour(self, source: socket.socket, to: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(65536):
                self.whole.wait()
                to.sendall(piece)
        with suppress(OSError):
            to.shutdown(socket.SHUT_WR)


def size(page: Page) -> dict[str, float]:
    """Return what the page holds after its rubbish was taken away: bytes of heap, nodes, listeners."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.enable")
    session.send("Performance.enable")
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
    found = metrics(session)
    session.detach()
    return {
        "heap_mb": found["JSHeapUsedSize"] / 1e6,
        "nodes": found["Nodes"],
        "listeners": found["JSEventListeners"],
    }


@pytest.mark.goal(7, 19)
def test_a_long_day_and_a_long_cut(rig: Start, windows_of: On) -> None:
    """One station lives through the whole time; the other is cut off after the first minutes and comes back at the end."""
    it = rig(doors=6 + int(WARM_S + SOAK_S))
    it.ask("people", names=["wang", "li"])
    line = Line(it.port)
    line.start()
    near, far = windows_of(it), windows_of(it)
    far.base = f"http://{HOST}:{line.port}"
    for windows in (near, far):
        windows.expected += ("ERR_", "Failed to load resource")
    stays, cut_off = opened(near), opened(far, person="li")
    it.ask("churn", a_second=0.5, seconds=WARM_S + SOAK_S)
    for page in (stays, cut_off):
        page.locator(".line").first.wait_for()
    cut = closed_door(it, stays)
    expect(cut_off.locator(".bar.cut")).to_be_hidden()
    stays.wait_for_timeout(WARM_S * 1000)
    before = size(stays)
    cut |= silent_cut(it, line, cut_off)
    after = size(stays)
    cut |= way_back(it, line, stays, cut_off)
    line.stop()
    misses = [*missed(judge_soak, before, after), *missed(judge_cut, cut)]
    assert not misses, json.dumps(misses)


def closed_door(it: Rig, stays: Page) -> dict[str, float]:
    """A socket that is closed is noticed at once, and the way back is short."""
    began = time.monotonic()
    it.ask("close")
    expect(stays.locator(".bar.cut")).to_be_visible()
    closed_s = time.monotonic() - began
    it.ask("open")
    began = time.monotonic()
    expect(stays.locator(".bar.cut")).to_be_hidden()
    return {
        "bar_after_closed_socket_s": round(closed_s, 2),
        "recovery_after_restart_s": round(time.monotonic() - began, 2),
    }


def silent_cut(it: Rig, line: Line, cut_off: Page) -> dict[str, float]:
    """Cut one station off without a word until the day of the other has ended."""
    began = time.monotonic()
    line.cut()
    expect(cut_off.locator(".bar.cut")).to_be_visible()
    silent_s = time.monotonic() - began
    it.ask("finish")
    return {"bar_after_silent_cut_s": round(silent_s, 2), "cut_for_s": round(time.monotonic() - began)}


def way_back(it: Rig, line: Line, stays: Page, cut_off: Page) -> dict[str, float]:
    """Mend the line; what happened meanwhile is there, once."""
    late = it.ask("force", door="door-n5")["number"]
    line.mend()
    began = time.monotonic()
    cut_off.locator(f'[data-key="{late}"]').first.wait_for()
    expect(cut_off.locator(".bar.cut")).to_be_hidden()
    mended_s = time.monotonic() - began
    wait_until(
        lambda: set(it.ask("open_cases")) == set(all_rows(stays)),
        seconds=20,
        what="the same rows at the gateway",
    )
    rows, known = all_rows(cut_off), set(it.ask("open_cases"))
    return {
        "recovery_after_cut_s": round(mended_s, 2),
        "missing": len(known - set(rows)),
        "double": len(rows) - len(set(rows)),
    }


def judge_soak(before: dict[str, float], after: dict[str, float]) -> None:
    growth = {name: round(100 * (after[name] / before[name] - 1), 1) for name in ("heap_mb", "nodes")}
    figures = {
        "seconds": SOAK_S, "heap_growth_percent": growth["heap_mb"], "heap_mb": round(after["heap_mb"], 1),
        "nodes_growth_percent": growth["nodes"], "listeners": [before["listeners"], after["listeners"]],
    }  # fmt: skip
    judge(
        7, "soak", f"duty desk over {SOAK_S:.0f} s with a new case every 2 s, ended 20 s later; heap after garbage collection",
        figures, at_most={"heap_growth_percent": 10, "nodes_growth_percent": 10}, at_least={"seconds": 600},
        notes=["GATEWAY_SOAK_S=28800 make test-ui GOAL=7 is the 8 h form"],
    )  # fmt: skip


def judge_cut(figures: dict[str, float]) -> None:
    judge(
        19, "cut-line", "the gateway's door closed and opened; then a cut without a word while alarms come and go", figures,
        at_most={
            "bar_after_closed_socket_s": 1, "recovery_after_restart_s": 3, "bar_after_silent_cut_s": 12, "recovery_after_cut_s": 3,
        },
        at_least={"cut_for_s": 590}, exactly={"missing": 0, "double": 0},
    )  # fmt: skip


def missed(verdict: Callable[..., None], *of: Any) -> list[str]:
    """Give a verdict without stopping at a miss; what was missed comes back."""
    try:
        verdict(*of)
    except AssertionError as error:
        return [str(error)]
    return []
