import { expect, test } from "vitest";

import { mendOf, outcomes, wayTo } from "./mend";

test("each code leads to where it is mended", () => {
  const group = { id: "g1", topic: "bell/b1/event", profile: "bell@2" };
  expect(wayTo({ ...group, code: "unknown_device" })).toBe("/devices/add?group=g1");
  expect(wayTo({ ...group, code: "no_profile" })).toBe("/profiles/new?topic=bell%2Fb1%2Fevent");
  expect(wayTo({ ...group, code: "unknown_code" })).toBe("/profiles/bell");
  expect(wayTo({ ...group, profile: null, code: "too_large" })).toBeNull();
  expect(mendOf({ code: "something else" })).toBe("look");
});

test("what a replay did not do is not said", () => {
  expect(outcomes({ stored: 3, duplicate: 0, ignored: 0, unread: 1, gone: 0 })).toEqual([["stored", 3], ["unread", 1]]);
});
