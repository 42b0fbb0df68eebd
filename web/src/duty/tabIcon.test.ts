import { expect, test } from "vitest";

import { iconOf, worstWaiting } from "./tabIcon";
import type { Row } from "./rows";

const row = (level: Row["level"], tab: Row["tab"]): Row => ({ level, tab }) as Row;

test("the tab wears the worst that waits, not what somebody is already on", () => {
  expect(worstWaiting([row("L3", "waiting"), row("L1", "working"), row("L2", "waiting")])).toBe("L2");
  expect(worstWaiting([row("L1", "gone")])).toBeNull();
});

test("calm is the gateway's own picture, each level has its own", () => {
  expect(iconOf(null)).toBe("/icon.svg");
  expect(new Set((["L1", "L2", "L3", "L4"] as const).map(iconOf)).size).toBe(4);
});
