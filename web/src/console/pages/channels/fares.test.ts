import { expect, it } from "vitest";

import { fareOf } from "./fares";

const failure = { at: "2026-03-02T00:00:00Z", state: "failed" as const, detail: "", text: { zh: "", en: "" } };

it("a channel fares by the last thing that happened", () => {
  expect(fareOf({ last_success: null, last_failure: null })).toBe("silent");
  expect(fareOf({ last_success: "2026-03-01T00:00:00Z", last_failure: null })).toBe("good");
  expect(fareOf({ last_success: "2026-03-01T00:00:00Z", last_failure: failure })).toBe("failing");
  expect(fareOf({ last_success: "2026-03-03T00:00:00Z", last_failure: failure })).toBe("good");
  expect(fareOf({ last_success: null, last_failure: failure })).toBe("failing");
});
