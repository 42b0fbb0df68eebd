import { expect, test } from "vitest";

import type { Mode } from "./asking";
import { shown, standings, untilOf } from "./rows";

const mode = (flag: string, zone: string | null, value: boolean): Mode => ({ flag, zone, value, by: null, since: null, until: null });

test("each flag stands for the site and for each zone; what nobody set is off", () => {
  const found = standings([mode("drill", "lobby", true)], ["lobby", "garage"]);
  expect(found).toHaveLength(9);
  expect(found.filter((each) => each.on)).toEqual([{ flag: "drill", zone: "lobby", on: true, mode: mode("drill", "lobby", true) }]);
});

test("flags and zones that only the gateway knows are shown too", () => {
  const found = standings([mode("quiet", "attic", true)], []);
  expect(found.map((each) => each.zone)).toContain("attic");
  expect(found.filter((each) => each.flag === "quiet")).toHaveLength(2);
});

test("a switch turns back after its hours, or not by itself", () => {
  expect(untilOf(2, Date.parse("2026-03-06T10:00:00Z"))).toBe("2026-03-06T12:00:00.000Z");
  expect(untilOf(null, 0)).toBeNull();
});

test("the site, what is on, and the zone looked at are shown; every other “off” is not", () => {
  const all = standings([mode("drill", "lobby", true)], ["lobby", "garage", "roof"]);
  const names = (zone: string) => shown(all, zone).map((each) => `${each.zone ?? "site"}:${each.flag}`);
  expect(names("")).toEqual(["site:drill", "site:maintenance", "site:armed", "lobby:drill"]);
  expect(names("garage")).toEqual(["site:drill", "site:maintenance", "site:armed", "lobby:drill", "garage:drill", "garage:maintenance", "garage:armed"]);
});
