import type { Alert, Incident } from "../api/views";
import type { Row } from "./rows";

const WORDS = { zh: "北门", en: "North gate" };

/** Lines, cases and alerts for the tests of view logic. */
export function row(part: Partial<Row> & { key: string }): Row {
  return {
    level: "L3",
    tab: "waiting",
    title: WORDS,
    place: WORDS,
    building: "b1",
    zone: null,
    openedAt: "2026-03-01T10:00:00+08:00",
    dueAt: null,
    count: 1,
    who: null,
    unseen: [],
    mark: 1,
    incident: null,
    alert: null,
    ...part,
  };
}

export function incident(part: Partial<Incident>): Incident {
  return {
    number: "lijing-20260301-001",
    state: "pending_verify",
    state_name: WORDS,
    version: 1,
    level: "L3",
    category: "0206",
    category_name: WORDS,
    title: WORDS,
    place: WORDS,
    building: "b1",
    zone: null,
    device: "gate-n",
    grid: "g1",
    owner: null,
    owner_name: null,
    assignees: [],
    opened_at: "2026-03-01T10:00:00+08:00",
    closed_at: null,
    due: null,
    timers: {},
    alerts: [],
    photos: [],
  voices: [],
    close_code: null,
    close_name: null,
    checker_name: null,
    drill: false,
    late: false,
    updated_seq: 1,
    allowed: [],
    ...part,
  };
}

export function alert(part: Partial<Alert>): Alert {
  return {
    id: "a1",
    rule: "door-held-open",
    name: WORDS,
    stage: "warning",
    level: "L3",
    category: "0206",
    category_name: WORDS,
    device: "gate-n",
    device_name: WORDS,
    place: WORDS,
    building: "b1",
    zone: null,
    grid: "g1",
    key: {},
    count: 1,
    opened_at: "2026-03-01T10:00:00+08:00",
    last_at: "2026-03-01T10:00:00+08:00",
    open: true,
    cleared_at: null,
    behind: 0,
    acknowledged_by: null,
    acknowledged_name: null,
    incident: null,
    why: WORDS,
    late: false,
    updated_seq: 1,
    ...part,
  };
}
