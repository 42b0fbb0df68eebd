import { instantOf, wallOf } from "../../console/parts/zone";

export const JUMPS = ["hour", "today", "night", "yesterday", "week", "month"] as const;
export type Jump = (typeof JUMPS)[number];

const HOUR_MS = 3_600_000;

/** Returns a span people ask for, as the site's clock shows it (`2026-03-01T20:00`): last night is 20:00 to 08:00. */
export function spanOf(jump: Jump, now: number, zone: string): { from: string; to: string } {
  const wall = (at: number) => wallOf(new Date(at), zone);
  const day = (back: number) => wall(now - back * 24 * HOUR_MS).slice(0, 10);
  const end = wall(now + 60_000);
  switch (jump) {
    case "hour":
      return { from: wall(now - HOUR_MS), to: end };
    case "today":
      return { from: `${day(0)}T00:00`, to: end };
    case "night":
      return { from: `${day(1)}T20:00`, to: `${day(0)}T08:00` };
    case "yesterday":
      return { from: `${day(1)}T00:00`, to: `${day(0)}T00:00` };
    case "week":
      return { from: `${day(7)}T00:00`, to: end };
    case "month":
      return { from: `${day(30)}T00:00`, to: end };
  }
}

export const FIELDS = ["q", "from", "to", "category", "building", "level", "person", "verdict"] as const;
export type Wanted = Record<(typeof FIELDS)[number], string>;

export function wantedOf(search: string): Wanted {
  const query = new URLSearchParams(search);
  return Object.fromEntries(FIELDS.map((field) => [field, query.get(field) ?? ""])) as Wanted;
}

/** Returns what the gateway is asked: empty fields are left out, times are instants. */
export function askedOf(wanted: Wanted, zone: string) {
  const { from, to, ...rest } = wanted;
  const filled = Object.fromEntries(Object.entries(rest).filter(([, value]) => value.trim() !== ""));
  const [start, end] = [instantOf(from, zone), instantOf(to, zone)];
  return {
    ...(filled as { q?: string; category?: string; building?: string; level?: "L1" | "L2" | "L3" | "L4"; person?: string; verdict?: "true" | "false" | "other" }),
    ...(start ? { opened_from: start } : {}),
    ...(end ? { opened_to: end } : {}),
  };
}
