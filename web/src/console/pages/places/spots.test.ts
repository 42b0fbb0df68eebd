import { expect, test } from "vitest";

import { fits } from "./spots";

test("every word must stand somewhere on the way", () => {
  expect(fits("3号楼 › 2单元", "3号楼 2单元")).toBe(true);
  expect(fits("Building 3 › Unit 2", "unit 2")).toBe(true);
  expect(fits("3号楼 › 2单元", "3号楼 1单元")).toBe(false);
  expect(fits("3号楼", "")).toBe(true);
});
