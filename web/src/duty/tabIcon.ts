import type { Level } from "../api/views";
import { shapePath } from "../parts/Level";
import { LEVELS, type Row } from "./rows";

/** The colours of the levels on a tab, whose ground nobody knows: each with a dark edge. */
const FILL: Record<Level, string> = { L1: "#ff6b66", L2: "#ffa53d", L3: "#ffe066", L4: "#7cb8ff" };

/** Returns the worst level that waits for an answer, null when nothing does. */
export function worstWaiting(rows: Row[]): Level | null {
  return LEVELS.find((level) => rows.some((row) => row.tab === "waiting" && row.level === level)) ?? null;
}

/** Returns the tab's picture: the shape of the worst that waits, else the gateway's own. */
export function iconOf(level: Level | null): string {
  if (level === null) return "/icon.svg";
  const drawn = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="${shapePath(level)}" fill="${FILL[level]}" stroke="#111" stroke-width="1"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(drawn)}`;
}

/** Shows it on the tab of this page. */
export function wearIcon(level: Level | null): void {
  document.querySelector<HTMLLinkElement>("link[rel=icon]")?.setAttribute("href", iconOf(level));
}
