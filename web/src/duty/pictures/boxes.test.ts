import { expect, test } from "vitest";

import { frameOf } from "./boxes";

test("a box stands where the camera saw something, in shares of the picture", () => {
  expect(frameOf([0.41, 0.2, 0.18, 0.55])).toEqual({ left: "41%", top: "20%", width: "18%", height: "55%" });
  expect(frameOf([0.125, 0, 0.5, 1])).toEqual({ left: "12.5%", top: "0%", width: "50%", height: "100%" });
});

test("what is no box is drawn nowhere", () => {
  expect(frameOf(null)).toBeNull();
  expect(frameOf(undefined)).toBeNull();
  expect(frameOf([0.1, 0.2])).toBeNull();
});
