export interface Spot {
  x: number;
  y: number;
}

/** What a house takes of the picture around its middle, its name below it included, and half of what a mark takes. */
const HOUSE = { left: 31, right: 31, up: 24, down: 42 };
const MARK = 12;

/**
 * Returns where a mark of something outside the houses is drawn: where it stands, or, where it would lie over a house or
 * over its name, beside it at the nearest free side.
 */
export function aside(spot: Spot, houses: Spot[], picture: { wide: number; tall: number; scale: number }): Spot {
  const room = MARK * picture.scale;
  const boxes = houses.map(({ x, y }) => ({
    left: x - HOUSE.left * picture.scale - room,
    right: x + HOUSE.right * picture.scale + room,
    up: y - HOUSE.up * picture.scale - room,
    down: y + HOUSE.down * picture.scale + room,
  }));
  const covers = (at: Spot) => boxes.filter((box) => at.x > box.left && at.x < box.right && at.y > box.up && at.y < box.down);
  const inside = (at: Spot) => at.x >= room && at.x <= picture.wide - room && at.y >= room && at.y <= picture.tall - room;
  if (covers(spot).length === 0) return spot;
  const sides = boxes.flatMap((box) => [
    { x: box.left, y: spot.y },
    { x: box.right, y: spot.y },
    { x: spot.x, y: box.up },
    { x: spot.x, y: box.down },
    { x: box.left, y: box.up },
    { x: box.right, y: box.up },
    { x: box.left, y: box.down },
    { x: box.right, y: box.down },
  ]);
  const far = (at: Spot) => Math.hypot(at.x - spot.x, at.y - spot.y);
  const free = sides.filter((at) => inside(at) && covers(at).length === 0).sort((a, b) => far(a) - far(b));
  return free[0] ?? spot;
}
