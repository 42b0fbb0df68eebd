/** What an editor works on: the answer that it was opened with, and since when. */
export interface Held<Answer> {
  /** What the fields were filled with. */
  answer: Answer;
  /** The version that saving builds on; the gateway refuses to build on one that is no longer the newest. */
  version: number | string;
}

/**
 * What an editor holds when the newest answer is `newest`: the newest one as long as nothing has been typed, else what
 * it held. The same object comes back when nothing changes.
 */
export function heldNow<Answer>(held: Held<Answer>, newest: Held<Answer>, typed: boolean): Held<Answer> {
  if (typed || (held.answer === newest.answer && held.version === newest.version)) return held;
  return newest;
}

/** Whether somebody saved something newer than what lies under the hand. */
export const overtaken = <Answer>(held: Held<Answer>, newest: Held<Answer>): boolean => held.version !== newest.version;
