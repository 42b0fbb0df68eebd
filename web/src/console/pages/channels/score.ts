import type { Trial } from "./asking";

/** How many of the steps that have a promised time were in time: only what was seen is counted. */
export function scoreOf(steps: Trial["steps"]): { n: number; of: number } {
  const judged = steps.filter((each) => each.in_time !== null);
  return { n: judged.filter((each) => each.in_time).length, of: judged.length };
}
