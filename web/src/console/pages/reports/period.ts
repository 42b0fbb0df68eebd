export const KINDS = ["daily", "weekly", "monthly"] as const;
export type Kind = (typeof KINDS)[number];

const DAY_MS = 86_400_000;

/** A day of the period before or after the one from `first` to `last` (days of the site, YYYY-MM-DD). */
export function beside(period: { first: string; last: string }, way: -1 | 1): string {
  const edge = way < 0 ? period.first : period.last;
  return new Date(Date.parse(`${edge}T00:00:00Z`) + way * DAY_MS).toISOString().slice(0, 10);
}

/** A day as the address may hold it, else nothing. */
export function dayOf(text: string): string {
  return /^20\d\d-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) ? text : "";
}

/** Seconds as minutes with one digit after the point; nothing stays nothing. */
export function minutes(seconds: number | null): number | null {
  return seconds === null ? null : Math.round(seconds / 6) / 10;
}

/** A share of 0–1 as percent with one digit after the point; nothing stays nothing. */
export function percent(share: number | null): number | null {
  return share === null ? null : Math.round(share * 1000) / 10;
}
