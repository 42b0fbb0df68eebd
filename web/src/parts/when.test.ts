import { expect, test } from "vitest";

import { isWhole, readWhen, showWhen, stepped } from "./when";

test("a day is read as people write it, in either language", () => {
  for (const text of ["2026-03-01", "2026/3/1", "2026.03.1", "2026年3月1日", " 2026-3-01 "]) expect(readWhen("date", text)).toBe("2026-03-01");
  expect(readWhen("moment", "2026-03-01 9:05")).toBe("2026-03-01T09:05");
  expect(readWhen("moment", "2026-03-01T09:05")).toBe("2026-03-01T09:05");
  expect(readWhen("moment", "2026年3月1日9时05分")).toBe("2026-03-01T09:05");
  expect(readWhen("time", "8：30")).toBe("08:30");
});

test("what is no day or time is none", () => {
  for (const text of ["", "03/01/2026", "2026-02-30", "2026-13-01", "tomorrow", "2026-03-01 20:00"]) expect(readWhen("date", text)).toBeNull();
  expect(readWhen("moment", "2026-03-01")).toBeNull();
  expect(readWhen("time", "24:00")).toBeNull();
});

test("half a day is not taken over while it is typed", () => {
  expect(isWhole("date", "2026-03-1")).toBe(false);
  expect(isWhole("date", "2026-03-12")).toBe(true);
  expect(isWhole("moment", "2026-03-12 20:0")).toBe(false);
});

test("it is shown the same way in every browser", () => {
  expect(showWhen("2026-03-01T20:00")).toBe("2026-03-01 20:00");
  expect(showWhen("2026-03-01")).toBe("2026-03-01");
});

test("arrows go a day on, over the ends of months; a time goes by hours", () => {
  expect(stepped("date", "2026-02-28", 1)).toBe("2026-03-01");
  expect(stepped("moment", "2026-03-01T20:00", -1)).toBe("2026-02-28T20:00");
  expect(stepped("time", "23:30", 1)).toBe("00:30");
  expect(stepped("date", "", 1)).toBe("");
});
