import type { Incident } from "../../api/views";

export const COLUMNS = ["to_take", "on_the_way", "on_scene", "to_check"] as const;
export type ColumnName = (typeof COLUMNS)[number];

const COLUMN_OF: Partial<Record<Incident["state"], ColumnName>> = {
  dispatched: "to_take",
  taken: "on_the_way",
  on_scene: "on_scene",
  resolved: "to_check",
};

/** Tells by how much an order is overdue in ms; negative: what is left; null: nothing is due. */
export function overdue(order: Incident, now: number): number | null {
  return order.due === null ? null : now - Date.parse(order.due.at);
}

/** Returns the orders on their way, in four columns: overdue first (most overdue on top), then what is due next. */
export function board(incidents: Incident[], now: number): Record<ColumnName, Incident[]> {
  const found: Record<ColumnName, Incident[]> = { to_take: [], on_the_way: [], on_scene: [], to_check: [] };
  for (const order of incidents) {
    const column = COLUMN_OF[order.state];
    if (column) found[column].push(order);
  }
  const by = (order: Incident): number => -(overdue(order, now) ?? Number.NEGATIVE_INFINITY);
  for (const column of COLUMNS) {
    found[column].sort((a, b) => by(a) - by(b) || (a.level < b.level ? -1 : a.level > b.level ? 1 : a.opened_at < b.opened_at ? -1 : 1));
  }
  return found;
}

/** Whom to call about an order: who has it, else who was sent. */
export function responder(order: Incident): { id: string; name: string } | null {
  if (order.owner !== null) return { id: order.owner, name: order.owner_name ?? order.owner };
  return order.assignees[0] ?? null;
}
