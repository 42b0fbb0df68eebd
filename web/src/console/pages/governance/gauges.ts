import type { Figures } from "../../parts";
import type { Tone } from "../../parts/StateTag";
import type { Gauge, Governed, Loud } from "./asking";

export const TONES: Record<Gauge["stands"], Tone> = { good: "good", watch: "wait", bad: "bad", unknown: "off" };
const ORDER: Gauge["stands"][] = ["bad", "watch", "good", "unknown"];

/** The figures beyond their limits first; among equals as the gateway lists them. */
export function worstFirst(gauges: readonly Gauge[]): Gauge[] {
  return [...gauges].sort((a, b) => ORDER.indexOf(a.stands) - ORDER.indexOf(b.stands));
}

/** A figure as it is read: a share in percent, a number with at most one digit after the point. */
export function shown(value: number | null, form: Gauge["form"]): string {
  if (value === null) return "–";
  if (form === "share") return `${trimmed(value * 100)} %`;
  return trimmed(value);
}

const trimmed = (value: number): string => (Math.round(value * 10) / 10).toString();

/** `≤ 5 %` or `≥ 95 %`. */
export function norm(value: number, gauge: Pick<Gauge, "form" | "more">): string {
  return `${gauge.more ? "≥" : "≤"} ${shown(value, gauge.form)}`;
}

/** Hits per rule and hour as the heat map reads them. */
export function heatFigures(heat: Governed["heat"], rule: string, name: (row: Governed["heat"][number]) => string, unit: string): Figures {
  const hours = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0"));
  return { head: [rule, ...hours], rows: heat.map((row) => [name(row), ...row.hours]), unit };
}

export function falseShare(loud: Pick<Loud, "false" | "found">): number | null {
  return loud.found > 0 ? loud.false / loud.found : null;
}
