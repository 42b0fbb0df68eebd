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
