/** The roster as it is written: shifts, changes for a while, leave. The gateway judges; here it is only put together. */
import type { Bilingual } from "../../../api/views";

export interface ShiftEntry {
  id: string;
  name?: Partial<Bilingual>;
  role: string;
  from: string;
  to: string;
  days?: string[];
  grid?: string;
  people?: string[];
  rotation?: string[][];
  start?: string;
  turn_days?: number;
}

export interface OverrideEntry {
  from: string;
  to: string;
  role: string;
  grid?: string;
  shift?: string;
  add?: string[];
  remove?: string[];
}

export interface LeaveEntry {
  person: string;
  from: string;
  to: string;
  note?: string;
}

export interface RosterEntry {
  shifts?: ShiftEntry[];
  overrides?: OverrideEntry[];
  leave?: LeaveEntry[];
}

/** Who stands in a duty, who should: what becomes of it as a change for a while, or null when nothing changes. */
export interface Duty {
  begin: string;
  end: string;
  role: string;
  grid: string | null;
  /** Null: a gap that no shift fills. */
  shift: string | null;
  people: string[];
}

export function overrideOf(duty: Duty, wanted: readonly string[]): OverrideEntry | null {
  const add = wanted.filter((each) => !duty.people.includes(each));
  const remove = duty.people.filter((each) => !wanted.includes(each));
  if (add.length === 0 && remove.length === 0) return null;
  return {
    from: duty.begin,
    to: duty.end,
    role: duty.role,
    ...(duty.grid ? { grid: duty.grid } : {}),
    ...(duty.shift ? { shift: duty.shift } : {}),
    ...(add.length > 0 ? { add } : {}),
    ...(remove.length > 0 ? { remove } : {}),
  };
}

/** The roster with one more change; those that are long over are left behind. */
export function withOverrides(entry: RosterEntry, fresh: readonly OverrideEntry[], now: number): RosterEntry {
  const kept = (entry.overrides ?? []).filter((each) => !(Date.parse(each.to) < now - KEPT_MS));
  return { ...entry, overrides: [...kept, ...fresh] };
}
const KEPT_MS = 60 * 86_400_000;

/** A shift as it is sent: what is left empty is left out. */
export function tidy(shift: ShiftEntry): ShiftEntry {
  const { id, role, from, to } = shift;
  const named = Boolean(shift.name?.zh || shift.name?.en);
  const turning = shift.rotation !== undefined;
  return {
    id,
    role,
    from,
    to,
    ...(named ? { name: { zh: shift.name?.zh || shift.name?.en || "", en: shift.name?.en || shift.name?.zh || "" } } : {}),
    ...(shift.days && shift.days.length > 0 && shift.days.length < 7 ? { days: shift.days } : {}),
    ...(shift.grid ? { grid: shift.grid } : {}),
    ...(turning
      ? { rotation: (shift.rotation ?? []).filter((team) => team.length > 0), ...(shift.start ? { start: shift.start } : {}), turn_days: shift.turn_days ?? 1 }
      : { people: shift.people ?? [] }),
  };
}

/** A name for a new shift that none has yet. */
export function freshId(shifts: readonly ShiftEntry[]): string {
  for (let number = shifts.length + 1; ; number += 1) {
    const id = `shift-${number}`;
    if (shifts.every((each) => each.id !== id)) return id;
  }
}
