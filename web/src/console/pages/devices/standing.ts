import type { Tone } from "../../parts/StateTag";
import type { Availability, Device, Life } from "./asking";

export const TONES: Record<Availability, Tone> = { online: "good", offline: "bad", unstable: "wait", never: "off" };
export const STATES = ["online", "offline", "unstable", "never"] as const;
export const LIVES = ["seen", "claimed", "active", "suspended", "retired"] as const satisfies readonly Life[];
export const LIFE_TONES: Record<Life, Tone> = { seen: "wait", claimed: "wait", active: "good", suspended: "off", retired: "off" };

export const BATTERY_LOW_PERCENT = 20;

export function isLow(device: Pick<Device, "availability">): boolean {
  const { battery } = device.availability;
  return battery !== null && battery < BATTERY_LOW_PERCENT;
}

/** A fact typed into a form as the kind of event wants it; an empty one is left out. */
export function factsOf(typed: Readonly<Record<string, string>>, facts: readonly { name: string; type: string }[]): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const { name, type } of facts) {
    const text = (typed[name] ?? "").trim();
    if (!text) continue;
    const numeric = type === "number" || type === "integer" || type === "scalar";
    found[name] = type === "bool" ? text === "true" : numeric && Number.isFinite(Number(text)) ? Number(text) : text;
  }
  return found;
}

/** The coarseness that fits a span: about a few hundred points on the curve. */
export function stepFor(from: string, to: string): "minute" | "hour" | "day" {
  const hours = (Date.parse(to) - Date.parse(from)) / 3_600_000;
  return hours <= 8 ? "minute" : hours <= 24 * 21 ? "hour" : "day";
}
