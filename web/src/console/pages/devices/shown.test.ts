import { expect, test } from "vitest";

import { valueShown } from "./shown";

const words = (yes: boolean) => (yes ? "是" : "否");

test("yes and no are words, figures are short and carry their unit", () => {
  expect(valueShown(true, "", words)).toBe("是");
  expect(valueShown(21.456789, "°C", words)).toBe("21.46 °C");
  expect(valueShown(0, "%", words)).toBe("0 %");
  expect(valueShown(null, "%", words)).toBe("–");
  expect(valueShown({ a: 1 }, "", words)).toBe('{"a":1}');
});
