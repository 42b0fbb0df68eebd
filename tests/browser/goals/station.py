"""A duty station that is measured: what it shows is stamped in the page, when it is really on the screen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from playwright.sync_api import CDPSession, Page

from tests.browser.goals.rig import Rig
from tests.browser.windows import DESK, Windows
from tests.gateway.api.house import PASSWORD

# Each line with its count as soon as both are painted: two frames after the page changed. Times: ms since 1970.
SEEN = """
() => {
  window.seen = [];
  const known = new Map();
  const look = () => {
    const fresh = [];
    for (const line of document.querySelectorAll('.lines .line')) {
      const times = line.querySelector('.line-place .numbers');
      const count = times ? Number(times.textContent.match(/\\d+/)[0]) : 1;
      const key = line.dataset.key;
      if ((known.get(key) ?? 0) >= count) continue;
      known.set(key, count);
      fresh.push([key, count]);
    }
    if (fresh.length === 0) return;
    requestAnimationFrame(() => requestAnimationFrame(() => {
      const at = performance.timeOrigin + performance.now();
      for (const [key, count] of fresh) window.seen.push([key, count, at]);
    }));
  };
  new MutationObserver(look).observe(document.querySelector('.lines-pane'), { childList: true, subtree: true, characterData: true });
  look();
}
"""
# What was stored last is shown too.
ALL_SHOWN = "last => Object.entries(last).every(([key, n]) => window.seen.some(([line, count]) => line === key && count >= n))"
# A loudspeaker that notes which pitch was started when (ms since 1970).
LOUDSPEAKER = """
window.sounded = [];
class Gain { constructor() { this.gain = { setValueAtTime() {}, linearRampToValueAtTime() {} }; } connect(to) { return to; } }
class Tone extends Gain {
  constructor() { super(); this.frequency = { value: 0 }; }
  start() { window.sounded.push([this.frequency.value, performance.timeOrigin + performance.now()]); }
  stop() {}
}
window.AudioContext = class {
  constructor() { this.state = 'suspended'; this.currentTime = 0; this.destination = {}; }
  async resume() { this.state = 'running'; }
  createOscillator() { return new Tone(); }
  createGain() { return new Gain(); }
};
"""


def opened(
    windows: Windows, path: str = "/duty", person: str = "wang", *, sound: bool = False, **given: Any
) -> Page:
    """Log somebody in and return the page, with the stubbed loudspeaker if asked for."""
    context = windows.context(**{"size": DESK, **given})
    if sound:
        context.add_init_script(LOUDSPEAKER)
    page = windows.page(context)
    page.goto(f"{windows.base}/login?next={path}")
    page.locator("input[name=username]").fill(person)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button[type=submit]").click()
    page.wait_for_url(f"{windows.base}{path}")
    return page


def delays(
    seen: Iterable[tuple[str, int, float]], said: Iterable[tuple[str, int, float]], rig: Rig
) -> list[float]:
    """Return for each event that was stored how long after it a line showed its count, in ms; all must have been shown."""
    of = rig.ask("numbers")
    shown: dict[str, list[tuple[int, float]]] = {}
    for key, count, at in seen:
        shown.setdefault(key, []).append((count, at))
    found = []
    for door, count, at in said:
        first = next((when for much, when in shown.get(of[door], []) if much >= count), None)
        assert first is not None, f"{door}: the {count}th was never shown"
        found.append(first - at)
    return found


def metrics(session: CDPSession) -> dict[str, float]:
    """Return Chromium's own counters of a page."""
    return {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
