import { describe, expect, it } from "vitest";

import { both, codeFor, shifted, tidy } from "./entry";

describe("a plan as it is sent", () => {
  it("leaves out empty lines and what is usual", () => {
    expect(tidy({ name: { zh: " 火灾 ", en: "" }, checklist: [{ zh: "", en: "" }, { zh: "看", en: "look" }], ladder: [{ to: ["guard"], wait: " ", everyone: false, prompt: { zh: "", en: "" } }], need_acks: 1, loops: 0 })).toEqual({
      name: { zh: "火灾", en: "火灾" },
      checklist: [{ zh: "看", en: "look" }],
      ladder: [{ to: ["guard"] }],
    });
  });
  it("keeps what a step asks for and who signs it, when they are chosen", () => {
    const words = { zh: "打", en: "call" };
    expect(tidy({ checklist: [{ ...words, kind: "call", sign: "manager" }, { ...words, kind: "", sign: "" }] }).checklist).toEqual([{ ...words, kind: "call", sign: "manager" }, words]);
  });
  it("keeps what this page does not edit", () => {
    const commands = [{ kind: "open_door" }];
    expect(tidy({ ...({ commands } as object), ladder: [] })).toEqual({ commands, checklist: [], ladder: [] });
  });
  it("says in both languages what was written in one", () => {
    expect(both({ zh: "", en: "call" })).toEqual({ zh: "call", en: "call" });
    expect(both(undefined)).toBeUndefined();
  });
});

describe("the order of steps", () => {
  it("moves one and stops at the ends", () => {
    expect(shifted(["a", "b", "c"], 0, 1)).toEqual(["b", "a", "c"]);
    expect(shifted(["a", "b"], 0, -1)).toEqual(["a", "b"]);
  });
});

it("a new plan gets a code of its own that nobody has to think of", () => {
  expect(codeFor("Garage floods (north)", [])).toBe("garage_floods_north");
  expect(codeFor("", ["plan", "plan_2"])).toBe("plan_3");
  expect(codeFor("119 call", [])).toBe("call");
});
