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
  const stayed = before.order.filter((key) => next.has(key));
  const wantedStay = fresh.filter((key) => shown.has(key));
  const moved = stayed.filter((key, index) => wantedStay[index] !== key);
  return { order: before.order, held: [...come, ...gone, ...moved] };
}

/** How long a selection alone holds the list after the last touch of mouse or key; pointer and focus hold it always. */
export const SELECTION_HOLDS_MS = 60_000;

export function isFrozen(held: { hover: boolean; focus: boolean; selected: boolean; idleMs: number }): boolean {
  return held.hover || held.focus || (held.selected && held.idleMs < SELECTION_HOLDS_MS);
}
