import { expect, test } from "vitest";

import { codeField, copied, decided, type Draft, fact, isUndecided, outcomeOf, point, roleOf, undecided, valueTyped } from "./draft";

const DRAFT: Draft = {
  id: "bell", name: { zh: "门铃" }, topic: "bell/{device}/event", identity: "topic.device", time: { from: "e.time", form: "auto" },
  dedup: ["topic.device", "e.counter"], kinds: [{ field: "e.code", equals: 1, ...undecided() }], samples: [],
}; // prettier-ignore

test("what the gateway guessed is what the fields show", () => {
  expect(["e.time", "e.code", "e.counter", "e.press"].map((path) => roleOf(DRAFT, path))).toEqual(["time", "code", "unique", ""]);
});

test("a field pointed at as something else is nothing else any more", () => {
  const next = point(DRAFT, "e.time", "unique");
  expect([roleOf(next, "e.time"), next.time, next.dedup]).toEqual(["unique", "none", ["topic.device", "e.counter", "e.time"]]);
  expect(point(point(DRAFT, "e.counter", ""), "topic.device", "").dedup).toBe("none");
});

test("only one field is the identity, the time, the code", () => {
  expect(roleOf(point(DRAFT, "e.serial", "identity"), "e.serial")).toBe("identity");
  const other = point(DRAFT, "e.press", "code", "", 2);
  expect([codeField(other), other.kinds[0]?.equals, roleOf(other, "e.code")]).toEqual(["e.press", 2, ""]);
  const none = point(DRAFT, "e.code", "");
  expect(none.kinds).toEqual([undecided()]);
});

test("a value that holds stands in the fields, and goes again", () => {
  const next = point(DRAFT, "e.level", "state:battery");
  expect(next.fields).toEqual({ "state.battery": "e.level" });
  expect(roleOf(next, "e.level")).toBe("state:battery");
  expect(point(next, "e.level", "")).not.toHaveProperty("fields");
});

test("a line is undecided until somebody says what it is", () => {
  const [line] = DRAFT.kinds;
  if (!line) throw new Error("the draft has a line");
  expect([isUndecided(line), outcomeOf(line)]).toEqual([true, ""]);
  const button = fact(decided(line, "sos.button"), "press", "e.press");
  expect(button).toEqual({ field: "e.code", equals: 1, kind: "sos.button", data: { press: "e.press" } });
  expect(outcomeOf(decided(button, "ignore"))).toBe("ignore");
  expect(decided(button, "access.forced")).not.toHaveProperty("data"); // facts of another kind
  expect(fact(button, "press", "")).not.toHaveProperty("data");
});

test("typed values keep the type of the message", () => {
  expect(valueTyped("8", 1)).toBe(8);
  expect(valueTyped("8, 9", 1)).toEqual([8, 9]);
  expect(valueTyped("8", "1")).toBe("8");
  expect(valueTyped("open", 1)).toBe("open");
});

test("a copy has another name", () => {
  expect(copied("about: x\nprofile: gate@3\nname: {zh: 门}", "gate-2")).toBe("about: x\nprofile: gate-2@1\nname: {zh: 门}");
});
