import { expect, test } from "vitest";

import { clock, moment, roughly, span, spent } from "./format";

const ZONE = "Asia/Shanghai";

test("clock is 24 h in the site's zone", () => {
  expect(clock("2026-03-01T16:05:09Z", ZONE)).toBe("00:05:09");
  expect(clock("2026-03-01T02:05:09Z", ZONE, true)).toBe("10:05");
});

test("the day is told only when it is another day at the site", () => {
  const now = Date.parse("2026-03-01T16:30:00Z"); // 00:30 on 2 March in Shanghai
  expect(moment("2026-03-01T16:05:00Z", ZONE, "zh", now)).toBe("00:05");
  expect(moment("2026-03-01T15:05:00Z", ZONE, "zh", now)).toBe("3月1日 23:05");
  expect(moment("2026-03-01T15:05:00Z", ZONE, "en", now)).toBe("01/03 23:05");
});

test("spans stay short and readable", () => {
  expect([span(0, "zh"), span(59_400, "zh"), span(60_000, "zh"), span(7_500_000, "zh"), span(3 * 86_400_000, "zh")]).toEqual(["0 秒", "59 秒", "1 分", "2 时 05 分", "3 天"]);
  expect([roughly(7_500_000, "zh"), roughly(90_000, "zh")]).toEqual(["2 时", "1 分"]);
  expect(span(-42_000, "en")).toBe("42 s");
});

test("the share of time gone stays within 0 and 1", () => {
  const [start, due] = ["2026-03-01T10:00:00Z", "2026-03-01T10:10:00Z"];
  expect(spent(start, due, Date.parse("2026-03-01T10:05:00Z"))).toBe(0.5);
  expect(spent(start, due, Date.parse("2026-03-01T11:00:00Z"))).toBe(1);
  expect(spent(start, null, 0)).toBeNull();
});
