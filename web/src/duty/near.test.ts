import { expect, test } from "vitest";

import type { Duty } from "../api/views";
import { nearFirst } from "./near";

const person = (id: string) => ({ id, name: id, roles: ["worker"], until: null });
const grid = (id: string, ...people: string[]) => ({ grid: id, grid_name: { zh: id, en: id }, people: people.map(person), gap: false });
const duty = { at: "2026-03-01T10:00:00Z", grids: [grid("g1", "a", "w"), grid("g2", "b", "w")] } as Duty;

test("who serves the place of the case stands first, everybody once", () => {
  expect(nearFirst(duty, "g2").map((each) => [each.person.id, each.near])).toEqual([["w", true], ["b", true], ["a", false]]);
});

test("without a case nobody is nearer than others, and nobody on duty is an empty list", () => {
  expect(nearFirst(duty, null).map((each) => [each.person.id, each.near])).toEqual([["a", false], ["w", false], ["b", false]]);
  expect(nearFirst(null, "g1")).toEqual([]);
});
