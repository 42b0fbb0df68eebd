/** Starts of a round as people type them: `22:00 02:00`, with any mark between them. */
export function startsOf(text: string): string[] {
  return text.split(/[\s,，、;；]+/).filter((each) => each !== "");
}

/** A name for a new round that none has yet. */
export function freshId(taken: readonly string[]): string {
  for (let number = taken.length + 1; ; number += 1) if (!taken.includes(`round-${number}`)) return `round-${number}`;
}
