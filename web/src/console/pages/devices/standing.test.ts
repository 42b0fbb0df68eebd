import { expect, test } from "vitest";

import type { Device } from "./asking";
import { chosen, counted, factsOf, stepFor } from "./standing";
import { typeWords, valueWords } from "./words";

const device = (id: string, more: Partial<Device> = {}, battery: number | null = null, state: Device["availability"]["state"] = "online"): Device => ({
  id, type: "camera", name: { zh: id, en: id }, place: { zh: "", en: "" }, building: null, unit: null, floor: null, zone: null, grid: null,
  profile: "own", parent: null, state: "active", online: true, last_at: null, skew_ms: null, reported: {}, worst: null, open_alerts: 0, tags: [],
  x: null, y: null, ...more, availability: { state, since: null, heard_at: null, why: null, behind: null, battery },
}); // prettier-ignore

const NONE = { place: "", type: "", state: "", life: "", profile: "" };

test("choices narrow together, a place is a building, a zone or a grid", () => {
  const all = [device("a", { building: "b1" }), device("b", { zone: "b1", type: "lift" }), device("c", { grid: "g1" }, 12)];
  expect(chosen(all, NONE)).toHaveLength(3);
  expect(chosen(all, { ...NONE, place: "b1" }).map((each) => each.id)).toEqual(["a", "b"]);
  expect(chosen(all, { ...NONE, place: "b1", type: "lift" }).map((each) => each.id)).toEqual(["b"]);
  expect(chosen(all, { ...NONE, state: "low" }).map((each) => each.id)).toEqual(["c"]);
});

test("only devices in service are counted", () => {
  const all = [device("a"), device("b", {}, 5, "offline"), device("c", { state: "retired" }, null, "offline")];
  expect(counted(all)).toEqual({ online: 1, offline: 1, unstable: 0, never: 0, low: 1 });
});

test("typed facts become what the kind of event wants, empty ones are left out", () => {
  const facts = [{ name: "door", type: "scalar" }, { name: "dir", type: "text" }, { name: "value", type: "number" }, { name: "list", type: "bool" }];
  expect(factsOf({ door: "1", dir: "in", value: "", list: "true" }, facts)).toEqual({ door: 1, dir: "in", list: true });
  expect(factsOf({ door: "east" }, facts)).toEqual({ door: "east" });
});

test("a curve has a few hundred points at most", () => {
  expect(stepFor("2026-03-01T00:00:00Z", "2026-03-01T06:00:00Z")).toBe("minute");
  expect(stepFor("2026-03-01T00:00:00Z", "2026-03-08T00:00:00Z")).toBe("hour");
  expect(stepFor("2026-03-01T00:00:00Z", "2026-04-08T00:00:00Z")).toBe("day");
});

test("an unknown word is shown as it is, a channel keeps its number", () => {
  expect(typeWords("drone")).toEqual({ zh: "drone", en: "drone" });
  expect(valueWords("open_2")).toEqual({ zh: "开着 2", en: "Open 2" });
  expect(valueWords("odd_3")).toEqual({ zh: "odd_3", en: "odd_3" });
});
