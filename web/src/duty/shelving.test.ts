import { expect, test } from "vitest";

import { alert } from "./fixture";
import { extentsOf, untilOf, whereOf } from "./shelving";

const NOW = Date.parse("2026-03-01T10:00:00Z");

test("what is covered is this kind of alert, at its device, in its building or everywhere", () => {
  const here = alert({ rule: "door-held", device: 'gate "n"', building: "b1" });
  expect(whereOf(here, "device")).toBe('rule == "door-held" && device.id == "gate \\"n\\""');
  expect(whereOf(here, "building")).toBe('rule == "door-held" && device.building == "b1"');
  expect(whereOf(here, "rule")).toBe('rule == "door-held"');
  expect(extentsOf(alert({ device: null, building: null }))).toEqual(["rule"]);
});

test("no shelving is longer than a day, a shift may end earlier", () => {
  expect(untilOf({ minutes: 15 }, NOW)).toBe("2026-03-01T10:15:00.000Z");
  expect(untilOf({ minutes: 60 * 48 }, NOW)).toBe("2026-03-02T10:00:00.000Z");
  expect(untilOf({ at: "2026-03-01T20:00:00+08:00" }, NOW)).toBe("2026-03-01T12:00:00.000Z");
});
