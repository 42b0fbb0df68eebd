import { expect, test } from "vitest";

import type { Part } from "./asking";
import { called, figures, inOrder, standingOf } from "./parts";

const part = (name: string, status: Part["status"] = "ok", facts: Part["facts"] = {}): Part => ({ name, status, facts });

test("trouble comes first, then the usual order, then the rest by name", () => {
  const sorted = inOrder([part("zebra"), part("clock"), part("store"), part("mqtt", "degraded"), part("ant"), part("disk", "failing")]);
  expect(sorted.map((each) => each.name)).toEqual(["disk", "mqtt", "store", "clock", "ant", "zebra"]);
});

test("a part of many is called by its kind and its own name", () => {
  expect(called("receiver street office")).toEqual({ kind: "receiver", own: "street office" });
  expect(called("store")).toEqual({ kind: "store", own: "" });
});

test("figures are those that people read, rounded; marks and structures stay away", () => {
  const found = figures(part("store", "ok", { commit_p95_ms: 12.345, moved_at: 99, degraded: {}, free: "12 MiB free", connected: true }));
  expect(found).toEqual([
    { key: "commit_p95_ms", value: 12.3 },
    { key: "free", value: "12 MiB free" },
    { key: "connected", value: true },
  ]);
});

test("a part of which something is to be dealt with is not called well", () => {
  const reasons = [{ code: "clock_unsynced", text: { zh: "", en: "" }, since: null }];
  expect(standingOf(part("clock"), reasons)).toBe("degraded");
  expect(standingOf(part("disk"), reasons)).toBe("ok");
  expect(standingOf(part("clock", "failing"), reasons)).toBe("failing");
});
