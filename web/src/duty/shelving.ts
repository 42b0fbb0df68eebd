import type { Alert } from "../api/views";

export type Extent = "device" | "building" | "rule";

export const LONGEST_H = 24;

/** Returns the extents that make sense for an alert: its device, its building, everywhere. */
export function extentsOf(alert: Alert): Extent[] {
  return (["device", "building", "rule"] as const).filter(
    (extent) => (extent !== "device" || alert.device !== null) && (extent !== "building" || alert.building !== null),
  );
}

/** Returns the expression that covers this kind of alert there; names are quoted as the gateway reads them. */
export function whereOf(alert: Alert, extent: Extent): string {
  const rule = `rule == ${JSON.stringify(alert.rule)}`;
  if (extent === "device") return `${rule} && device.id == ${JSON.stringify(alert.device)}`;
  if (extent === "building") return `${rule} && device.building == ${JSON.stringify(alert.building)}`;
  return rule;
}

/** Returns when the shelving ends: minutes from now, at most 24 hours, or the end of the shift. */
export function untilOf(length: { minutes: number } | { at: string }, now: number): string {
  if ("at" in length) return new Date(Math.min(Date.parse(length.at), now + LONGEST_H * 3_600_000)).toISOString();
  return new Date(now + Math.min(length.minutes, LONGEST_H * 60) * 60_000).toISOString();
}
