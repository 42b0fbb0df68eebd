import type { Tone } from "../../parts/StateTag";
import type { Person } from "./asking";

export type Standing = "active" | "invited" | "locked" | "closed";

/** How an account stands: closed wins over locked, locked over never used. Somebody in by a one-time link is in use. */
export function standingOf(person: Pick<Person, "active" | "has_password" | "locked_until" | "seen_at">): Standing {
  if (!person.active) return "closed";
  if (person.locked_until) return "locked";
  return person.has_password || person.seen_at ? "active" : "invited";
}

export const TONES: Record<Standing, Tone> = { active: "good", invited: "wait", locked: "bad", closed: "off" };
export const STANDINGS = Object.keys(TONES) as Standing[];
