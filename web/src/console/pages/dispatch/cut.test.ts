import { describe, expect, it } from "vitest";

import { changed, moved, period } from "./cut";

const cut = [
  { grid: "g1", buildings: ["b1", "b2"] },
  { grid: "g2", buildings: ["b3"] },
];

describe("a cut", () => {
  it("moves one building and keeps the rest", () => {
    expect(moved(cut, "b2", "g2")).toEqual([
      { grid: "g1", buildings: ["b1"] },
      { grid: "g2", buildings: ["b3", "b2"] },
    ]);
  });
  it("names the grids that change, in whatever order their buildings stand", () => {
    expect(changed(cut, moved(cut, "b2", "g2")).map((each) => each.grid)).toEqual(["g1", "g2"]);
    expect(changed(cut, [{ grid: "g1", buildings: ["b2", "b1"] }])).toEqual([]);
    expect(changed(cut, moved(cut, "b1", "g1"))).toEqual([]);
  });
});

it("a period ends today and counts it", () => {
  expect(period("2026-03-01", 30)).toEqual({ from: "2026-01-31", to: "2026-03-01" });
});
