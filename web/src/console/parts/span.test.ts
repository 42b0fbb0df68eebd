import { expect, test } from "vitest";

import { spanOf, wordOf } from "./span";

test("a length is read as a number and a unit, in working time as well", () => {
  expect(spanOf("3m")).toEqual({ count: "3", unit: "m" });
  expect(spanOf("1.5h")).toEqual({ count: "1.5", unit: "h" });
  expect(spanOf("2dW")).toEqual({ count: "2", unit: "dW" });
  for (const text of ["", "m", "3", "3w", "-1m", "30sW"]) expect(spanOf(text)).toBeNull();
});

test("what is no length is said as it is", () => {
  expect(wordOf("4hW", (unit, n) => `${n} ${unit}`)).toBe("4 hW");
  expect(wordOf("soon", () => "")).toBe("soon");
});
