/** A plan as it is written: its checklist and its ladder. The gateway judges; here it is only put together. */
import type { Bilingual } from "../../../api/views";

export const LINE_KINDS = ["say", "look", "do", "call"] as const;

export interface Line extends Bilingual {
  /** What the step asks for: say, look, do, call. */
  kind?: string;
  /** The role that signs it. */
  sign?: string;
}

export interface Rung {
  to: string[];
  wait?: string;
  everyone?: boolean;
  off_duty?: boolean;
  channels?: string[];
  prompt?: Bilingual;
}

export interface PlanEntry {
  name?: Bilingual;
  checklist?: Line[];
  ladder?: Rung[];
  loops?: number;
  loop_every?: string;
  need_acks?: number;
}

/** Moves one of a list by some places; nothing happens at the ends. */
export function shifted<T>(list: readonly T[], place: number, by: number): T[] {
  const target = place + by;
  if (target < 0 || target >= list.length) return [...list];
  const next = [...list];
  const [taken] = next.splice(place, 1);
  if (taken !== undefined) next.splice(target, 0, taken);
  return next;
}

/** What people write in one language only is said in both, until somebody translates it. */
export function both(text: Bilingual | undefined): Bilingual | undefined {
  if (!text || (!text.zh.trim() && !text.en.trim())) return undefined;
  return { zh: text.zh.trim() || text.en.trim(), en: text.en.trim() || text.zh.trim() };
}

/** The plan as it is sent: empty lines left out, what is usual not written. Parts this page does not edit stay. */
export function tidy(entry: PlanEntry): PlanEntry {
  const { name, checklist, ladder, loops, loop_every, need_acks, ...rest } = entry;
  const called = both(name);
  return {
    ...rest,
    ...(called ? { name: called } : {}),
    checklist: (checklist ?? []).flatMap((line) => {
      const words = both(line);
      return words ? [{ ...words, ...(line.kind ? { kind: line.kind } : {}), ...(line.sign ? { sign: line.sign } : {}) }] : [];
    }),
    ladder: (ladder ?? []).map(({ to, wait, everyone, off_duty, channels, prompt }) => {
      const said = both(prompt);
      return {
        to,
        ...(wait?.trim() ? { wait: wait.trim() } : {}),
        ...(everyone ? { everyone } : {}),
        ...(off_duty ? { off_duty } : {}),
        ...(channels && channels.length > 0 ? { channels } : {}),
        ...(said ? { prompt: said } : {}),
      };
    }),
    ...(loops ? { loops } : {}),
    ...(loop_every?.trim() ? { loop_every: loop_every.trim() } : {}),
    ...(need_acks && need_acks !== 1 ? { need_acks } : {}),
  };
}

/** The code of a new plan: its English name as one word, or `plan`; with a number where that is taken. */
export function codeFor(english: string, taken: readonly string[]): string {
  const word = english
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[_0-9]+|_+$/g, "")
    .slice(0, 40);
  const stem = word || "plan";
  let code = stem;
  for (let number = 2; taken.includes(code); number += 1) code = `${stem}_${number}`;
  return code;
}
