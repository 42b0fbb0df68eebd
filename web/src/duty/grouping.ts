import type { Bilingual, Level } from "../api/views";
import { inOrder, type Row } from "./rows";
import type { Grouping } from "./station";

/** Lines that stand together, under one head. */
export interface Group {
  key: string;
  /** What they have in common; null: the red ones of a flood, or the blue ones. */
  names: Bilingual[] | null;
  only: Level | null;
  worst: Level;
  rows: Row[];
  /** Closed by itself: blue lines in a flood. */
  folded: boolean;
}

const PLACELESS: Bilingual = { zh: "小区公共区域", en: "Common areas" };

/** Returns the groups of these lines, the worst first; in a flood red stands above everything and blue is folded. */
export function grouped(rows: Row[], grouping: Grouping): Group[] {
  if (grouping === "none") return [];
  const apart = (row: Row): Level | null => (grouping === "both" && (row.level === "L1" || row.level === "L4") ? row.level : null);
  const groups = new Map<string, Group>();
  for (const row of inOrder(rows)) {
    const only = apart(row);
    const names = only === null ? namesOf(row, grouping) : null;
    const key = only ?? keyOf(row, grouping);
    const group = groups.get(key) ?? { key, names, only, worst: row.level, rows: [], folded: only === "L4" };
    group.rows.push(row);
    groups.set(key, group);
  }
  const rank = (group: Group): number => (group.only === "L1" ? 0 : group.only === "L4" ? 2 : 1);
  return [...groups.values()].sort(
    (a, b) => rank(a) - rank(b) || (a.worst < b.worst ? -1 : a.worst > b.worst ? 1 : b.rows.length - a.rows.length || (a.key < b.key ? -1 : 1)),
  );
}

/** Tells whether a group is closed: as it is by itself, unless a person has turned it. */
export const isFolded = (group: Group, turned: ReadonlySet<string>): boolean => group.folded !== turned.has(group.key);

const categoryOf = (row: Row): string => row.incident?.category ?? row.alert?.category ?? "";

function keyOf(row: Row, grouping: Grouping): string {
  const building = `b:${row.building ?? ""}`;
  const kind = `k:${categoryOf(row)}`;
  return grouping === "building" ? building : grouping === "kind" ? kind : `${building} ${kind}`;
}

function namesOf(row: Row, grouping: Grouping): Bilingual[] {
  const kind = row.incident?.category_name ?? row.alert?.category_name ?? row.title;
  const building = row.building === null ? PLACELESS : { zh: row.building, en: row.building };
  return grouping === "building" ? [building] : grouping === "kind" ? [kind] : [building, kind];
}
