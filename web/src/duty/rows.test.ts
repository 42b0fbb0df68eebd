import { describe, expect, test } from "vitest";

import { NOTHING } from "../stream/live";
import { alert, incident, row } from "./fixture";
import { asksToBeSeen, byPlace, counters, inOrder, keepSame, rowsOf } from "./rows";

test("worst level first, then what has waited longest, whatever order it came in", () => {
  const rows = [
    row({ key: "late-blue", level: "L4", openedAt: "2026-03-01T09:00:00+08:00" }),
    row({ key: "young-red", level: "L1", openedAt: "2026-03-01T10:05:00+08:00" }),
    row({ key: "old-red", level: "L1", openedAt: "2026-03-01T10:00:00+08:00" }),
    row({ key: "orange", level: "L2" }),
  ];
  const wanted = ["old-red", "young-red", "orange", "late-blue"];
  expect(inOrder(rows).map((each) => each.key)).toEqual(wanted);
  expect(inOrder([...rows].reverse()).map((each) => each.key)).toEqual(wanted);
});

test("an alert of a known case is part of that case; one without a case stands alone", () => {
  const live = {
    ...NOTHING,
    incidents: { n1: incident({ number: "n1", alerts: ["a1"] }) },
    alerts: { a1: alert({ id: "a1", incident: "n1", count: 3 }), a2: alert({ id: "a2" }) },
  };
  const rows = rowsOf(live);
  expect(rows.map((each) => each.key).sort()).toEqual(["a2", "n1"]);
  expect(rows.find((each) => each.key === "n1")?.count).toBe(3);
});

test("every state of a case has its tab, and ended cases have none", () => {
  const tab = (state: Parameters<typeof incident>[0]["state"]) =>
    rowsOf({ ...NOTHING, incidents: { n: incident({ number: "n", ...(state ? { state } : {}) }) } })[0]?.tab;
  expect([tab("pending_verify"), tab("accepted")]).toEqual(["waiting", "waiting"]);
  expect([tab("dispatched"), tab("on_scene"), tab("resolved"), tab("closed")]).toEqual(["sent", "working", "checking", "gone"]);
});

test("counters count what is active, and tell the oldest that nobody is on yet", () => {
  const rows = [
    row({ key: "a", level: "L2", openedAt: "2026-03-01T10:05:00+08:00" }),
    row({ key: "b", level: "L2", openedAt: "2026-03-01T10:00:00+08:00" }),
    row({ key: "c", level: "L2", tab: "working", openedAt: "2026-03-01T08:00:00+08:00" }),
    row({ key: "e", level: "L2", tab: "checking", openedAt: "2026-03-01T07:00:00+08:00" }),
    row({ key: "d", level: "L2", tab: "sent", openedAt: "2026-03-01T10:08:00+08:00" }),
  ];
  expect(counters(rows).find((each) => each.level === "L2")).toEqual({ level: "L2", count: 4, oldest: "2026-03-01T10:00:00+08:00" });
});

test("the plan counts what the counters count", () => {
  const rows = (["waiting", "sent", "working", "checking", "gone"] as const).map((tab) => row({ key: tab, level: "L1", tab, building: tab }));
  const onPlan = Object.values(byPlace(rows)).reduce((sum, { count }) => sum + count, 0);
  expect(onPlan).toBe(counters(rows).find((each) => each.level === "L1")?.count);
});

test("a place on the plan shows its worst open level and how many there are", () => {
  const rows = [
    row({ key: "a", level: "L4" }),
    row({ key: "b", level: "L2" }),
    row({ key: "c", level: "L1", tab: "gone" }),
    row({ key: "d", level: "L3", building: null, zone: "wall-n" }),
    row({ key: "e", building: null }),
  ];
  expect(byPlace(rows)).toEqual({ b1: { level: "L2", count: 2 }, "wall-n": { level: "L3", count: 1 } });
});

test("a line that says the same stays the same, so that nothing of it is drawn anew", () => {
  const live = { ...NOTHING, incidents: { a: incident({ number: "a", alerts: ["x"] }), b: incident({ number: "b" }) }, alerts: { x: alert({ id: "x", incident: "a" }) } };
  const before = new Map(rowsOf(live).map((row) => [row.key, row]));
  const counted = { ...live, alerts: { x: alert({ id: "x", incident: "a", count: 7 }) } };
  const [a, b] = keepSame(rowsOf(counted), before);
  expect(a).toMatchObject({ key: "a", count: 7 });
  expect(b).toBe(before.get("b"));
});

describe("a red case that went out by itself", () => {
  const sent = (level: "L1" | "L2", seen: Record<string, string | null>, here: "L1" | "L2" | null = null) => {
    const alerts = Object.fromEntries(Object.entries(seen).map(([id, by]) => [id, alert({ id, incident: "n", acknowledged_by: by })]));
    const live = { ...NOTHING, incidents: { n: incident({ number: "n", level, state: "dispatched", alerts: Object.keys(seen) }) }, alerts };
    const [found] = rowsOf(live, here ? new Map([["n", here]]) : new Map());
    return found ? { tab: found.tab, asks: asksToBeSeen(found), unseen: found.unseen } : null;
  };

  test("stays before the eyes until somebody has seen all of its alerts", () => {
    expect(sent("L1", { a: null })).toEqual({ tab: "waiting", asks: true, unseen: ["a"] });
    expect(sent("L1", { a: "wang", b: null })).toEqual({ tab: "waiting", asks: true, unseen: ["b"] });
    expect(sent("L1", { a: "wang" })).toEqual({ tab: "sent", asks: false, unseen: [] });
    expect(sent("L2", { a: null })).toEqual({ tab: "sent", asks: false, unseen: ["a"] });
  });

  test("without an alert, as in a drill, it is this seat that says it has seen it", () => {
    expect(sent("L1", {})).toMatchObject({ tab: "waiting", asks: true });
    expect(sent("L1", {}, "L1")).toMatchObject({ tab: "sent", asks: false });
    expect(sent("L1", {}, "L2")).toMatchObject({ tab: "waiting", asks: true }); // it has grown graver since
  });

  test("is a line of its own again when somebody has seen it, whatever else stayed the same", () => {
    const live = { ...NOTHING, incidents: { n: incident({ number: "n", level: "L1", state: "dispatched", alerts: ["a"] }) }, alerts: { a: alert({ id: "a", incident: "n" }) } };
    const before = new Map(rowsOf(live).map((row) => [row.key, row]));
    const [after] = keepSame(rowsOf({ ...live, alerts: { a: alert({ id: "a", incident: "n", acknowledged_by: "wang" }) } }), before);
    expect(after?.tab).toBe("sent");
  });
});
