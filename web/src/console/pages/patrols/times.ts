import type { Walk } from "./asking";

/** Starts of a round as people type them: `22:00 02:00`, with any mark between them. */
export function startsOf(text: string): string[] {
  return text.split(/[\s,，、;；]+/).filter((each) => each !== "");
}

/** A name for a new round that none has yet. */
export function freshId(taken: readonly string[]): string {
  for (let number = taken.length + 1; ; number += 1) if (!taken.includes(`round-${number}`)) return `round-${number}`;
}

type Stop = Walk["stops"][number];

/** How a walk stands: all seen, points missed, or still under way; and which points were missed. */
export function standingOf(walk: Pick<Walk, "stops">): { tone: "good" | "bad" | "wait"; seen: number; missed: Stop[] } {
  const missed = walk.stops.filter((stop) => stop.standing === "missed");
  const seen = walk.stops.filter((stop) => stop.standing === "done" || stop.standing === "late").length;
  return { tone: missed.length > 0 ? "bad" : seen === walk.stops.length ? "good" : "wait", seen, missed };
}
