import { expect, test } from "vitest";

import { incident, row } from "./fixture";
import { grouped, isFolded } from "./grouping";

const line = (key: string, level: "L1" | "L2" | "L3" | "L4", building: string | null, category: string) =>
  row({ key, level, building, incident: incident({ number: key, category, level, building }) });
const ROWS = [line("a", "L4", "b1", "0601"), line("b", "L2", "b1", "0207"), line("c", "L3", "b2", "0207"), line("d", "L1", "b2", "0101"), line("e", "L3", null, "0207")];

test("no grouping makes no groups; by building and by kind every line stands once, the worst group first", () => {
  expect(grouped(ROWS, "none")).toEqual([]);
  for (const grouping of ["building", "kind", "both"] as const) {
    expect(grouped(ROWS, grouping).flatMap((group) => group.rows.map((each) => each.key)).sort()).toEqual(["a", "b", "c", "d", "e"]);
  }
  expect(grouped(ROWS, "building").map((group) => group.rows.map((each) => each.key))).toEqual([["d", "c"], ["b", "a"], ["e"]]);
  expect(grouped(ROWS, "kind")[0]?.rows.map((each) => each.key)).toEqual(["d"]);
});

test("in a flood red is above everything and blue is folded at the end until somebody opens it", () => {
  const groups = grouped(ROWS, "both");
  expect(groups[0]).toMatchObject({ only: "L1", folded: false });
  const blue = groups[groups.length - 1];
  expect(blue).toMatchObject({ only: "L4", folded: true });
  expect(blue && isFolded(blue, new Set())).toBe(true);
  expect(blue && isFolded(blue, new Set(["L4"]))).toBe(false);
});
