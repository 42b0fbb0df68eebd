import type { Row } from "./rows";

/** What the list shows, and what it holds back while a person is pointing at it. */
export interface Shown {
  order: string[];
  /** Lines that would come, go or move if the list were let loose now. */
  held: string[];
}

export const EMPTY: Shown = { order: [], held: [] };

/**
 * Decides the order that is shown.
 *
 * Loose: exactly `wanted`. Frozen: the order that was shown before stays as it is, whatever came, went or moved;
 * those keys are told as held, so that nothing is lost and the person decides when to look.
 */
export function settle(before: Shown, wanted: Row[], frozen: boolean): Shown {
  const fresh = wanted.map((row) => row.key);
  if (!frozen) return { order: fresh, held: [] };
  const shown = new Set(before.order);
  const next = new Set(fresh);
  const come = fresh.filter((key) => !shown.has(key));
  const gone = before.order.filter((key) => !next.has(key));
  const moved = outOfPlace(before.order.filter((key) => next.has(key)), fresh.filter((key) => shown.has(key)));
  return { order: before.order, held: [...come, ...gone, ...moved] };
}

/** The fewest lines that must move to turn one order of the same keys into the other. */
function outOfPlace(now: string[], wanted: string[]): string[] {
  const place = new Map(wanted.map((key, index) => [key, index]));
  const rank = now.map((key) => place.get(key) ?? 0);
  const longest = rank.map(() => 1); // of the rising runs that end here
  const before = rank.map(() => -1);
  let best = -1;
  rank.forEach((mine, here) => {
    for (let earlier = 0; earlier < here; earlier += 1) {
      if ((rank[earlier] ?? 0) < mine && (longest[earlier] ?? 0) + 1 > (longest[here] ?? 0)) {
        longest[here] = (longest[earlier] ?? 0) + 1;
        before[here] = earlier;
      }
    }
    if (best < 0 || (longest[here] ?? 0) > (longest[best] ?? 0)) best = here;
  });
  const keep = new Set<string>();
  for (let here = best; here >= 0; here = before[here] ?? -1) keep.add(now[here] ?? "");
  return now.filter((key) => !keep.has(key));
}

/** How long a selection alone holds the list after the last touch of mouse or key; pointer and focus hold it always. */
export const SELECTION_HOLDS_MS = 60_000;

export function isFrozen(held: { hover: boolean; focus: boolean; selected: boolean; idleMs: number }): boolean {
  return held.hover || held.focus || (held.selected && held.idleMs < SELECTION_HOLDS_MS);
}
