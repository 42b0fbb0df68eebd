import { expect, test } from "vitest";

import type { Deed } from "./deeds";
import { left, shownWalks, type Walk } from "./walks";

const name = { zh: "夜巡", en: "Night round" };
const walk = (begin: string, end: string, done = false): Walk => ({
  round: "night",
  name,
  begin,
  end,
  done,
  stops: ["zone:a", "zone:b"].map((point) => ({ point, name, standing: "open", visit: null })),
});
const NOW = Date.parse("2026-03-01T10:00:00Z");

test("what is on stands first, then what was missed just now, then only the next", () => {
  const on = walk("2026-03-01T09:30:00Z", "2026-03-01T10:30:00Z");
  const missed = walk("2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z");
  const old = walk("2026-03-01T01:00:00Z", "2026-03-01T02:00:00Z");
  const done = walk("2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z", true);
  const next = walk("2026-03-01T12:00:00Z", "2026-03-01T13:00:00Z");
  const later = walk("2026-03-01T14:00:00Z", "2026-03-01T15:00:00Z");
  expect(shownWalks([later, old, done, next, missed, on], NOW)).toEqual([on, missed, next]);
});

test("a visit that waits on the phone is not missing, in whatever order one walks", () => {
  const visit: Deed = { key: "v", kind: "visit", capturedAt: "", owner: null, refused: null, body: { point: "zone:b" }, photos: [] };
  const round = walk("2026-03-01T09:30:00Z", "2026-03-01T10:30:00Z");
  expect(left(round, [visit])).toEqual(["zone:a"]);
  expect(left(round, [{ ...visit, refused: name }])).toEqual(["zone:a", "zone:b"]);
});
