import type { components } from "../../api/schema";
import type { PlaceNode } from "../../api/views";
import { isActive, type Row, type Worst } from "../rows";

export type Device = components["schemas"]["DeviceView"];
export type Drawing = components["schemas"]["DrawingView"];
export const SITE = "site";

/** What is open at every place and device, each place with everything in it. */
export interface Standing {
  places: Record<string, Worst>;
  devices: Record<string, Worst>;
}

/** Places that a thing lies in, as the tree names them: `3`, `3/u1`, `3/2F`, or a zone. */
export function placesOf(parts: { building: string | null; unit: string | null; floor: string | null; zone: string | null }): string[] {
  const { building, unit, floor, zone } = parts;
  return [building, building && unit ? `${building}/${unit}` : null, building && floor ? `${building}/${floor}` : null, building ? null : zone].filter((id) => id !== null && id !== "") as string[];
}

export function standingOf(rows: Row[], devices: Device[]): Standing {
  const known = new Map(devices.map((device) => [device.id, device]));
  const found: Standing = { places: {}, devices: {} };
  for (const row of rows) {
    if (!isActive(row)) continue;
    const device = known.get(row.incident?.device ?? row.alert?.device ?? "");
    const ids = placesOf(device ?? { building: row.building, unit: null, floor: null, zone: row.zone });
    for (const id of [SITE, ...ids]) add(found.places, id, row);
    if (device) add(found.devices, device.id, row);
  }
  return found;
}

function add(into: Record<string, Worst>, id: string, row: Row): void {
  const before = into[id];
  into[id] = { level: before && before.level < row.level ? before.level : row.level, count: (before?.count ?? 0) + 1 };
}

/** The way from the whole estate down to a place, and the places in it; null: there is no such place. */
export function wayTo(tree: PlaceNode[], id: string): { way: PlaceNode[]; inside: PlaceNode[] } | null {
  if (id === SITE) return { way: [], inside: tree };
  for (const node of tree) {
    if (node.id === id) return { way: [node], inside: node.children };
    const below = wayTo(node.children, id);
    if (below) return { way: [node, ...below.way], inside: below.inside };
  }
  return null;
}

/** Layers a person switches; what fits none is `other`. */
export const LAYERS = ["camera", "door", "fire", "sos", "other"] as const;
export type Layer = (typeof LAYERS)[number];
const WORDS: [Layer, RegExp][] = [
  ["camera", /camera|nvr|recorder/],
  ["door", /gate|door|lock|barrier|intercom|lane/],
  ["fire", /smoke|fire|gas|heat|co_|hydrant|leak|flood/],
  ["sos", /sos|fall|button/],
];

export const layerOf = (type: string): Layer => WORDS.find(([, words]) => words.test(type))?.[0] ?? "other";

/** Devices that stand in a place (in the whole estate: those in no building, and all that its drawing shows). */
export function devicesIn(devices: Device[], place: string, drawing: Drawing | undefined): Device[] {
  const drawn = new Set(drawing?.devices.map((spot) => spot.id));
  return devices.filter((device) => drawn.has(device.id) || (place === SITE ? device.building === null && device.zone === null : placesOf(device).includes(place)));
}

/** The gravest open thing that has a spot here: the map pans to it once. */
export function newestRed(rows: Row[], spots: string[], devices: Device[]): string | null {
  const known = new Map(devices.map((device) => [device.id, device]));
  const reds = rows.filter((row) => row.level === "L1" && row.tab === "waiting").sort((a, b) => b.openedAt.localeCompare(a.openedAt));
  for (const row of reds) {
    const id = row.incident?.device ?? row.alert?.device ?? "";
    const device = known.get(id);
    const places = placesOf(device ?? { building: row.building, unit: null, floor: null, zone: row.zone });
    const spot = [`device:${id}`, ...places.reverse().map((each) => `place:${each}`)].find((key) => spots.includes(key));
    if (spot) return spot;
  }
  return null;
}
