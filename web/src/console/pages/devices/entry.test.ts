import { expect, test } from "vitest";

import { entryOf, wordsIn } from "./entry";

const TYPED = { zh: "北门", en: "", type: "access_gate", profile: "own", ident: "", parent: null, tags: "mains；perimeter, east" };

test("empty fields go away, what the form does not show stays", () => {
  const old = { id: "g1", ident: "X", x: 0.2, building: "b1", unit: "u1", state: "active", grid: "g" };
  expect(entryOf(old, TYPED, null)).toEqual({ id: "g1", x: 0.2, building: "b1", unit: "u1", grid: "g", name: { zh: "北门" }, type: "access_gate", profile: "own", tags: ["mains", "perimeter", "east"] });
});

test("a new place takes all parts of the old one away", () => {
  expect(entryOf({ id: "g1", building: "b1", unit: "u1", grid: "g" }, { ...TYPED, tags: "" }, { zone: "gate-n" })).toEqual({ id: "g1", grid: "g", zone: "gate-n", name: { zh: "北门" }, type: "access_gate", profile: "own" });
});

test("words are parted by either writing's marks", () => {
  expect(wordsIn("东门；大门, 北口;")).toEqual(["东门", "大门", "北口"]);
});
