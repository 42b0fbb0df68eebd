import { expect, test } from "vitest";

import type { PlaceNode } from "../api/views";
import { incident } from "../duty/fixture";
import { offered, spotsOf } from "./spots";

const node = (id: string, kind: string, zh: string, children: PlaceNode[] = []): PlaceNode => ({ id, kind, name: { zh, en: `${kind} ${id}` }, devices: 0, children });
const TREE = [node("1", "building", "1号楼", [node("1/2", "unit", "2单元")]), node("2", "building", "2号楼"), node("gate", "zone", "北门")];

test("a unit carries its building, in its name and in its parts", () => {
  const spots = spotsOf(TREE);
  expect(spots.map((spot) => spot.name.zh)).toEqual(["1号楼", "1号楼 2单元", "2号楼", "北门"]);
  expect(spots[1]?.parts).toEqual({ building: "1", unit: "2" });
  expect(spots[3]?.parts).toEqual({ zone: "gate" });
});

test("words find a place however they are spaced and parted", () => {
  for (const words of ["1号楼2单元", "1号楼，2单元", "building 1 unit"]) expect(offered(spotsOf(TREE), words, [], null).map((spot) => spot.id)).toEqual(["1/2"]);
});

test("without words my task's place and the last one stand first, each once", () => {
  const found = offered(spotsOf(TREE), "", [incident({ building: "2" })], "gate").map((spot) => spot.id);
  expect(found).toEqual(["2", "gate", "1"]);
});
