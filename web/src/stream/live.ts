import type { Alert, Beat, Delta, Duty, HealthShort, Incident, Load, Snapshot } from "../api/views";

/** A word that reaches open pages directly. `unsaved`: said while nothing can be stored; `over`: it can again. */
export interface Notice {
  id: string;
  level: string;
  title: string;
  text: string;
  title_en: string;
  text_en: string;
  unsaved: boolean;
  over: boolean;
}

const KEPT_NOTICES = 20;
/** How many ended cases and alerts a page remembers, so that a desk that is open for weeks does not grow. */
export const KEPT_ENDED = 100;

/** What the gateway said last, as one value; screens read it and never change it. */
export interface Live {
  seq: number;
  alerts: Record<string, Alert>;
  incidents: Record<string, Incident>;
  duty: Duty | null;
  health: HealthShort | null;
  load: Load | null;
  /** Gateway time of the newest message that carried one. */
  at: string | null;
  /** True until the first snapshot. */
  waiting: boolean;
  /** The sequence went backwards or a delta came before any snapshot: what is shown may be wrong until the next snapshot. */
  gap: boolean;
  /** Newest first: what was said while nothing could be stored. It stays in view until that is over. */
  unsaved: Notice[];
}

export type StreamMessage =
  | ({ type: "snapshot" } & Omit<Snapshot, "duty" | "health" | "truncated"> & Partial<Pick<Snapshot, "duty" | "health">>)
  | ({ type: "delta" } & Omit<Delta, "devices">)
  | ({ type: "beat" } & Beat)
  | ({ type: "notice" } & Notice);

export const NOTHING: Live = {
  seq: 0,
  alerts: {},
  incidents: {},
  duty: null,
  health: null,
  load: null,
  at: null,
  waiting: true,
  gap: false,
  unsaved: [],
};

/**
 * Folds one message into what is known.
 *
 * Every message says up to which journal number it is complete. One that says less than we already have comes
 * from another past (a restored gateway): it marks a gap, and whoever owns the connection asks for a fresh
 * snapshot. A row never goes back to an older form of itself.
 */
export function fold(live: Live, message: StreamMessage): Live {
  switch (message.type) {
    case "snapshot":
      return {
        seq: message.seq,
        alerts: Object.fromEntries(message.alerts.map((alert) => [alert.id, alert])),
        incidents: Object.fromEntries(message.incidents.map((incident) => [incident.number, incident])),
        duty: message.duty ?? live.duty,
        health: message.health ?? live.health,
        load: live.load,
        at: message.at,
        waiting: false,
        gap: false,
        unsaved: live.unsaved,
      };
    case "delta":
      return forgetting({
        ...live,
        seq: Math.max(live.seq, message.seq),
        alerts: merge(live.alerts, message.alerts, (alert) => alert.id, (old, next) => next.updated_seq >= old.updated_seq),
        incidents: merge(live.incidents, message.incidents, (incident) => incident.number, (old, next) => next.version >= old.version),
        gap: live.gap || live.waiting || message.seq < live.seq,
      });
    case "beat":
      return {
        ...live,
        seq: Math.max(live.seq, message.seq),
        load: message.load,
        health: message.health,
        duty: message.duty ?? live.duty,
        at: message.at,
        gap: live.gap || message.seq < live.seq,
      };
    case "notice": {
      if (!message.unsaved) return live; // the case it is about comes as a row of its own
      const others = live.unsaved.filter((each) => each.id !== message.id);
      return { ...live, unsaved: message.over ? [] : [message, ...others].slice(0, KEPT_NOTICES) };
    }
  }
}

const ENDED: ReadonlySet<Incident["state"]> = new Set(["closed", "rejected", "merged"]);

/** Lets go of the cases that ended longest ago, with their alerts, and of ended alerts that belong to no case. */
function forgetting(live: Live): Live {
  const ended = oldest(Object.values(live.incidents).filter((incident) => ENDED.has(incident.state)));
  const over = oldest(Object.values(live.alerts).filter((alert) => !alert.open && (alert.incident === null || live.incidents[alert.incident] === undefined)));
  if (ended.length === 0 && over.length === 0) return live;
  const incidents = without(live.incidents, ended.map((incident) => incident.number));
  const alerts = without(live.alerts, [...ended.flatMap((incident) => incident.alerts), ...over.map((alert) => alert.id)]);
  return { ...live, incidents, alerts };
}

/** Those beyond the newest that are kept. */
function oldest<T extends { updated_seq: number }>(rows: T[]): T[] {
  if (rows.length <= KEPT_ENDED) return [];
  return rows.sort((one, other) => other.updated_seq - one.updated_seq).slice(KEPT_ENDED);
}

function without<T>(rows: Record<string, T>, keys: string[]): Record<string, T> {
  const gone = new Set(keys);
  return gone.size === 0 ? rows : Object.fromEntries(Object.entries(rows).filter(([key]) => !gone.has(key)));
}

function merge<T>(known: Record<string, T>, fresh: T[], key: (row: T) => string, newer: (old: T, next: T) => boolean): Record<string, T> {
  if (fresh.length === 0) return known;
  const merged = { ...known };
  for (const row of fresh) {
    const old = merged[key(row)];
    if (old === undefined || newer(old, row)) merged[key(row)] = row;
  }
  return merged;
}
