import { expect, it } from "vitest";

import { freshId, standingOf, startsOf } from "./times";

it("starts are read with any mark between them", () => {
  expect(startsOf(" 22:00，02:00、 04:30 ")).toEqual(["22:00", "02:00", "04:30"]);
  expect(startsOf("")).toEqual([]);
});
it("a new round gets a name of its own", () => {
  expect(freshId(["night", "round-3"])).toBe("round-4");
});
it("one missed point makes the walk a bad one; what is still to come does not", () => {
  const stops = (...standing: ("done" | "late" | "missed" | "open" | "ahead")[]) => ({ stops: standing.map((each) => ({ point: each, name: { zh: each, en: each }, standing: each, visit: null })) });
  expect(standingOf(stops("done", "late"))).toMatchObject({ tone: "good", seen: 2, missed: [] });
  expect(standingOf(stops("done", "open"))).toMatchObject({ tone: "wait", seen: 1, missed: [] });
  expect(standingOf(stops("done", "missed", "open"))).toMatchObject({ tone: "bad", seen: 1, missed: [{ point: "missed" }] });
});
