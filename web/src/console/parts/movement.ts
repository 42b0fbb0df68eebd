/** Whether a movement is for the better: nothing when it stands still or when neither way is better. */
export function turn(way: "up" | "down" | "same", more: boolean | null): "better" | "worse" | null {
  if (way === "same" || more === null) return null;
  return (way === "up") === more ? "better" : "worse";
}

export const SIGNS = { up: "▲", down: "▼", same: "＝" } as const;
