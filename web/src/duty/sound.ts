import type { Level } from "../api/views";
import { asksToBeSeen, type Confirmed, isConfirmed, type Row } from "./rows";

/** One note: pitch in Hz, start and length in seconds from the beginning of the pattern. */
export interface Note {
  hz: number;
  at: number;
  length: number;
}

/** What a level sounds like and how it repeats. Blue is silent. */
export const PATTERNS: Record<Level, { notes: Note[]; everyMs: number; times: number } | null> = {
  L1: {
    notes: [
      { hz: 784, at: 0, length: 0.22 },
      { hz: 988, at: 0.26, length: 0.22 },
      { hz: 1319, at: 0.52, length: 0.4 },
    ],
    everyMs: 5_000,
    times: Number.POSITIVE_INFINITY, // until somebody confirms
  },
  L2: {
    notes: [
      { hz: 784, at: 0, length: 0.25 },
      { hz: 659, at: 0.32, length: 0.35 },
    ],
    everyMs: 30_000,
    times: 4,
  },
  L3: { notes: [{ hz: 659, at: 0, length: 0.3 }], everyMs: 0, times: 1 },
  L4: null,
};

export const MUTE_MS = 5 * 60_000;
/** Muting does not hold back a red alarm that nobody has confirmed for this long. */
export const RED_BREAKS_MUTE_MS = 60_000;

/** What was played for one line at its level: how often, when last, when it was first heard of. */
export interface Played {
  level: Level;
  first: number;
  last: number;
  times: number;
}
export type Ledger = Record<string, Played>;

export interface Decision {
  /** The line to sound now, or null. */
  play: { key: string; level: Level } | null;
  ledger: Ledger;
}

/** Still asks for an ear: nobody has confirmed it here or anywhere. */
export function isLoud(row: Row, confirmedHere: Confirmed): boolean {
  if (isConfirmed(row, confirmedHere)) return false;
  if (row.alert) return row.tab === "waiting";
  return row.incident?.state === "pending_verify" || asksToBeSeen(row);
}

/**
 * Decides what to play now: one sound at a time, and while a level stands unconfirmed the lower ones wait.
 *
 * Several lines of one level share one sound; a line that only repeats stays silent beyond its pattern.
 */
export function decide(loud: { key: string; level: Level }[], before: Ledger, now: number, mutedUntil: number): Decision {
  const ledger: Ledger = {};
  for (const row of loud) {
    const old = before[row.key];
    // a line that has become graver is a new alarm to the ear: it does not wait for the pause of its gentler sound
    ledger[row.key] = old && old.level <= row.level ? { ...old, level: row.level } : { level: row.level, first: now, last: 0, times: 0 };
  }
  const heard = loud.filter((row) => PATTERNS[row.level] !== null && !isMuted(row.level, ledger[row.key], now, mutedUntil));
  const worst = heard.reduce<Level | null>((level, row) => (level === null || row.level < level ? row.level : level), null);
  const due = heard.filter((row) => row.level === worst && isDue(row.level, ledger[row.key], now));
  for (const row of due) {
    const played = ledger[row.key];
    if (played) ledger[row.key] = { ...played, last: now, times: played.times + 1 };
  }
  const first = due[0];
  return { play: first ? { key: first.key, level: first.level } : null, ledger };
}

/** How often a drill's sound is told to its test of everything: the first may come before the test is written down. */
const TOLD_TIMES = 3;

/** The cases of drills whose sound has begun at this moment, also when they share it with another line. */
export function drillsHeard(loud: Row[], ledger: Ledger, now: number): string[] {
  return loud.flatMap(({ key, incident }) => {
    const played = ledger[key];
    return incident?.drill && played && played.last === now && played.times <= TOLD_TIMES ? [incident.number] : [];
  });
}

function isMuted(level: Level, played: Played | undefined, now: number, mutedUntil: number): boolean {
  if (now >= mutedUntil || !played) return false;
  return !(level === "L1" && now - played.first >= RED_BREAKS_MUTE_MS);
}

function isDue(level: Level, played: Played | undefined, now: number): boolean {
  const pattern = PATTERNS[level];
  if (!pattern || !played) return false;
  return played.times < pattern.times && (played.times === 0 || now - played.last >= pattern.everyMs);
}
