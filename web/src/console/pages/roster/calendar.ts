/** The calendar: days, and what is on each of them. */
import type { Gap, Leave, Roster, Stint } from "./asking";

export const DAY_MS = 86_400_000;

/** Moves a day (`2026-03-08`) by some days. */
export function moved(day: string, by: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + by * DAY_MS).toISOString().slice(0, 10);
}

/** The Monday of the week in which a day lies. */
export function mondayOf(day: string): string {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return moved(day, -((weekday + 6) % 7));
}

/** 0 = Monday … 6 = Sunday. */
export function weekdayOf(day: string): number {
  return (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
}

/** The day (`2026-03-08`) of an instant at the site. */
export function dayOf(at: string | number, zone: string): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(new Date(at));
}

/** One duty of a day: everybody who stands in the same shift at the same time. */
export interface Watch {
  key: string;
  shift: string;
  name: Stint["shift_name"];
  role: string;
  grid: string | null;
  begin: string;
  end: string;
  people: { id: string; name: string }[];
}

export interface Day {
  day: string;
  workday: boolean;
  /** A swapped day (调休): a weekend that is worked, a weekday that is not. */
  swapped: boolean;
  watches: Watch[];
  gaps: Gap[];
  leave: Leave[];
}

export interface Wanted {
  role?: string;
  grid?: string;
}

/** What is on each of these days. Stints of a shift with the same times stand together; a gap stands on its first day. */
export function daysOf(roster: Pick<Roster, "days" | "stints" | "gaps" | "leave">, first: string, count: number, zone: string, wanted: Wanted = {}): Day[] {
  const fits = (each: { role: string; grid: string | null }) =>
    (!wanted.role || each.role === wanted.role) && (!wanted.grid || each.grid === null || each.grid === wanted.grid);
  return Array.from({ length: count }, (_, place) => {
    const day = moved(first, place);
    const known = roster.days.find((each) => each.day === day);
    const weekend = weekdayOf(day) > 4;
    const workday = known?.workday ?? !weekend;
    const watches = new Map<string, Watch>();
    for (const stint of roster.stints) {
      if (stint.day !== day || !fits(stint)) continue;
      const key = [stint.shift, stint.begin, stint.end, stint.role, stint.grid ?? ""].join(" ");
      const watch = watches.get(key) ?? {
        key,
        shift: stint.shift,
        name: stint.shift_name,
        role: stint.role,
        grid: stint.grid,
        begin: stint.begin,
        end: stint.end,
        people: [],
      };
      if (!watch.people.some((each) => each.id === stint.person.id)) watch.people.push(stint.person);
      watches.set(key, watch);
    }
    const order = [...watches.values()].sort((a, b) => rank(a.role) - rank(b.role) || (a.grid ?? "").localeCompare(b.grid ?? "") || Date.parse(a.begin) - Date.parse(b.begin));
    return {
      day,
      workday,
      swapped: known !== undefined && known.workday === weekend,
      watches: order,
      gaps: roster.gaps.filter((gap) => dayOf(gap.begin, zone) === day && fits(gap)),
      leave: roster.leave.filter((each) => each.begin <= day && day <= each.end),
    };
  });
}

export const ROLES = ["guard", "worker", "leader", "maintenance", "manager"] as const;
export type Role = (typeof ROLES)[number];

function rank(role: string): number {
  const place = ROLES.findIndex((each) => each === role);
  return place < 0 ? ROLES.length : place;
}

/** What kind of span a watch is, for those that have no name of their own. */
export function kindOf(begin: string, end: string, zone: string): "day" | "night" | "whole" {
  if (Date.parse(end) - Date.parse(begin) >= DAY_MS - 3_600_000) return "whole";
  return dayOf(begin, zone) === dayOf(Date.parse(end) - 1, zone) ? "day" : "night";
}
