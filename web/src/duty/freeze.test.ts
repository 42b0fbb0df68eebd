import { describe, expect, test } from "vitest";

import { EMPTY, isFrozen, SELECTION_HOLDS_MS, settle } from "./freeze";
import { row } from "./fixture";

const keys = (...names: string[]) => names.map((key) => row({ key }));

describe("settle", () => {
  test("a loose list shows exactly what is wanted", () => {
    expect(settle(EMPTY, keys("a", "b"), false)).toEqual({ order: ["a", "b"], held: [] });
  });

  test("a frozen list keeps its order and holds what came, went and moved", () => {
    const before = { order: ["a", "b", "c", "d"], held: [] };
    const after = settle(before, keys("new", "d", "a", "c"), true);
    expect(after.order).toEqual(["a", "b", "c", "d"]);
    expect(new Set(after.held)).toEqual(new Set(["new", "b", "d"]));
  });

  test("nothing is held when nothing changed", () => {
    expect(settle({ order: ["a", "b"], held: [] }, keys("a", "b"), true).held).toEqual([]);
  });

  test("whatever happens while frozen, letting go ends in the wanted order", () => {
    const waves = [keys("a", "b"), keys("x", "b", "a"), keys("b"), keys("y", "b", "z")];
    let shown = settle(EMPTY, keys("a"), false);
    for (const wave of waves) {
      shown = settle(shown, wave, true);
      expect(shown.order).toEqual(["a"]);
      const told = new Set([...shown.order, ...shown.held]);
      for (const line of wave) expect(told).toContain(line.key); // no update is lost
    }
    expect(settle(shown, keys("y", "b", "z"), false)).toEqual({ order: ["y", "b", "z"], held: [] });
  });
});

describe("isFrozen", () => {
  const calm = { hover: false, focus: false, selected: false, idleMs: 0 };
  test("pointer and keyboard hold the list for as long as they stay", () => {
    expect(isFrozen({ ...calm, hover: true, idleMs: 10 * SELECTION_HOLDS_MS })).toBe(true);
    expect(isFrozen({ ...calm, focus: true, idleMs: 10 * SELECTION_HOLDS_MS })).toBe(true);
    expect(isFrozen(calm)).toBe(false);
  });
  test("a selection holds it until the person has been away for a minute", () => {
    expect(isFrozen({ ...calm, selected: true, idleMs: SELECTION_HOLDS_MS - 1 })).toBe(true);
    expect(isFrozen({ ...calm, selected: true, idleMs: SELECTION_HOLDS_MS })).toBe(false);
  });
});
