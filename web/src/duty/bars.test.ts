import { expect, test } from "vitest";

import { barsOf } from "./bars";

test("the oldest stands left, the tallest reaches the top, what is too much is marked", () => {
  expect(barsOf([0, 2, 8], 30, 40)).toEqual([
    { x: 0, y: 39, width: 9, height: 1, over: false },
    { x: 10, y: 30, width: 9, height: 10, over: false },
    { x: 20, y: 0, width: 9, height: 40, over: true },
  ]);
});

test("a quiet shift does not look busy", () => {
  expect(barsOf([1], 10, 40)[0]).toMatchObject({ height: 10, over: false });
  expect(barsOf([], 10, 40)).toEqual([]);
});
