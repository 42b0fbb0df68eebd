import { expect, test } from "vitest";

import { heldNow, overtaken } from "./held";

const old = { answer: { name: "A" }, version: 3 };
const newest = { answer: { name: "B" }, version: 4 };

test("with nothing typed the newest answer is taken over", () => {
  expect(heldNow(old, newest, false)).toBe(newest);
});

test("with something typed a newer answer does not touch what is under the hand", () => {
  expect(heldNow(old, newest, true)).toBe(old);
  expect(overtaken(old, newest)).toBe(true);
});

test("the same answer asked again is no change, typed or not", () => {
  const again = { answer: old.answer, version: 3 };
  expect(heldNow(old, again, false)).toBe(old);
  expect(overtaken(old, again)).toBe(false);
});
