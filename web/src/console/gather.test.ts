import { expect, test } from "vitest";

import { menuOf, mistakesIn, pageAt } from "./gather";
import { type ConsolePage, GROUPS } from "./page";
import { files, pages } from "./pages";

const page = (noun: string, ...paths: [string, ...string[]]): ConsolePage => ({
  noun,
  paths,
  group: "system",
  order: 10,
  permission: "health.read",
  roles: ["administrator"],
  title: { zh: noun, en: noun },
  icon: "pulse",
  component: async () => ({ default: () => null }),
});

test("the pages as they are have no mistakes", () => {
  expect(mistakesIn(files)).toEqual([]);
  for (const each of pages) {
    expect(each.title.zh).toMatch(/[\u4e00-\u9fff]/);
    expect(each.title.en).not.toMatch(/[\u4e00-\u9fff]/);
  }
});

test("two pages with one address are refused, naming both", () => {
  const mistakes = mistakesIn({ "./pages/one/page.ts": page("one", "/one/:id"), "./pages/two/page.ts": page("two", "/two", "/one/:name") });
  expect(mistakes).toEqual(['./pages/two/page.ts: "/one/:name" belongs to ./pages/one/page.ts']);
});

test("a page is named as its folder and stays off the other doors", () => {
  expect(mistakesIn({ "./pages/one/page.ts": page("other", "/one") })).toHaveLength(1);
  expect(mistakesIn({ "./pages/duty/page.ts": page("duty", "/duty/x") })).toHaveLength(1);
  expect(mistakesIn({ "./pages/one/page.ts": page("one", "one") })).toHaveLength(1);
});

test("the menu shows what somebody works with and may open, in order", () => {
  const all = [page("b", "/b"), { ...page("a", "/a"), order: 5 }, { ...page("c", "/c"), group: "rules" as const }, { ...page("d", "/d"), group: null }];
  const menu = menuOf(all, ["administrator"], ["health.read"]);
  expect(menu.map((item) => [item.group, item.pages.map((each) => each.noun)])).toEqual([
    ["rules", ["c"]],
    ["system", ["a", "b"]],
  ]);
  expect(menuOf(all, ["administrator"], [])).toEqual([]);
  expect(menuOf(all, ["guard"], ["health.read"])).toEqual([]);
});

test("nobody has more than seven things in the menu", () => {
  expect(GROUPS.length).toBeLessThanOrEqual(7);
});

test("one page of the menu is the one where somebody is: the nearest", () => {
  const all = [page("devices", "/devices", "/devices/:id"), page("adding", "/devices/new", "/devices/new/:id"), page("today", "/")];
  const at = (here: string) => pageAt(all, here)?.noun ?? null;
  expect([at("/devices"), at("/devices/gate-n"), at("/devices/new"), at("/devices/new/gate-n"), at("/devices-old"), at("/")]).toEqual(["devices", "devices", "adding", "adding", null, "today"]);
});
