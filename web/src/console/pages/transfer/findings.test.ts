import { expect, test } from "vitest";

import { byRow, placeOf } from "./findings";

const at = (row: number, column: string) => ({ sheet: "设备 devices", row, column, value: "x", message: { zh: "错", en: "wrong" } });

test("a finding names its cell, one of the whole site says so", () => {
  expect(placeOf(at(7, "state"), "整个小区")).toBe("设备 devices · #7 · state");
  expect(placeOf(at(0, ""), "整个小区")).toBe("整个小区");
});

test("mistakes of one row stand together, in the order of the sheet", () => {
  const rows = byRow([at(2, "state"), at(5, "name"), at(2, "parent")]);
  expect(rows.map((each) => [each.first.row, each.all.length])).toEqual([[2, 2], [5, 1]]);
});
