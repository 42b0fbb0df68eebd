import { expect, test } from "vitest";

import { factsOf, isLow, stepFor } from "./standing";
import { typeWords, valueWords } from "./words";

const withBattery = (battery: number | null) => ({ availability: { state: "online" as const, since: null, heard_at: null, why: null, behind: null, battery } });

test("a battery is low below a fifth, one that never told is not", () => {
  expect([19.5, 20, null].map((each) => isLow(withBattery(each)))).toEqual([true, false, false]);
});

test("typed facts become what the kind of event wants, empty ones are left out", () => {
  const facts = [{ name: "door", type: "scalar" }, { name: "dir", type: "text" }, { name: "value", type: "number" }, { name: "list", type: "bool" }];
  expect(factsOf({ door: "1", dir: "in", value: "", list: "true" }, facts)).toEqual({ door: 1, dir: "in", list: true });
  expect(factsOf({ door: "east" }, facts)).toEqual({ door: "east" });
});

test("a curve has a few hundred points at most", () => {
  expect(stepFor("2026-03-01T00:00:00Z", "2026-03-01T06:00:00Z")).toBe("minute");
  expect(stepFor("2026-03-01T00:00:00Z", "2026-03-08T00:00:00Z")).toBe("hour");
  expect(stepFor("2026-03-01T00:00:00Z", "2026-04-08T00:00:00Z")).toBe("day");
});

test("an unknown word is shown as it is, a channel keeps its number", () => {
  expect(typeWords("drone")).toEqual({ zh: "drone", en: "drone" });
  expect(valueWords("open_2")).toEqual({ zh: "开着 2", en: "Open 2" });
  expect(valueWords("odd_3")).toEqual({ zh: "odd_3", en: "odd_3" });
});
