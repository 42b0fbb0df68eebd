import { expect, test } from "vitest";

import { byWorth, type Camera, camerasAt, isStale } from "./spots";

const NAME = { zh: "北门", en: "North gate" };
const camera = (id: string, part: Partial<Camera> = {}): Camera => ({
  id, name: NAME, place: NAME, building: null, unit: null, floor: null, zone: null, online: true, last_at: null, worst: null, picture: null, ...part,
});
const at = (text: string) => ({ sha256: "0".repeat(64), at: text });
const ids = (cameras: Camera[]) => cameras.map((each) => each.id);

test("the camera that raised it comes before its zone, the zone before the building", () => {
  const cameras = [camera("a", { building: "b1" }), camera("b", { building: "b1", zone: "hall" }), camera("c")];
  expect(ids(camerasAt({ device: "c", zone: "hall", building: "b1" }, cameras))).toEqual(["c"]);
  expect(ids(camerasAt({ device: "smoke", zone: "hall", building: "b1" }, cameras))).toEqual(["b"]);
  expect(ids(camerasAt({ device: null, zone: null, building: "b1" }, cameras))).toEqual(["a", "b"]);
  expect(camerasAt({ device: null, zone: null, building: null }, cameras)).toEqual([]);
});

test("an old picture, none, or a lost camera is stale; trouble and news come first", () => {
  const now = Date.parse("2026-03-01T10:00:00Z");
  const fresh = camera("fresh", { picture: at("2026-03-01T09:59:00Z") });
  const old = camera("old", { picture: at("2026-03-01T09:00:00Z"), worst: "L3" });
  expect([fresh, old, camera("none"), camera("lost", { online: false, picture: at("2026-03-01T09:59:00Z") })].map((each) => isStale(each, now))).toEqual([false, true, true, true]);
  expect(ids(byWorth([camera("none"), fresh, old]))).toEqual(["old", "fresh", "none"]);
});
