import type { Level } from "../api/views";

/** One thing that an action asks of whoever does it. */
export interface AskField {
  name: "agency" | "person" | "contact" | "into" | "reason" | "note" | "level" | "until" | "number";
  /** May be left empty unless `when` says otherwise. */
  optional?: boolean;
  /** Only asked when this holds for what was filled in so far. */
  when?: (values: Record<string, string>, level: Level) => boolean;
}

const lowered = (values: Record<string, string>, level: Level): boolean => (values["level"] ?? "") > level;

/** What each of the rarer actions of a case asks; those with a panel of their own are not here. */
export const ASKS = {
  settle: [{ name: "note" }],
  support: [],
  escalate: [{ name: "reason" }],
  transfer: [{ name: "agency" }, { name: "person" }, { name: "contact" }, { name: "note", optional: true }],
  feedback: [{ name: "note" }],
  return: [{ name: "reason" }],
  suspend: [{ name: "reason" }, { name: "until" }],
  ask_suspend: [{ name: "reason" }, { name: "until" }],
  resume: [],
  level: [{ name: "level" }, { name: "reason" }, { name: "note", when: lowered }],
  merge: [{ name: "into" }],
  split: [{ name: "reason" }],
  reopen: [{ name: "reason" }],
  called: [{ name: "agency" }, { name: "number" }, { name: "note" }],
} satisfies Record<string, AskField[]>;

export type Ask = keyof typeof ASKS;

/** Returns the rarer actions that a person may do now, in the order of the table above. */
export function asksOf(allowed: string[]): Ask[] {
  const may = new Set(allowed);
  // somebody who may suspend a case need not ask for it
  return (Object.keys(ASKS) as Ask[]).filter((ask) => may.has(ask) && !(ask === "ask_suspend" && may.has("suspend")));
}

/** Returns the fields that are asked now. */
export function fieldsOf(ask: Ask, values: Record<string, string>, level: Level): AskField[] {
  return (ASKS[ask] as AskField[]).filter((field) => !field.when || field.when(values, level));
}

/** Tells whether everything that must be said was said. */
export function isComplete(ask: Ask, values: Record<string, string>, level: Level): boolean {
  return fieldsOf(ask, values, level).every((field) => field.optional || (values[field.name] ?? "").trim() !== "");
}

/** Returns what is sent: the fields that were asked and filled, hours turned into a time. */
export function sentOf(ask: Ask, values: Record<string, string>, level: Level, now: number): Record<string, string> {
  const sent: Record<string, string> = {};
  for (const { name } of fieldsOf(ask, values, level)) {
    const value = (values[name] ?? "").trim();
    if (value) sent[name] = name === "until" ? new Date(now + Number(value) * 3_600_000).toISOString() : value;
  }
  return sent;
}
