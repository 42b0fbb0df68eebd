import { expect, test } from "vitest";

import { KIND, proposed, STORIES } from "./stories";

test("the best fitting device is proposed, in the story's order and not the list's", () => {
  const devices = [
    { id: "cam", type: "camera" },
    { id: "heat", type: "heat_detector" },
    { id: "smoke", type: "smoke_detector" },
    { id: "lift", type: "lift" },
  ];
  expect(STORIES.map((story) => proposed(story, devices))).toEqual(["smoke", "lift", null]);
});

test("each story has a kind of its own", () => {
  expect(new Set(Object.values(KIND)).size).toBe(STORIES.length);
});
