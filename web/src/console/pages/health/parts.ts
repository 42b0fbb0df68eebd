/** What of a part's figures is worth reading, and what it is called; plain functions over what the gateway says. */
import type { Tone } from "../../parts/StateTag";
import type { Health, Part } from "./asking";

/** The parts that everybody should see, in this order; each other part follows as it comes. */
export const FIRST = ["store", "mqtt", "broker", "outbox", "clock", "disk", "memory", "temperature", "certificate", "backup", "influx", "panels", "push"] as const;
export type Known = (typeof FIRST)[number];

export const TONE: Record<Part["status"], Tone> = { ok: "good", degraded: "wait", failing: "bad" };

/** The parts, those with trouble first, then the usual order. */
export function inOrder(parts: readonly Part[]): Part[] {
  const worse = ["failing", "degraded", "ok"];
  const place = (part: Part) => {
    const at = FIRST.indexOf(part.name as Known);
    return at < 0 ? FIRST.length : at;
  };
  return [...parts].sort((one, other) => worse.indexOf(one.status) - worse.indexOf(other.status) || place(one) - place(other) || one.name.localeCompare(other.name));
}

/** How a part stands for people: one that works and of which something is to be dealt with is not simply well. */
export function standingOf(part: Part, reasons: Health["reasons"]): Part["status"] {
  const { kind } = called(part.name);
  return part.status === "ok" && reasons.some((each) => each.code.startsWith(`${kind}_`)) ? "degraded" : part.status;
}

/** The name under which a part stands, and what belongs to it alone: `inbound street` → `inbound`, `street`. */
export function called(name: string): { kind: string; own: string } {
  const [kind = name, ...rest] = name.split(" ");
  return { kind, own: rest.join(" ") };
}

export interface Figure {
  key: string;
  value: number | string | boolean;
}

const SHOWN = new Set([
  "used_percent", "free", "degrees_c", "days_left", "commit_ms", "commit_p95_ms", "waiting", "commits", "connected", "received", "unacknowledged", "reconnects", "running",
  "sending", "synchronised", "offset_s", "count", "newest_hours", "listening", "connections",
]);

/** The figures of a part that people read; whole structures and inner marks are left to the metrics. */
export function figures(part: Part): Figure[] {
  return Object.entries(part.facts)
    .filter(([key, value]) => SHOWN.has(key) && (typeof value === "number" || typeof value === "boolean" || typeof value === "string"))
    .map(([key, value]) => ({ key, value: typeof value === "number" ? Math.round(value * 10) / 10 : (value as string | boolean) }));
}

/** A figure of a part as a number, if it has it. */
export function numberOf(health: Health, part: string, fact: string): number | null {
  const value = health.parts.find((each) => each.name === part)?.facts[fact];
  return typeof value === "number" ? value : null;
}
