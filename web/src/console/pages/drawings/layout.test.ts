import { expect, test } from "vitest";

import type { PlaceNode } from "../../../api/views";
import type { Device } from "./asking";
import { freeSpot, roomsOf, SITE, type Spots, standsIn, without } from "./layout";

const node = (id: string, children: PlaceNode[] = []): PlaceNode => ({ id, kind: "building", name: { zh: id, en: id }, devices: 0, children });
const device = { building: "3", unit: null, floor: "2F", zone: null } as Device;

test("the estate stands first, then every place with its way", () => {
  const rooms = roomsOf([node("3", [node("3/2F")]), node("north")]);
  expect(rooms.map((room) => room.id)).toEqual([SITE, "3", "3/2F", "north"]);
  expect(rooms[2]?.way.map((each) => each.id)).toEqual(["3"]);
});

test("a device stands on its floor, in its building and on the estate", () => {
  expect([SITE, "3", "3/2F", "3/1F", "4"].map((place) => standsIn(device, place))).toEqual([true, true, true, false, false]);
});

test("what is put on one after the other does not hide", () => {
  const spots: Spots = {};
  for (let n = 0; n < 30; n += 1) {
    const spot = freeSpot(spots);
    for (const [x, y] of Object.values(spots)) expect(Math.abs(x - spot[0]) + Math.abs(y - spot[1])).toBeGreaterThan(0.02);
    spots[`d${n}`] = spot;
  }
});

test("one is taken off, the others stay", () => expect(without({ a: [0, 0], b: [1, 1] }, "a")).toEqual({ b: [1, 1] }));
