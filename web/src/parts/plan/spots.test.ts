import { expect, test } from "vitest";

import { apart, fromMap, lookOf, moved, type PlanSpot, toMap } from "./spots";

const picture = { url: "", width: 400, height: 200 };
const spot: PlanSpot = { key: "a", x: 0.25, y: 0.75, name: "A", kind: "device", level: null, count: 0, stale: false, chosen: false };

test("a spot survives the way to the map and back", () => {
  const [lat, lng] = toMap(spot, picture);
  expect([lat, lng]).toEqual([50, 100]);
  expect(fromMap({ lat, lng }, picture)).toEqual({ x: 0.25, y: 0.75 });
});

test("nothing is dragged out of the picture", () => expect(fromMap({ lat: 999, lng: -5 }, picture)).toEqual({ x: 0, y: 0 }));

test("arrow keys move by a hundredth, with Shift by a thousandth, and stop at the edge", () => {
  expect(moved(spot, "ArrowRight", false)).toEqual({ x: 0.26, y: 0.75 });
  expect(moved(spot, "ArrowUp", true)).toEqual({ x: 0.25, y: 0.749 });
  expect(moved({ x: 0.999, y: 0 }, "ArrowRight", false)).toEqual({ x: 1, y: 0 });
  expect(moved(spot, "Enter", false)).toBeNull();
});

test("moving a spot does not draw it anew, a worse level does", () => {
  expect(lookOf({ ...spot, x: 0.9 })).toBe(lookOf(spot));
  expect(lookOf({ ...spot, level: "L1", count: 1 })).not.toBe(lookOf(spot));
});

test("spots on each other come apart, the others stay", () => {
  const spread = apart([{ x: 0.5, y: 0.5 }, { x: 0.5, y: 0.5 }, { x: 0.52, y: 0.98 }, { x: 0.5, y: 0.97 }, { x: 0.1, y: 0.2 }], 0.1, 0.1);
  spread.forEach((one, index) => {
    for (const other of spread.slice(index + 1)) expect(Math.abs(one.x - other.x) >= 0.099 || Math.abs(one.y - other.y) >= 0.099).toBe(true);
  });
  expect(spread[4]).toEqual({ x: 0.1, y: 0.2 });
});
