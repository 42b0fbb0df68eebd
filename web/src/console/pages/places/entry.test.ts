import { expect, test } from "vitest";

import { homeEntry, idInside, placeEntry } from "./entry";

test("a place keeps what the form does not show, empty aliases go away", () => {
  const old = { id: "b3-u1", kind: "unit", parent: "b3", part: "u1", name: { zh: "1单元", en: "Unit 1" }, aliases: ["东头"] };
  expect(placeEntry(old, { zh: " 一单元 ", en: "", aliases: "东头、 大门；" })).toEqual({ ...old, name: { zh: "一单元" }, aliases: ["东头", "大门"] });
  expect(placeEntry(old, { zh: "1单元", en: "Unit 1", aliases: " " })).not.toHaveProperty("aliases");
});

test("a home's care reasons and grid are written, nothing empty stays", () => {
  const old = { id: "b1-1-101", building: "b1", floor: "1", care: ["alone"] };
  expect(homeEntry(old, { care: [], tags: "", grid: "grid-1" })).toEqual({ id: "b1-1-101", building: "b1", floor: "1", grid: "grid-1" });
});

test("a place inside another one begins with its id", () => {
  expect(idInside("b3", "U4")).toBe("b3-u4");
  expect(idInside(null, "b31")).toBe("b31");
});
