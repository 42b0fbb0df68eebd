import { expect, it } from "vitest";

import { freshId, startsOf } from "./times";

it("starts are read with any mark between them", () => {
  expect(startsOf(" 22:00，02:00、 04:30 ")).toEqual(["22:00", "02:00", "04:30"]);
  expect(startsOf("")).toEqual([]);
});
it("a new round gets a name of its own", () => {
  expect(freshId(["night", "round-3"])).toBe("round-4");
});
