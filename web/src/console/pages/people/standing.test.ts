import { expect, test } from "vitest";

import { standingOf } from "./standing";

const account = { active: true, has_password: true, locked_until: null, seen_at: null };

test("closed wins over locked, locked over never used", () => {
  expect(standingOf(account)).toBe("active");
  expect(standingOf({ ...account, has_password: false })).toBe("invited");
  expect(standingOf({ ...account, has_password: false, locked_until: "2026-03-01T10:00:00Z" })).toBe("locked");
  expect(standingOf({ ...account, has_password: false, seen_at: "2026-03-01T10:00:00Z" })).toBe("active");
  expect(standingOf({ ...account, active: false, has_password: false, locked_until: "2026-03-01T10:00:00Z" })).toBe("closed");
});
