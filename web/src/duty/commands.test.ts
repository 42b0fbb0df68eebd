import { describe, expect, test } from "vitest";

import type { Command, CommandOffer } from "../api/views";
import { lookAgainMs, offersOf, toneOf } from "./commands";

const text = { zh: "门", en: "door" };
const offer = (device: string, name: string, line: number | null = null): CommandOffer => ({
  device, name, line, device_name: text, label: text, confirm: false, automatic: false, ready: true,
});
const asked = (over: boolean) => ({ over }) as Command;

describe("commands", () => {
  test("what the plan names is not offered twice", () => {
    const found = offersOf([offer("gate", "lock", 0)], [offer("gate", "lock"), offer("gate", "open")]);
    expect(found.map((each) => [each.name, each.line])).toEqual([["lock", 0], ["open", null]]);
  });
  test("only what is proven is drawn as done", () => {
    const tones = (["queued", "sent", "accepted", "done", "failed", "expired", "unknown"] as const).map(toneOf);
    expect(tones).toEqual(["open", "open", "open", "done", "not", "not", "doubt"]);
  });
  test("the page looks again while somebody waits", () => {
    expect(lookAgainMs([asked(true), asked(false)], false)).toBe(1500);
    expect(lookAgainMs([asked(true)], true)).toBe(15000);
    expect(lookAgainMs([], false)).toBe(false);
  });
});
