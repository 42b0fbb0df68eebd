import { expect, test } from "vitest";

import { size } from "./size";

test("sizes keep to three digits and a unit", () => {
  expect(size(0)).toBe("0 KiB");
  expect(size(2048)).toBe("2 KiB");
  expect(size(1024 * 1024 * 1.25)).toBe("1.3 MiB");
  expect(size(999 * 1024)).toBe("999 KiB");
  expect(size(1000 * 1024)).toBe("1 MiB");
  expect(size(5 * 1024 ** 5)).toBe("5120 TiB");
});
