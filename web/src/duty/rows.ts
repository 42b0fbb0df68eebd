import type { Alert, Bilingual, Incident, Level } from "../api/views";
import { together } from "../look/format";
import type { Live } from "../stream/live";
import { currentLanguage } from "../text/start";

export type Tab = "waiting" | "working" | "sent" | "checking";
export const TABS: Tab[] = ["waiting", "working", "sent", "checking"];
export const LEVELS: Level[] = ["L1", "L2", "L3", "L4"];

/** One line of the list: an open incident, or an open alert that belongs to none. */
export interface Row {
  key: string;
  level: Level;
  tab: Tab | "gone";
  title: Bilingual;
  place: Bilingual;
  building: string | null;
  zone: string | null;
  openedAt: string;
  dueAt: string | null;
  count: number;
  who: string | null;
  /** Its open alerts that nobody has acknowledged: what a confirmation at a seat says it has seen. */
  unseen: string[];
  /** Rises with every change, so that a frozen list can tell what changed. */
  mark: number;
  incident: Incident | null;
  alert: Alert | null;
}

const TAB_OF: Record<Incident["state"], Row["tab"]> = {
  pending_verify: "waiting",
  accepted: "waiting",
  dispatched: "sent",
  taken: "working",
  on_scene: "working",
  suspended: "working",
  transferred: "working",
  resolved: "checking",
  closed: "gone",
  rejected: "gone",
  merged: "gone",
};

/** What was confirmed at this seat, and at which level: graver asks again. */
export type Confirmed = ReadonlyMap<string, Level>;

/** Builds the lines of the list from what the stream said and what this seat has confirmed. */
export function rowsOf(live: Live, confirmedHere: Confirmed = new Map()): Row[] {
  const rows: Row[] = [];
  for (const incident of Object.values(live.incidents)) rows.push(rowOfIncident(incident, live, confirmedHere));
  for (const alert of Object.values(live.alerts)) {
    if (alert.incident === null || live.incidents[alert.incident] === undefined) rows.push(rowOfAlert(alert));
  }
  return rows;
}

/** Puts the very lines of before in place of those that say the same, so that only what changed is drawn anew. */
export function keepSame(rows: Row[], before: ReadonlyMap<string, Row>): Row[] {
  return rows.map((row) => {
    const old = before.get(row.key);
    const same = old && old.incident === row.incident && old.alert === row.alert && old.count === row.count && old.who === row.who && old.tab === row.tab;
    return same && old.unseen.join() === row.unseen.join() ? old : row;
  });
}

/** Confirmed at this seat at this level or a graver one. */
export function isConfirmed(row: Pick<Row, "key" | "level">, confirmedHere: Confirmed): boolean {
  const level = confirmedHere.get(row.key);
  return level !== undefined && level <= row.level;
}

/** The gravest go out by themselves; until somebody at a seat has seen one, it stays before their eyes, and sounds. */
export function asksToBeSeen(row: Row): boolean {
  return row.tab === "waiting" && row.incident?.state === "dispatched";
}

function rowOfIncident(incident: Incident, live: Live, confirmedHere: Confirmed): Row {
  const alerts = incident.alerts.map((id) => live.alerts[id]).filter((alert): alert is Alert => alert !== undefined);
  const acknowledged = alerts.length > 0 && alerts.every((alert) => alert.acknowledged_by !== null);
  const seen = acknowledged || isConfirmed({ key: incident.number, level: incident.level }, confirmedHere);
  return {
    key: incident.number,
    level: incident.level,
    tab: incident.state === "dispatched" && incident.level === "L1" && !seen ? "waiting" : TAB_OF[incident.state],
    title: incident.title,
    place: incident.place,
    building: incident.building,
    zone: incident.zone,
    openedAt: incident.opened_at,
    dueAt: incident.due?.at ?? null,
    count: alerts.reduce((sum, alert) => sum + alert.count, 0),
    who: incident.owner_name ?? (together(incident.assignees.map((person) => person.name), currentLanguage()) || null),
    unseen: alerts.filter((alert) => alert.open && alert.acknowledged_by === null).map((alert) => alert.id),
    mark: incident.updated_seq,
    incident,
    alert: null,
  };
}

function rowOfAlert(alert: Alert): Row {
  return {
    key: alert.id,
    level: alert.level,
    tab: !alert.open ? "gone" : alert.acknowledged_by ? "working" : "waiting",
    title: alert.name,
    place: alert.place,
    building: alert.building,
    zone: alert.zone,
    openedAt: alert.opened_at,
    dueAt: null,
    count: alert.count,
    who: alert.acknowledged_name,
    unseen: alert.open && alert.acknowledged_by === null ? [alert.id] : [],
    mark: alert.updated_seq,
    incident: null,
    alert,
  };
}

/** Worst level first; within a level what has waited longest; equal times by key, so that order never flickers. */
export function inOrder(rows: Row[]): Row[] {
  return [...rows].sort(
    (a, b) => (a.level < b.level ? -1 : a.level > b.level ? 1 : a.openedAt < b.openedAt ? -1 : a.openedAt > b.openedAt ? 1 : a.key < b.key ? -1 : 1),
  );
}

export interface LevelCount {
  level: Level;
  count: number;
  oldest: string | null;
}

/** Something is to be done there: it is neither over nor done and only to be checked. What counters, plan and tab count. */
export const isActive = (row: Row): boolean => row.tab === "waiting" || row.tab === "sent" || row.tab === "working";

/** How much is active per level, and of what nobody is on yet (unanswered, or sent and not taken) the oldest opening. */
export function counters(rows: Row[]): LevelCount[] {
  return LEVELS.map((level) => {
    const active = rows.filter((row) => row.level === level && isActive(row));
    const oldest = active
      .filter((row) => row.tab !== "working")
      .reduce<string | null>((least, row) => (least === null || row.openedAt < least ? row.openedAt : least), null);
    return { level, count: active.length, oldest };
  });
}

export interface Worst {
  level: Level;
  count: number;
}

/** Worst level of what is active at each building, or at each gate, wall or shed outside them, with how many. */
export function byPlace(rows: Row[]): Record<string, Worst> {
  const worst: Record<string, Worst> = {};
  for (const row of rows) {
    const spot = row.building ?? row.zone;
    if (spot === null || !isActive(row)) continue;
    const known = worst[spot];
    worst[spot] = {
      level: known && known.level < row.level ? known.level : row.level,
      count: (known?.count ?? 0) + 1,
    };
  }
  return worst;
}
