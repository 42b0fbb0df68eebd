/** Dates and times as people type and read them: 2026-03-01, 2026-03-01 20:00, 20:00, whatever the browser's own habit. */

export type WhenKind = "date" | "moment" | "time";

const DATE = String.raw`(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?`;
const TIME = String.raw`(\d{1,2})\s*[:：时]\s*(\d{2})\s*分?`;
const FORMS = {
  date: new RegExp(`^${DATE}$`),
  moment: new RegExp(`^${DATE}[T\\s]*${TIME}$`),
  time: new RegExp(`^${TIME}$`),
} as const;
const WHOLE = { date: /^\d{4}-\d\d-\d\d$/, moment: /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d$/, time: /^\d\d:\d\d$/ } as const;
const two = (part: string | undefined): string => (part ?? "").padStart(2, "0");

/** What was typed, as fields of the browser would say it (`2026-03-01`, `2026-03-01T20:00`, `20:00`); null when it is no such thing. */
export function readWhen(kind: WhenKind, text: string): string | null {
  const parts = FORMS[kind].exec(text.trim())?.slice(1);
  if (!parts) return null;
  const [year, month, day] = kind === "time" ? [] : parts.map(Number);
  const [hour, minute] = (kind === "time" ? parts : parts.slice(3)).map(Number);
  if (year !== undefined) {
    const back = new Date(Date.UTC(year, (month ?? 0) - 1, day));
    if (back.getUTCMonth() !== (month ?? 0) - 1 || back.getUTCDate() !== day) return null; // 31 June
  }
  if ((hour ?? 0) > 23 || (minute ?? 0) > 59) return null;
  const date = kind === "time" ? "" : `${parts[0]}-${two(parts[1])}-${two(parts[2])}`;
  const time = kind === "date" ? "" : (kind === "time" ? parts : parts.slice(3)).map(two).join(":");
  return kind === "moment" ? `${date}T${time}` : date + time;
}

/** Whether nothing is to come after it: it may be taken over while somebody types. */
export const isWhole = (kind: WhenKind, text: string): boolean => WHOLE[kind].test(text.trim());

/** A value as it is shown in every language. */
export const showWhen = (value: string): string => value.replace("T", " ").slice(0, 16);

/** The day (or, for a time alone, the hour) before or after; the same when there is none yet. */
export function stepped(kind: WhenKind, value: string, by: 1 | -1): string {
  if (kind === "time") {
    const [hour, minute] = value.split(":");
    return hour === undefined || minute === undefined ? value : `${two(String((Number(hour) + by + 24) % 24))}:${minute.slice(0, 2)}`;
  }
  const at = Date.parse(`${value.slice(0, 10)}T00:00:00Z`);
  return Number.isNaN(at) ? value : new Date(at + by * 86_400_000).toISOString().slice(0, 10) + value.slice(10);
}
