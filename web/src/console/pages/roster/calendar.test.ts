import { describe, expect, it } from "vitest";

import { dayOf, daysOf, kindOf, mondayOf, moved } from "./calendar";

const zone = "Asia/Shanghai";
const stint = (id: string, day: string, begin: string, end: string, shift = "guard-day", role = "guard", grid: string | null = null) => ({
  person: { id, name: id },
  role,
  grid,
  shift,
  shift_name: { zh: shift, en: shift },
  day,
  begin,
  end,
});

describe("days", () => {
  it("move over the ends of months and years", () => {
    expect(moved("2026-12-31", 1)).toBe("2027-01-01");
    expect(moved("2028-03-01", -1)).toBe("2028-02-29");
  });
  it("know their Monday", () => {
    expect(mondayOf("2026-11-22")).toBe("2026-11-16");
    expect(mondayOf("2026-11-16")).toBe("2026-11-16");
  });
  it("are those of the site", () => {
    expect(dayOf("2026-11-22T16:30:00Z", zone)).toBe("2026-11-23");
  });
});

describe("what is on a day", () => {
  const roster = {
    days: [
      { day: "2026-11-21", workday: true },
      { day: "2026-11-22", workday: false },
    ],
    stints: [
      stint("zhao", "2026-11-21", "2026-11-21T11:00:00Z", "2026-11-21T23:00:00Z", "guard-night"),
      stint("li", "2026-11-21", "2026-11-20T23:00:00Z", "2026-11-21T11:00:00Z"),
      stint("sun", "2026-11-21", "2026-11-20T23:00:00Z", "2026-11-21T11:00:00Z"),
      stint("wang", "2026-11-21", "2026-11-21T00:00:00Z", "2026-11-21T12:00:00Z", "worker-1", "worker", "grid-1"),
    ],
    gaps: [{ grid: "grid-2", grid_name: { zh: "二", en: "2" }, role: "worker", begin: "2026-11-21T16:00:00Z", end: "2026-11-22T00:00:00Z" }],
    leave: [{ id: "l", person: { id: "gao", name: "gao" }, begin: "2026-11-22", end: "2026-11-25", state: "granted" as const, note: "", by: null }],
  };
  const days = daysOf(roster, "2026-11-21", 2, zone);
  it("puts people of one shift together, guards first, early first", () => {
    expect(days[0]?.watches.map((watch) => [watch.shift, watch.people.map((each) => each.id)])).toEqual([
      ["guard-day", ["li", "sun"]],
      ["guard-night", ["zhao"]],
      ["worker-1", ["wang"]],
    ]);
  });
  it("marks swapped days: a Saturday that is worked", () => {
    expect(days.map((each) => [each.workday, each.swapped])).toEqual([
      [true, true],
      [false, false],
    ]);
  });
  it("names gaps on the site's day, and who is away", () => {
    expect(days.map((each) => each.gaps.length)).toEqual([0, 1]);
    expect(days.map((each) => each.leave.length)).toEqual([0, 1]);
  });
  it("keeps to a role and a grid; who serves every grid stays", () => {
    const [first] = daysOf(roster, "2026-11-21", 1, zone, { grid: "grid-2" });
    expect(first?.watches.map((watch) => watch.role)).toEqual(["guard", "guard"]);
    const [second] = daysOf(roster, "2026-11-21", 1, zone, { role: "worker" });
    expect(second?.watches.map((watch) => watch.shift)).toEqual(["worker-1"]);
  });
});

describe("a watch without a name", () => {
  it("is a day's, a night's or a whole day's", () => {
    expect(kindOf("2026-11-20T23:00:00Z", "2026-11-21T11:00:00Z", zone)).toBe("day");
    expect(kindOf("2026-11-21T11:00:00Z", "2026-11-21T23:00:00Z", zone)).toBe("night");
    expect(kindOf("2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z", zone)).toBe("whole");
  });
});
