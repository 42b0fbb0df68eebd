import type { components } from "../api/schema";

export type Mode = components["schemas"]["ModeView"];
export type ModeWord = "drill" | "maintenance";

/** Returns the flags that everybody at the desk must know of, drill first, each with when it ends (the latest of its zones; null: open). */
export function modesOn(modes: Mode[]): { flag: ModeWord; until: string | null }[] {
  return (["drill", "maintenance"] as const).flatMap((flag) => {
    const on = modes.filter((mode) => mode.flag === flag && mode.value);
    if (on.length === 0) return [];
    const open = on.some((mode) => mode.until === null);
    const until = on.reduce<string | null>((latest, mode) => (mode.until !== null && (latest === null || mode.until > latest) ? mode.until : latest), null);
    return [{ flag, until: open ? null : until }];
  });
}
