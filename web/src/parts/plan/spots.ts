import type { Level } from "../../api/views";

/** Something on a plan. `x` and `y` are shares of the picture, from the left and from the top. */
export interface PlanSpot {
  key: string;
  x: number;
  y: number;
  name: string;
  kind: "place" | "device" | "camera";
  level: Level | null;
  /** How much is open there. */
  count: number;
  /** It has not been heard for long: hatched, never hidden. */
  stale: boolean;
  chosen: boolean;
  /** Words below it, where the picture itself has none. */
  label?: string;
}

export interface PlanPicture {
  url: string;
  width: number;
  height: number;
}

const clamp = (value: number): number => Math.min(1, Math.max(0, Math.round(value * 10_000) / 10_000));

/** A share, as the map's own coordinates: those grow upwards. */
export const toMap = (spot: { x: number; y: number }, picture: PlanPicture): [number, number] => [picture.height * (1 - spot.y), picture.width * spot.x];

export const fromMap = (at: { lat: number; lng: number }, picture: PlanPicture): { x: number; y: number } => ({
  x: clamp(at.lng / picture.width),
  y: clamp(1 - at.lat / picture.height),
});

const STEPS: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Where an arrow key moves a spot: a hundredth of the picture, with Shift a thousandth; null for any other key. */
export function moved(spot: { x: number; y: number }, key: string, fine: boolean): { x: number; y: number } | null {
  const step = STEPS[key];
  if (!step) return null;
  const length = fine ? 0.001 : 0.01;
  return { x: clamp(spot.x + step[0] * length), y: clamp(spot.y + step[1] * length) };
}

/** What decides how a spot looks; while it is the same, nothing is drawn anew. */
export const lookOf = (spot: PlanSpot): string => [spot.kind, spot.level ?? "", spot.count, spot.stale, spot.chosen, spot.name].join("|");

const MOST_APART = 80; // more than this is a crowd that only zooming in takes apart
const ROUNDS = 40;

/**
 * Moves spots that lie on each other a little apart, so that each can be seen and pressed; the others stay where they
 * are. `wide` and `tall` are shares of the picture. For drawings that are no map to scale.
 */
export function apart<T extends { x: number; y: number }>(spots: T[], wide: number, tall: number): T[] {
  const moved = spots.map((spot) => ({ ...spot }));
  if (moved.length > MOST_APART) return moved;
  for (let round = 0, touching = true; touching && round < ROUNDS; round += 1) {
    touching = false;
    moved.forEach((one, index) => {
      for (const other of moved.slice(index + 1)) {
        const [aside, below] = [wide - Math.abs(one.x - other.x), tall - Math.abs(one.y - other.y)];
        if (aside <= 0.0005 || below <= 0.0005) continue;
        touching = true;
        const axis = aside / wide <= below / tall ? "x" : "y";
        const half = (axis === "x" ? aside : below) / 2 + 0.0005;
        const first = one[axis] <= other[axis] ? one : other;
        const second = first === one ? other : one;
        const edge = (axis === "x" ? wide : tall) / 2;
        first[axis] = Math.max(edge, first[axis] - half);
        second[axis] = Math.min(1 - edge, second[axis] + half);
      }
    });
  }
  return moved;
}
