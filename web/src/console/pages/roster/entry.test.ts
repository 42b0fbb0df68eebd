import { describe, expect, it } from "vitest";

import { freshId, overrideOf, tidy, withOverrides } from "./entry";

const duty = { begin: "2026-11-22T00:00:00Z", end: "2026-11-22T12:00:00Z", role: "guard", grid: null, shift: "day", people: ["li", "sun"] };

describe("a change for a while", () => {
  it("is what was added and what was taken away", () => {
    expect(overrideOf(duty, ["sun", "gao"])).toEqual({ from: duty.begin, to: duty.end, role: "guard", shift: "day", add: ["gao"], remove: ["li"] });
  });
  it("is nothing when nothing changes", () => {
    expect(overrideOf(duty, ["sun", "li"])).toBeNull();
  });
  it("fills a gap without a shift", () => {
    expect(overrideOf({ ...duty, shift: null, grid: "g1", people: [] }, ["wu"])).toEqual({ from: duty.begin, to: duty.end, role: "guard", grid: "g1", add: ["wu"] });
  });
  it("joins the roster; changes long over go", () => {
    const old = { from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z", role: "guard", add: ["x"] };
    const recent = { ...old, from: "2026-11-20T00:00:00Z", to: "2026-11-21T00:00:00Z" };
    const fresh = { ...old, from: "2026-11-23T00:00:00Z", to: "2026-11-24T00:00:00Z" };
    expect(withOverrides({ shifts: [], overrides: [old, recent] }, [fresh], Date.parse("2026-11-22T00:00:00Z")).overrides).toEqual([recent, fresh]);
  });
});

describe("a shift as it is sent", () => {
  const shift = { id: "s", role: "guard", from: "08:00", to: "20:00" };
  it("leaves out what is empty", () => {
    expect(tidy({ ...shift, name: { zh: "", en: "" }, days: [], grid: "", people: ["li"] })).toEqual({ ...shift, people: ["li"] });
  });
  it("has people or a rotation, never both", () => {
    expect(tidy({ ...shift, people: ["li"], rotation: [["a"], [], ["b"]], start: "2026-01-05" })).toEqual({ ...shift, rotation: [["a"], ["b"]], start: "2026-01-05", turn_days: 1 });
  });
  it("is named in both languages when it is named in one", () => {
    expect(tidy({ ...shift, name: { zh: "早班" }, people: [] }).name).toEqual({ zh: "早班", en: "早班" });
  });
  it("gets a name of its own", () => {
    expect(freshId([{ ...shift, id: "shift-2" }])).toBe("shift-3");
  });
});
