import { expect, test } from "vitest";

import { instantOf, readable, wallOf } from "./zone";

test("wall time of the site and instants go back and forth", () => {
  expect(instantOf("2026-03-01T00:30", "Asia/Shanghai")).toBe("2026-02-28T16:30:00.000Z");
  expect(wallOf(new Date("2026-02-28T16:30:00Z"), "Asia/Shanghai")).toBe("2026-03-01T00:30");
});

test("where clocks change, a skipped time moves on and a doubled one is the first", () => {
  expect(instantOf("2026-03-29T02:30", "Europe/Berlin")).toBe("2026-03-29T01:30:00.000Z");
  expect(instantOf("2026-10-25T02:30", "Europe/Berlin")).toBe("2026-10-25T00:30:00.000Z");
});

test("what is no time is null", () => {
  expect(instantOf("", "Asia/Shanghai")).toBeNull();
  expect(instantOf("2026-13-01T00:00", "Asia/Shanghai")).toBeNull();
});

test("an instant in a file is the time on the site's clock; what only looks like one stays", () => {
  expect(readable("2026-02-28T16:30:00Z", "Asia/Shanghai")).toBe("2026-03-01 00:30");
  expect(readable("2026-03-01T00:30:12.5+08:00", "Asia/Shanghai")).toBe("2026-03-01 00:30");
  expect(readable("2026-03-01", "Asia/Shanghai")).toBe("2026-03-01");
  expect(readable(12, "Asia/Shanghai")).toBe(12);
  expect(readable(null, "Asia/Shanghai")).toBeNull();
});
