import { expect, test } from "vitest";

import { falseShare, heatFigures, norm, shown, worstFirst } from "./gauges";

const gauge = (name: string, stands: "good" | "watch" | "bad" | "unknown") => ({ name, stands }) as never;

test("what is beyond its limit comes first, and the rest keeps its order", () => {
  const order = worstFirst([gauge("a", "good"), gauge("b", "bad"), gauge("c", "unknown"), gauge("d", "good"), gauge("e", "watch")]);
  expect(order.map((each) => each.name)).toEqual(["b", "e", "a", "d", "c"]);
});

test("shares are read in percent, and more can be better", () => {
  expect(shown(0.0533, "share")).toBe("5.3 %");
  expect(shown(2.04, "number")).toBe("2");
  expect(shown(null, "count")).toBe("–");
  expect(norm(0.95, { form: "share", more: true })).toBe("≥ 95 %");
  expect(norm(10, { form: "count", more: false })).toBe("≤ 10");
});

test("each rule has a cell for each hour", () => {
  const figures = heatFigures([{ rule: "r", name: { zh: "r", en: "r" }, hours: Array.from({ length: 24 }, (_, hour) => hour) }], "Rule", (row) => row.name.en, "x");
  expect(figures.head).toHaveLength(25);
  expect(figures.rows[0]).toHaveLength(25);
});

test("no findings are not no false alarms", () => {
  expect(falseShare({ false: 0, found: 0 })).toBeNull();
  expect(falseShare({ false: 1, found: 2 })).toBe(0.5);
});
