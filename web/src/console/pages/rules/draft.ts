/** What a draft is made of, worked out: places in plain data, lengths of time, copies, figures of a backtest. */
import type { Bilingual, Language } from "../../../api/views";
import type { Figures } from "../../parts";

export type Plain = Record<string, unknown>;

/** Sets a value at its place (`detect.count.within`, `stages[1].when.all[0].open_for`); null or nothing takes it out. */
export function put(plain: Plain, path: string, value: unknown): Plain {
  const copy = structuredClone(plain);
  const keys = [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, place, name]) => (place === undefined ? (name as string) : Number(place)));
  let at = copy as Record<string | number, unknown>;
  for (const key of keys.slice(0, -1)) at = (at[key] ??= {}) as Record<string | number, unknown>;
  const last = keys[keys.length - 1] as string | number;
  if (value === null || value === undefined || value === "") delete at[last];
  else at[last] = value;
  return copy;
}

/** The change that an address proposes (`?set=detect.count.at_least&to=6`); what cannot be read proposes nothing. */
export function proposedIn(set: string, to: string): { path: string; value: unknown } | undefined {
  if (!set || !to) return undefined;
  try {
    return { path: set, value: JSON.parse(to) as unknown };
  } catch {
    return undefined;
  }
}

export const UNITS = ["s", "m", "h", "d"] as const;
export type Unit = (typeof UNITS)[number];

/** `90m` as a number and its unit; what cannot be read is nothing. */
export function lengthOf(text: unknown): { count: number | null; unit: Unit } {
  const found = typeof text === "string" ? /^(\d+)(s|m|h|d)$/.exec(text) : null;
  return found ? { count: Number(found[1]), unit: found[2] as Unit } : { count: null, unit: "m" };
}

/** What is wrong with each field: the longest name that is the place, or above it; the rest by itself. */
export function sorted(problems: readonly { path: string; message: Bilingual }[], names: readonly string[]) {
  const fields: Record<string, Bilingual[]> = {};
  const rest: Bilingual[] = [];
  const longestFirst = [...names].sort((a, b) => b.length - a.length);
  for (const each of problems) {
    const path = each.path.replace(/^body\./, "");
    const name = longestFirst.find((one) => path === one || path.startsWith(`${one}.`) || path.startsWith(`${one}[`));
    if (name === undefined) rest.push(each.message);
    else (fields[name] ??= []).push(each.message);
  }
  return { fields, rest, count: problems.length };
}

/** A copy of a rule under an id that nobody has, with a name that says so. */
export function copyOf(plain: Plain, taken: readonly string[]): Plain {
  const stem = `site.${String(plain["id"]).replace(/^site\./, "").replace(/-\d+$/, "")}`;
  let number = 2;
  while (taken.includes(`${stem}-${number}`)) number += 1;
  const { enabled: _, ...rest } = plain;
  const name = plain["name"];
  const both = typeof name === "object" && name !== null ? (name as Bilingual) : { zh: String(name), en: String(name) };
  return { ...rest, id: `${stem}-${number}`, name: { zh: `${both.zh}（副本）`, en: `${both.en} (copy)` } };
}

/** Words that a form holds, in this language; a rule says one text for both, or one for each. */
export function wordsIn(value: unknown, language: Language): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return "";
  const both = value as Partial<Bilingual>;
  return both[language] ?? "";
}

/** The same words with one language changed; where both were one text, both are. */
export function withWords(value: unknown, language: Language, text: string): unknown {
  if (typeof value !== "object" || value === null) return text;
  return { ...(value as Bilingual), [language]: text };
}

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** Hits day by day, also the days without any. */
export function perDay(byDay: Readonly<Record<string, number>>, begin: string, end: string, head: [string, string], unit: string): Figures {
  const rows: [string, number][] = [];
  const last = end.slice(0, 10);
  for (let day = begin.slice(0, 10), n = 0; day <= last && n < 400; day = next(day), n += 1) rows.push([day.slice(5), byDay[day] ?? 0]);
  return { head, rows, unit };
}

function next(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

/** Hits by day and hour, for a heat map. */
export function perHour(byDayHour: Readonly<Record<string, readonly number[]>>, day: string, unit: string): Figures {
  const rows = Object.keys(byDayHour)
    .sort()
    .map((each): [string, ...number[]] => [each.slice(5), ...(byDayHour[each] ?? [])]);
  return { head: [day, ...HOURS.map((hour) => `${hour}`)], rows, unit };
}

/** How the samples were judged so far. */
export function judged(verdicts: Readonly<Record<string, boolean>>): { real: number; wrong: number } {
  const all = Object.values(verdicts);
  return { real: all.filter(Boolean).length, wrong: all.filter((each) => !each).length };
}

/** Whole per cent of false alarms; null while nothing was closed. */
export function falseRate(right: { true: number; false: number } | null | undefined): number | null {
  const known = right ? right.true + right.false : 0;
  return known === 0 ? null : Math.round((100 * (right?.false ?? 0)) / known);
}

/** The day of a trial run, from 1; a run is looked at after three. */
export function dayOf(since: string, now: number): number {
  return Math.max(1, Math.floor((now - Date.parse(since)) / 86_400_000) + 1);
}
export const TRIAL_DAYS = 3;

interface ShiftLoad {
  begin: string;
  end: string;
  alerts: number;
  cases: number;
  people: readonly string[];
  per_person: number | null;
}

/** The load of each span of time once: several posts work at the same hours, and what comes in is the same for all. */
export function spansOf<Shift extends ShiftLoad>(load: readonly Shift[]): Shift[] {
  const spans = new Map<string, Shift>();
  for (const shift of load) {
    const key = `${shift.begin} ${shift.end}`;
    const known = spans.get(key);
    if (!known || (shift.per_person ?? 0) > (known.per_person ?? 0)) spans.set(key, shift);
  }
  return [...spans.values()];
}
