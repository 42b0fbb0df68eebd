import type { components } from "../api/schema";
import type { Deed } from "./deeds";

export type Walk = components["schemas"]["WalkView"];

const AFTER_MS = 2 * 3_600_000;

/** Walks that are on, the next one, and those that ended within two hours with something missed. */
export function shownWalks(walks: Walk[], now: number): Walk[] {
  const on = walks.filter((walk) => Date.parse(walk.begin) <= now && now < Date.parse(walk.end));
  const next = walks.filter((walk) => Date.parse(walk.begin) > now).sort((a, b) => a.begin.localeCompare(b.begin));
  const missed = walks.filter((walk) => Date.parse(walk.end) <= now && now - Date.parse(walk.end) < AFTER_MS && !walk.done);
  return [...on, ...missed, ...next.slice(0, 1)];
}

/** The points where nobody has been: neither the gateway nor this phone knows of a visit. */
export function left(walk: Walk, waiting: Deed[]): string[] {
  const kept = new Set(waiting.flatMap((deed) => (deed.kind === "visit" && deed.refused === null && deed.body.point ? [deed.body.point] : [])));
  return walk.stops.filter((stop) => stop.visit === null && !kept.has(stop.point)).map((stop) => stop.point);
}
