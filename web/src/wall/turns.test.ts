import { expect, test } from "vitest";

import { compared, isOld, OLD_MS, panelAt, reloads, spaced, TURN_MS } from "./turns";

test("rotates only when nothing is open", () => {
  const seen = new Set([0, 1, 2, 3, 4, 5].map((turn) => panelAt(turn * TURN_MS, 0)));
  expect([...seen].sort()).toEqual(["calm", "day", "hours"]);
  for (let turn = 0; turn < 6; turn += 1) expect(panelAt(turn * TURN_MS, 1)).toBe("alarms");
});

test("reloads once, from four in the morning of the site, and only while the gateway answers", () => {
  const four = Date.parse("2026-03-06T20:00:30Z"); // 04:00:30 in Shanghai
  const day = 86_400_000;
  expect(reloads(four - day, four, "Asia/Shanghai", true)).toBe(true);
  expect(reloads(four - day, four, "Asia/Shanghai", false)).toBe(false);
  expect(reloads(four, four + 600_000, "Asia/Shanghai", true)).toBe(false); // just reloaded
  expect(reloads(four - day, four - 60_000, "Asia/Shanghai", true)).toBe(false);
  expect(reloads(four - day, four, "Europe/Berlin", true)).toBe(false);
});

test("an answer grows old", () => {
  expect(isOld(null, 0)).toBe(true);
  expect(isOld(1000, 1000 + OLD_MS)).toBe(false);
  expect(isOld(1000, 1001 + OLD_MS)).toBe(true);
});

test("figures are compared in words", () => {
  expect(compared(5, 3)).toEqual({ key: "more", n: 2 });
  expect(compared(3, 5)).toEqual({ key: "fewer", n: 2 });
  expect(compared(4, 4)).toEqual({ key: "same", n: 0 });
});

test("a code is read in two halves", () => expect(spaced("048213")).toBe("048 213"));
