/** How a handover stands for the person who looks at it, and what of it must be confirmed. */
import type { Handover, OpenCase, Snapshot } from "./asking";

export type Part = "offer" | "wait" | "take" | "watch";

/** What this person can do: offer the shift, wait for the next one, take over, or only look. */
export function partOf(waiting: Handover | null, me: string, may: boolean): Part {
  if (!may) return "watch";
  if (!waiting) return "offer";
  return waiting.outgoing.id === me ? "wait" : "take";
}

export const isGrave = (each: OpenCase): boolean => each.level === "L1" || each.level === "L2";

/** Red and orange first, each to be confirmed one by one; the others below. */
export function sorted(cases: readonly OpenCase[]): { grave: OpenCase[]; others: OpenCase[] } {
  const byLevel = [...cases].sort((a, b) => a.level.localeCompare(b.level) || (a.due_at ?? "9").localeCompare(b.due_at ?? "9"));
  return { grave: byLevel.filter(isGrave), others: byLevel.filter((each) => !isGrave(each)) };
}

/** How many grave cases are seen, of how many. */
export function seen(handover: Handover): { done: number; all: number } {
  const grave = handover.snapshot.open_cases.filter(isGrave);
  const waiting = new Set(handover.to_confirm);
  return { done: grave.filter((each) => !waiting.has(each.number)).length, all: grave.length };
}

/** Whether a snapshot holds anything beside numbers that the next shift must know. */
export function isQuiet(snapshot: Snapshot): boolean {
  const { open_cases, silenced, offline, drills, unseen, records_missed } = snapshot;
  return open_cases.length + silenced.length + offline.length + drills.length + unseen + records_missed === 0;
}
