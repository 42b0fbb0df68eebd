/** How flags stand, for the whole site and for each zone; plain functions. */
import type { PlaceNode } from "../../../api/views";
import type { Mode } from "./asking";

export const FLAGS = ["drill", "maintenance", "armed"] as const;
export type Flag = (typeof FLAGS)[number];

export interface Standing {
  flag: string;
  /** null: the whole site */
  zone: string | null;
  on: boolean;
  mode: Mode | null;
}

/** Every known flag for the site and for each zone that exists or has one set: what nobody set is off. */
export function standings(modes: readonly Mode[], zones: readonly string[]): Standing[] {
  const places = [null, ...new Set([...zones, ...modes.flatMap((mode) => (mode.zone ? [mode.zone] : []))])];
  const flags = [...FLAGS, ...new Set(modes.map((mode) => mode.flag).filter((flag) => !(FLAGS as readonly string[]).includes(flag)))];
  return places.flatMap((zone) =>
    flags.map((flag) => {
      const mode = modes.find((each) => each.flag === flag && each.zone === zone) ?? null;
      return { flag, zone, on: mode?.value ?? false, mode };
    }),
  );
}

/** What is shown: the whole site always, whatever is on, and the one zone that somebody looks at. A wall of “off” says nothing. */
export function shown(all: readonly Standing[], zone: string): Standing[] {
  return all.filter((each) => each.zone === null || each.on || each.zone === zone);
}

/** The moment at which a switch turns back by itself; null: not by itself. */
export function untilOf(hours: number | null, now: number): string | null {
  return hours === null ? null : new Date(now + hours * 3_600_000).toISOString();
}

/** Every zone of the tree, wherever it lies: flags are set for zones and for the whole site. */
export function zonesOf(tree: readonly PlaceNode[]): PlaceNode[] {
  return tree.flatMap((node) => [...(node.kind === "zone" ? [node] : []), ...zonesOf(node.children)]);
}
