import type { Figures } from "../../parts";
import type { Need } from "./asking";

/** Where something that waits is dealt with; `door`: at another door than the console. Null: not by this person. */
export interface Way {
  to: string;
  door: boolean;
}

const WAYS: Record<Need["name"], Way & { permission: string }> = {
  urgent: { to: "/duty", door: true, permission: "alerts.acknowledge" },
  overdue: { to: "/duty", door: true, permission: "alerts.acknowledge" },
  check: { to: "/duty", door: true, permission: "alerts.acknowledge" },
  gaps: { to: "/roster", door: false, permission: "rosters.read" },
  devices: { to: "/devices", door: false, permission: "devices.read" },
  rules: { to: "/governance", door: false, permission: "governance.read" },
};

export function wayTo(need: Pick<Need, "name">, permissions: readonly string[]): Way | null {
  const { to, door, permission } = WAYS[need.name];
  return permissions.includes(permission) ? { to, door } : null;
}

/** Alarms by hour of the day, as a chart reads them. */
export function hourFigures(hours: readonly number[], hour: string, alarms: string, unit: string): Figures {
  return { head: [hour, alarms], rows: hours.map((count, at) => [`${String(at).padStart(2, "0")}:00`, count]), unit };
}
