import { expect, test } from "vitest";

import { aside } from "./aside";

const picture = { wide: 320, tall: 240, scale: 1 };
const houses = [
  { x: 80, y: 80 },
  { x: 160, y: 80 },
];

test("a mark that lies on nothing stays where it is", () => {
  expect(aside({ x: 250, y: 180 }, houses, picture)).toEqual({ x: 250, y: 180 });
});

test("a mark never lies over a house or its name, and stays in the picture", () => {
  for (let x = 10; x < 310; x += 7) {
    for (let y = 10; y < 230; y += 7) {
      const at = aside({ x, y }, houses, picture);
      for (const house of houses) {
        const over = Math.abs(at.x - house.x) < 31 + 11 && at.y > house.y - 24 - 11 && at.y < house.y + 42 + 11;
        expect(over).toBe(false);
      }
      expect(at.x >= 0 && at.x <= 320 && at.y >= 0 && at.y <= 240).toBe(true);
    }
  }
});

test("where there is no room at all it stands where it stood", () => {
  expect(aside({ x: 10, y: 10 }, [{ x: 10, y: 10 }], { wide: 20, tall: 20, scale: 1 })).toEqual({ x: 10, y: 10 });
});
