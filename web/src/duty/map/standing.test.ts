import { expect, test } from "vitest";

import type { PlaceNode } from "../../api/views";
import type { Row } from "../rows";
import { type Device, devicesIn, layerOf, newestRed, placesOf, SITE, standingOf, wayTo } from "./standing";

const name = { zh: "名", en: "name" };
const device = (id: string, more: Partial<Device>): Device => ({ id, type: "smoke", name, building: null, unit: null, floor: null, zone: null, ...more }) as Device;
const row = (key: string, more: Partial<Row>): Row =>
  ({ key, level: "L3", tab: "waiting", building: null, zone: null, openedAt: "2026-03-01T00:00:00Z", incident: null, alert: null, ...more }) as Row;
const at = (id: string) => ({ device: id }) as unknown as NonNullable<Row["alert"]>;
const DEVICES = [device("s1", { building: "3", unit: "u1", floor: "2F" }), device("gate", { zone: "north", type: "access_gate" })];

test("an alarm counts at its device, its floor, its unit, its building and the estate", () => {
  const { places, devices } = standingOf([row("a", { level: "L1", alert: at("s1") }), row("b", { building: "3" })], DEVICES);
  expect(places[SITE]).toEqual({ level: "L1", count: 2 });
  expect(places["3"]).toEqual({ level: "L1", count: 2 });
  expect(places["3/2F"]).toEqual({ level: "L1", count: 1 });
  expect(places["3/u1"]).toEqual({ level: "L1", count: 1 });
  expect(devices).toEqual({ s1: { level: "L1", count: 1 } });
});

test("what is over counts nowhere", () => expect(standingOf([row("a", { tab: "gone", building: "3" })], DEVICES).places).toEqual({}));

test("a place in a building is found with its way", () => {
  const node = (id: string, children: PlaceNode[] = []): PlaceNode => ({ id, kind: "floor", name, devices: 0, children });
  const tree = [node("3", [node("3/2F")]), node("north")];
  expect(wayTo(tree, "3/2F")?.way.map((each) => each.id)).toEqual(["3", "3/2F"]);
  expect(wayTo(tree, SITE)?.inside).toHaveLength(2);
  expect(wayTo(tree, "nowhere")).toBeNull();
});

test("a zone in a building is no place of its own", () => expect(placesOf({ building: "3", unit: null, floor: null, zone: "hall" })).toEqual(["3"]));

test("devices are listed where they stand, and where a drawing shows them", () => {
  expect(devicesIn(DEVICES, "3/2F", undefined).map((each) => each.id)).toEqual(["s1"]);
  const drawing = { devices: [{ id: "s1", x: 0, y: 0 }] } as Parameters<typeof devicesIn>[2];
  expect(devicesIn(DEVICES, SITE, drawing).map((each) => each.id)).toEqual(["s1"]);
});

test("kinds fall into layers, none is lost", () => {
  expect(["camera", "access_gate", "smoke_detector", "sos_button", "pump"].map(layerOf)).toEqual(["camera", "door", "fire", "sos", "other"]);
});

test("the newest red is looked at where it can be seen: its device, or the finest place that has a spot", () => {
  const rows = [row("old", { level: "L1", alert: at("gate") }), row("new", { level: "L1", alert: at("s1"), openedAt: "2026-03-01T01:00:00Z" })];
  expect(newestRed(rows, ["place:3", "device:gate"], DEVICES)).toBe("place:3");
  expect(newestRed(rows, ["device:s1", "place:3"], DEVICES)).toBe("device:s1");
  expect(newestRed([row("a", { alert: at("s1") })], ["device:s1"], DEVICES)).toBeNull();
});
