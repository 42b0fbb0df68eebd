import { expect, test } from "vitest";

import { namesOf } from "./people";

const NAMED = [
  { id: "wang", name: "王强" },
  { id: "chen", name: "陈刚" },
  { id: "wang", name: "王强" },
];

test("everybody once, by name; who is asked for is never lost", () => {
  expect(namesOf(NAMED, "")).toEqual([
    ["chen", "陈刚"],
    ["wang", "王强"],
  ]);
  expect(namesOf(NAMED, "gone").map(([id]) => id)).toContain("gone");
});
