"""What the eye and the finger need, measured in the page: contrast and names (axe-core), sizes of targets and words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "web/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

TARGETS = """
least => [...document.querySelectorAll('button, a[href], select, textarea, input, [role=button]')].flatMap(node => {
  const whole = node.closest('.line-title, .task-open') ? node.closest('.line, .task')
    : node.matches('input[type=radio], input[type=checkbox]') ? node.closest('label')
    : node.closest('.ant-select') ?? node;
  if (!node.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) || node.closest('.only-heard')) return [];
  if (node.closest('p')) return [];  // a link in a sentence
  const box = whole.getBoundingClientRect();
  if (box.width >= least - 0.5 && box.height >= least - 0.5) return [];
  const name = node.getAttribute('aria-label') || node.textContent.trim();
  return [`${node.tagName} “${name.slice(0, 20)}” ${Math.round(box.width)}x${Math.round(box.height)}`];
})
"""
WORDS = """
least => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const small = new Set();
  while (walk.nextNode()) {
    const text = walk.currentNode.textContent.trim();
    const node = walk.currentNode.parentElement;
    if (!text || node.tagName === 'TITLE' || node.closest('.only-heard, option') || !node.checkVisibility()) continue;
    const scale = node.ownerSVGElement ? node.getScreenCTM().a : 1;
    const size = parseFloat(getComputedStyle(node).fontSize) * scale;
    if (size < least - 0.3) small.add(`${size.toFixed(1)} px: ${text.slice(0, 20)}`);
  }
  return [...small];
}
"""

# A colour that is on its way to another is none to be judged: what moves comes to its end, what never ends does not count.
SETTLED = """
() => Promise.all(document.getAnimations().filter(each => each.effect?.getComputedTiming().endTime !== Infinity)
  .map(each => each.finished.catch(() => null))).then(() => null)
"""


def violations(page: Page, part: str = "html") -> list[str]:
    """Return what axe-core objects to under WCAG 2.2 A and AA in a part of the page, one line each with the first node."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    page.evaluate(SETTLED)
    found: dict[str, Any] = page.evaluate(
        """([part, rules]) => axe.run(part === 'html' ? document : part,
             { runOnly: { type: 'tag', values: rules }, resultTypes: ['violations'] })""",
        [part, RULES],
    )
    return [
        f"{each['id']}: {each['help']} — {each['nodes'][0]['html'][:160]}" for each in found["violations"]
    ]


def small_targets(page: Page, least: int) -> list[str]:
    """Return what can be pressed and is smaller than `least` pixels either way."""
    return list(page.evaluate(TARGETS, least))


def small_words(page: Page, least: int) -> list[str]:
    """Return texts shown in less than `least` pixels."""
    return list(page.evaluate(WORDS, least))


# What stands out at the right, the innermost last.
WIDER = """() => [...document.querySelectorAll('body *')].filter(each => each.getBoundingClientRect().right > window.innerWidth)
  .map(each => `${each.tagName}.${each.className} ${each.textContent.slice(0, 40)}`)"""


# Lists of rows that have to be pushed sideways to be read.
SIDEWAYS = """() => [...document.querySelectorAll('.rows-scroll:not(.only-heard)')].filter(each => each.scrollWidth > each.clientWidth + 1)
  .map(each => `${each.closest('[aria-label]')?.getAttribute('aria-label')} by ${each.scrollWidth - each.clientWidth} px`)"""


def sideways(page: Page) -> list[str]:
    """Return the lists that do not fit and by how much."""
    return list(page.evaluate(SIDEWAYS))


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    wide = int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))
    if wide > 0:
        print("wider than the window:", page.evaluate(WIDER))
    return wide
