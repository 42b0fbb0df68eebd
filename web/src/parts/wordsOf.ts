import type { TimelineRow } from "../api/views";
import { say } from "../text/start";

/** The words of a line of a case's history: what a person wrote, or what the gateway says in this language. */
export function wordsOf(row: TimelineRow, language: "zh" | "en"): string {
  if (!row.text) return row.reason ?? "";
  const note = row.text["note"];
  return note ?? say({ zh: row.text["zh"] ?? "", en: row.text["en"] ?? "" }, language);
}

/** What was done, in a word; empty where the words of the line say it all. */
export function deedOf(row: TimelineRow, language: "zh" | "en"): string {
  return row.text?.["zh"] ? "" : say(row.action_name, language);
}

/** What people did and what was done for them. Lines that prove by their hash that evidence was kept stand in the case's whole log. */
export function forPeople(rows: TimelineRow[]): TimelineRow[] {
  return rows.filter((row) => row.action !== "evidence_closed");
}
