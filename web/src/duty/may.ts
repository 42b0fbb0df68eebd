import { asksToBeSeen, type Row } from "./rows";

const FALSE_ACTIONS = ["reject", "recall"] as const;

export const canConfirm = (row: Row): boolean =>
  row.alert ? row.tab === "waiting" : asksToBeSeen(row) || (row.incident?.allowed.includes("accept") ?? false);
export const dispatchAction = (row: Row): "dispatch" | "reassign" | null =>
  row.incident?.allowed.includes("dispatch") ? "dispatch" : row.incident?.allowed.includes("reassign") ? "reassign" : null;
export const falseAction = (row: Row): (typeof FALSE_ACTIONS)[number] | null =>
  FALSE_ACTIONS.find((action) => row.incident?.allowed.includes(action)) ?? null;

export type Batch = "confirm" | "dispatch" | "false" | "merge";

/** Returns the lines of a choice for which a step makes sense now; merging needs two, and goes into the gravest. */
export function fitting(rows: Row[], batch: Batch): Row[] {
  if (batch === "confirm") return rows.filter(canConfirm);
  if (batch === "dispatch") return rows.filter((row) => dispatchAction(row) === "dispatch");
  if (batch === "false") return rows.filter((row) => falseAction(row) !== null);
  const cases = rows.filter((row) => row.incident !== null && row.incident.closed_at === null);
  const into = gravest(cases);
  return cases.filter((row) => row !== into && row.incident?.allowed.includes("merge"));
}

/** The case into which others are merged: the gravest, and of those the oldest. */
export function gravest(rows: Row[]): Row | null {
  return rows.filter((row) => row.incident !== null).reduce<Row | null>((best, row) => (best === null || row.level < best.level || (row.level === best.level && row.openedAt < best.openedAt) ? row : best), null);
}
