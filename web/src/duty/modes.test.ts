import { expect, test } from "vitest";

import { type Mode, modesOn } from "./modes";

const mode = (flag: string, value: boolean, until: string | null, zone: string | null = null): Mode => ({ flag, value, until, zone, by: null, since: null });

test("a drill is said before maintenance, what is off and what is no matter of the desk is not said", () => {
  const found = modesOn([mode("maintenance", true, null), mode("armed", true, null), mode("drill", true, "2026-03-01T12:00:00Z")]);
  expect(found).toEqual([
    { flag: "drill", until: "2026-03-01T12:00:00Z" },
    { flag: "maintenance", until: null },
  ]);
  expect(modesOn([mode("drill", false, null)])).toEqual([]);
});

test("several zones are one line, as long as the last of them", () => {
  const [only] = modesOn([mode("drill", true, "2026-03-01T12:00:00Z", "a"), mode("drill", true, "2026-03-01T13:00:00Z", "b")]);
  expect(only).toEqual({ flag: "drill", until: "2026-03-01T13:00:00Z" });
});
