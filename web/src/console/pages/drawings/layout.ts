import type { PlaceNode } from "../../../api/views";
import type { Device } from "./asking";

export const SITE = "site";
export type Spots = Record<string, [number, number]>;

/** A place with the way to it. */
export interface Room {
  id: string;
  node: PlaceNode | null;
  way: PlaceNode[];
  /** Places directly in it. */
  inside: PlaceNode[];
}

/** The whole estate and every place below it, from the outside in. */
export function roomsOf(tree: PlaceNode[]): Room[] {
  const below = (nodes: PlaceNode[], way: PlaceNode[]): Room[] => nodes.flatMap((node) => [{ id: node.id, node, way, inside: node.children }, ...below(node.children, [...way, node])]);
  return [{ id: SITE, node: null, way: [], inside: tree }, ...below(tree, [])];
}

/** Whether a device stands in a place; everything stands in the estate. */
export function standsIn(device: Device, place: string): boolean {
  if (place === SITE) return true;
  const { building, unit, floor, zone } = device;
  return [building, building && unit ? `${building}/${unit}` : null, building && floor ? `${building}/${floor}` : null, zone].includes(place);
}

const MIDDLE: [number, number] = [0.5, 0.5];
const STEP = 0.1;

/** A spot near the middle where nothing stands yet, so that what is put on one after the other does not hide. */
export function freeSpot(taken: Spots): [number, number] {
  const near = (spot: [number, number]) => Object.values(taken).some(([x, y]) => Math.abs(x - spot[0]) < STEP * 0.9 && Math.abs(y - spot[1]) < STEP * 0.9);
  for (let ring = 0; ring < 5; ring += 1) {
    for (let turn = 0; turn < Math.max(1, ring * 8); turn += 1) {
      const angle = (turn / Math.max(1, ring * 8)) * 2 * Math.PI;
      const spot: [number, number] = [round(MIDDLE[0] + Math.cos(angle) * ring * STEP), round(MIDDLE[1] + Math.sin(angle) * ring * STEP)];
      if (!near(spot)) return spot;
    }
  }
  return MIDDLE;
}

export const round = (value: number): number => Math.min(1, Math.max(0, Math.round(value * 10_000) / 10_000));

export const spotsOf = (spots: { id: string; x: number; y: number }[]): Spots => Object.fromEntries(spots.map(({ id, x, y }) => [id, [x, y]]));

export function without(spots: Spots, id: string): Spots {
  return Object.fromEntries(Object.entries(spots).filter(([key]) => key !== id));
}
