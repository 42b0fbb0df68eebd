import { expect, test } from "vitest";

import { turn } from "./movement";

test("what is better depends on the figure, not on the arrow", () => {
  expect(turn("up", true)).toBe("better");
  expect(turn("down", true)).toBe("worse");
  expect(turn("down", false)).toBe("better");
  expect(turn("same", false)).toBeNull();
  expect(turn("up", null)).toBeNull();
});
