import type { Command, CommandOffer } from "../api/views";

const SOON_MS = 1_500;
const NOW_AND_THEN_MS = 15_000;

/** What a plan asks comes first; of the device itself only what the plan does not name already. */
export function offersOf(planned: CommandOffer[], own: CommandOffer[]): CommandOffer[] {
  const named = new Set(planned.map((offer) => `${offer.device} ${offer.name}`));
  return [...planned, ...own.filter((offer) => !named.has(`${offer.device} ${offer.name}`))];
}

/** How a state is drawn: only what is proven is done, and what nobody knows is doubt, not success. */
export function toneOf(state: Command["state"]): "done" | "doubt" | "not" | "open" {
  if (state === "done") return "done";
  if (state === "unknown") return "doubt";
  return state === "failed" || state === "expired" ? "not" : "open";
}

/** While an outcome is awaited the page looks again soon; on an open case now and then, because its plan may order by itself. */
export function lookAgainMs(items: Command[], open: boolean): number | false {
  if (items.some((each) => !each.over)) return SOON_MS;
  return open ? NOW_AND_THEN_MS : false;
}
