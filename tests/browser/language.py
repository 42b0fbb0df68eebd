"""What a page says, and what of it is not in its language."""

from __future__ import annotations

import re

from playwright.sync_api import Page

TEXTS = """
() => {
  const found = [document.title];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode.parentElement;
    if (!node.closest('script, style, [lang]:not(html)')) found.push(walk.currentNode.textContent.trim());
  }
  for (const node of document.querySelectorAll('[aria-label], [title], [placeholder], [alt]')) {
    if (node.closest('[lang]:not(html)')) continue;
    for (const name of ['aria-label', 'title', 'placeholder', 'alt']) found.push(node.getAttribute(name) ?? '');
  }
  return found.filter(Boolean);
}
"""
HAN = re.compile(r"[\u4e00-\u9fff，。：；！？（）、]")
SENTENCE = re.compile(r"[A-Za-z][a-z]+(?: [A-Za-z']+){2,}")


def said(page: Page) -> list[str]:
    """Return every text of the page, with the names that only screen readers hear."""
    return list(page.evaluate(TEXTS))


def slips(page: Page, language: str, names: list[str]) -> list[str]:
    """Return the texts that are not in this language; names of people and their own words are left out."""
    found = []
    for text in said(page):
        rest = text
        for name in names:
            rest = rest.replace(name, "")
        if HAN.search(rest) if language == "en" else SENTENCE.search(rest):
            found.append(text)
    return found
