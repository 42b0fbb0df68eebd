import { expect, test } from "vitest";

import { beside, dayOf, minutes, percent } from "./period";

test("the period before ends the day before, the one after begins the day after", () => {
  const march = { first: "2028-03-01", last: "2028-03-31" };
  expect(beside(march, -1)).toBe("2028-02-29");
  expect(beside(march, 1)).toBe("2028-04-01");
  expect(beside({ first: "2026-12-28", last: "2027-01-03" }, 1)).toBe("2027-01-04");
});

test("an address may hold nonsense", () => {
  expect(dayOf("2026-03-06")).toBe("2026-03-06");
  expect(dayOf("2026-13-06")).toBe("");
  expect(dayOf("yesterday")).toBe("");
});

test("nothing is not nought", () => {
  expect(minutes(null)).toBeNull();
  expect(minutes(90)).toBe(1.5);
  expect(percent(null)).toBeNull();
  expect(percent(0.9876)).toBe(98.8);
});
