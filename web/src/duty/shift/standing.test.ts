import { describe, expect, it } from "vitest";

import type { Handover, OpenCase, Snapshot } from "./asking";
import { isQuiet, partOf, seen, sorted } from "./standing";

const words = { zh: "x", en: "x" };
const open = (number: string, level: OpenCase["level"], due_at: string | null = null): OpenCase => ({ number, level, state: "accepted", title: words, place: words, owner: null, due_at, drill: false, confirmed_at: null });
const snapshot: Snapshot = { since: "", at: "", open_cases: [open("c", "L3"), open("b", "L2"), open("a", "L1", "2026-01-02"), open("d", "L1", "2026-01-01")], unseen: 0, silenced: [], offline: [], drills: [], opened: 0, done: 0, alarms: 0, worst_window: 0, records_missed: 0 };
const handover: Handover = { id: "h", state: "offered", outgoing: { id: "wang", name: "王强" }, incoming: null, offered_at: "", accepted_at: null, notes: "", remark: "", to_confirm: ["b", "d"], snapshot };

describe("a handover", () => {
  it("is offered, waited for, taken or watched", () => {
    expect(partOf(null, "wang", true)).toBe("offer");
    expect(partOf(handover, "wang", true)).toBe("wait");
    expect(partOf(handover, "li", true)).toBe("take");
    expect(partOf(handover, "li", false)).toBe("watch");
  });
  it("puts red and orange first, what is due soonest on top", () => {
    const { grave, others } = sorted(snapshot.open_cases);
    expect([grave.map((each) => each.number), others.map((each) => each.number)]).toEqual([["d", "a", "b"], ["c"]]);
  });
  it("counts what the next person has seen", () => {
    expect(seen(handover)).toEqual({ done: 1, all: 3 });
  });
  it("is quiet only when nothing is left over", () => {
    expect(isQuiet(snapshot)).toBe(false);
    expect(isQuiet({ ...snapshot, open_cases: [] })).toBe(true);
    expect(isQuiet({ ...snapshot, open_cases: [], records_missed: 1 })).toBe(false);
  });
});
