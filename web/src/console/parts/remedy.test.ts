import { expect, test } from "vitest";

import { wayOf } from "./remedy";

test("a proposal leads to the rule with the change filled in, to the device, or to the rule", () => {
  const none = { rule: null, path: null, value: null, device: null };
  expect(wayOf({ ...none, kind: "edit", rule: "r 1", path: "detect.count.at_least", value: 6 })).toBe("/rules/r%201/edit?set=detect.count.at_least&to=6");
  expect(wayOf({ ...none, kind: "edit", rule: "r", path: "cooldown", value: "10m" })).toBe("/rules/r/edit?set=cooldown&to=%2210m%22");
  expect(wayOf({ ...none, kind: "device", device: "gate-1" })).toBe("/devices/gate-1");
  expect(wayOf({ ...none, kind: "look", rule: "r" })).toBe("/rules/r");
});
