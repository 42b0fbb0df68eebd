import { expect, test } from "vitest";

import { asksOf, fieldsOf, isComplete, sentOf } from "./asks";

test("only what may be done is offered, and nobody asks for what they may do", () => {
  expect(asksOf(["note", "merge", "transfer"])).toEqual(["transfer", "merge"]);
  expect(asksOf(["suspend", "ask_suspend"])).toEqual(["suspend"]);
  expect(asksOf(["ask_suspend"])).toEqual(["ask_suspend"]);
});

test("lowering a level asks why that is safe, raising it does not", () => {
  const names = (level: string) => fieldsOf("level", { level }, "L2").map((field) => field.name);
  expect(names("L1")).toEqual(["level", "reason"]);
  expect(names("L4")).toEqual(["level", "reason", "note"]);
  expect(isComplete("level", { level: "L4", reason: "白天" }, "L2")).toBe(false);
  expect(isComplete("level", { level: "L4", reason: "白天", note: "有人看着" }, "L2")).toBe(true);
});

test("blanks are not sent, hours become a time with its zone", () => {
  const now = Date.parse("2026-03-01T10:00:00Z");
  expect(sentOf("suspend", { reason: " 等配件 ", until: "4", note: "x" }, "L3", now)).toEqual({ reason: "等配件", until: "2026-03-01T14:00:00.000Z" });
  expect(isComplete("transfer", { agency: "119", person: " ", contact: "119" }, "L1")).toBe(false);
});
