import type { TextSize } from "../look/appearance";
import { clock } from "../look/format";

/** What the main part of the wall shows: what is open, or in turn what there is to see when nothing is. */
export type Panel = "alarms" | "calm" | "hours" | "day";
const CALM: Panel[] = ["calm", "hours", "day"];
export const TURN_MS = 20_000;

/** Rotates only when nothing is open. */
export function panelAt(now: number, open: number): Panel {
  return open > 0 ? "alarms" : (CALM[Math.floor(now / TURN_MS) % CALM.length] ?? "calm");
}

const RELOAD_HOUR = "04";
const HOUR_MS = 3_600_000;

/**
 * Whether the page should begin anew: in the hour from four in the morning (the site's time), once a night, and only
 * while the gateway answers, so that a wall never reloads into an error page.
 */
export function reloads(loadedAt: number, now: number, zone: string, answered: boolean): boolean {
  return answered && now - loadedAt > HOUR_MS && clock(now, zone).startsWith(RELOAD_HOUR);
}

/** The answer is too old to be called the present after this; asked for every {@link ASK_MS}. */
export const ASK_MS = 3_000;
export const OLD_MS = 12_000;

export function isOld(answeredAt: number | null, now: number): boolean {
  return answeredAt === null || now - answeredAt > OLD_MS;
}

/** Signed difference of a figure to the same time of another day, as words are chosen for it. */
export function compared(now: number, then: number): { key: "more" | "fewer" | "same"; n: number } {
  return { key: now > then ? "more" : now < then ? "fewer" : "same", n: Math.abs(now - then) };
}

/** `048213` as people read it out: `048 213`. */
export const spaced = (code: string): string => `${code.slice(0, 3)} ${code.slice(3)}`;

/** How many lines have room: nobody scrolls a wall, so with larger words it says less and how much more there is. */
export const ROOM: Record<TextSize, { alarms: number; people: number }> = {
  standard: { alarms: 5, people: 6 },
  large: { alarms: 3, people: 6 },
  xlarge: { alarms: 3, people: 4 },
};
