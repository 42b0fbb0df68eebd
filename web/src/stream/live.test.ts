import { describe, expect, test } from "vitest";

import { alert, incident } from "../duty/fixture";
import { fold, KEPT_ENDED, NOTHING, type StreamMessage } from "./live";

const AT = "2026-03-01T10:00:00+08:00";
const snapshot = (seq: number, versions: Record<string, number>): StreamMessage => ({
  type: "snapshot",
  seq,
  at: AT,
  alerts: [],
  incidents: Object.entries(versions).map(([number, version]) => incident({ number, version, updated_seq: version })),
});
const delta = (seq: number, number: string, version: number): StreamMessage => ({
  type: "delta",
  seq,
  alerts: [],
  incidents: [incident({ number, version, updated_seq: version })],
});
const versions = (live: ReturnType<typeof fold>) => Object.fromEntries(Object.values(live.incidents).map((each) => [each.number, each.version]));

describe("fold", () => {
  test("a snapshot replaces everything, a delta changes what it names", () => {
    let live = fold(NOTHING, snapshot(5, { a: 1, b: 1 }));
    live = fold(live, delta(6, "a", 2));
    expect(versions(live)).toEqual({ a: 2, b: 1 });
    live = fold(live, snapshot(7, { b: 3 }));
    expect(versions(live)).toEqual({ b: 3 });
    expect(live).toMatchObject({ seq: 7, gap: false, waiting: false });
  });

  test("what could not be stored stays in view until it can, newest first and once each", () => {
    const unsaved = (id: string, over = false): StreamMessage => ({ type: "notice", id, level: "L1", title: id, text: "", title_en: id, text_en: "", unsaved: true, over });
    let live = fold(fold(NOTHING, unsaved("full")), unsaved("smoke"));
    live = fold(live, unsaved("full"));
    expect(live.unsaved.map((each) => each.id)).toEqual(["full", "smoke"]);
    live = fold(live, { type: "notice", id: "x", level: "L2", title: "", text: "", title_en: "", text_en: "", unsaved: false, over: false });
    expect(live.unsaved).toHaveLength(2);
    expect(fold(live, unsaved("full", true)).unsaved).toEqual([]);
  });

  test("a row never goes back: an older form that comes late is passed over", () => {
    let live = fold(NOTHING, snapshot(5, { a: 4 }));
    live = fold(live, delta(6, "a", 3));
    expect(versions(live)).toEqual({ a: 4 });
    live = fold(live, { type: "delta", seq: 7, alerts: [alert({ id: "x", updated_seq: 7 })], incidents: [] });
    live = fold(live, { type: "delta", seq: 8, alerts: [alert({ id: "x", updated_seq: 6, count: 99 })], incidents: [] });
    expect(live.alerts["x"]?.count).toBe(1);
  });

  test("a sequence that goes backwards is a gap until the next snapshot", () => {
    let live = fold(NOTHING, snapshot(50, { a: 1 }));
    live = fold(live, delta(3, "a", 2));
    expect(live.gap).toBe(true);
    expect(fold(live, snapshot(4, { a: 2 })).gap).toBe(false);
  });

  test("a desk that is open for weeks keeps the newest of what has ended, and all that is open", () => {
    let live = fold(NOTHING, snapshot(1, { open: 1 }));
    for (let seq = 2; seq < KEPT_ENDED + 12; seq += 1) {
      const number = `case-${seq}`;
      const ended = incident({ number, version: 1, updated_seq: seq, state: "closed", alerts: [`alert-${seq}`] });
      live = fold(live, { type: "delta", seq, incidents: [ended], alerts: [alert({ id: `alert-${seq}`, updated_seq: seq, open: false, incident: number })] });
    }
    expect(Object.keys(live.incidents)).toHaveLength(KEPT_ENDED + 1);
    expect(Object.keys(live.alerts)).toHaveLength(KEPT_ENDED);
    expect(live.incidents).toHaveProperty("open");
    expect(live.incidents).not.toHaveProperty("case-2");
    expect(live.alerts).not.toHaveProperty("alert-2");
    for (let seq = 1000; seq < 1000 + KEPT_ENDED + 5; seq += 1) {
      live = fold(live, { type: "delta", seq, incidents: [], alerts: [alert({ id: `alone-${seq}`, updated_seq: seq, open: false, incident: null })] });
    }
    expect(Object.keys(live.alerts).filter((id) => id.startsWith("alone"))).toHaveLength(KEPT_ENDED);
  });

  test("what a message does not name stays the very same row", () => {
    const before = fold(NOTHING, snapshot(5, { a: 1, b: 1 }));
    const after = fold(before, delta(6, "a", 2));
    expect(after.incidents["b"]).toBe(before.incidents["b"]);
  });

  test("a delta before any snapshot is a gap", () => {
    expect(fold(NOTHING, delta(9, "a", 1)).gap).toBe(true);
  });

  test("any order of deltas, repeated or not, ends where a fresh snapshot would", () => {
    const changes: [number, string, number][] = [
      [6, "a", 2],
      [7, "b", 2],
      [8, "a", 3],
      [9, "a", 3],
      [10, "b", 3],
    ];
    const orders = permutations(changes);
    expect(orders.length).toBe(120);
    for (const order of orders) {
      let live = fold(NOTHING, snapshot(5, { a: 1, b: 1 }));
      for (const change of order) live = fold(live, delta(...change));
      expect(versions(live)).toEqual({ a: 3, b: 3 });
    }
  });
});

function permutations<T>(items: T[]): T[][] {
  if (items.length < 2) return [items];
  return items.flatMap((item, index) => permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]));
}
