import { expect, test } from "vitest";

import { csvAddress, inShort, query } from "./wanted";

const none = { who: "", action: "", about: "", from: "", to: "" };

test("what is empty is not asked for, a group takes everything that begins so", () => {
  expect(query(none)).toEqual({});
  expect(query({ ...none, who: " chen ", action: "login", about: "site" })).toEqual({ actor: "chen", action: "login*", object: "site" });
});

test("the table is that of the rows that are shown", () => {
  expect(csvAddress({ ...none, action: "unmask", from: "2026-03-06T00:00:00Z" })).toBe("/api/audit.csv?action=unmask*&from=2026-03-06T00%3A00%3A00Z");
});

test("details stand in one line", () => {
  expect(inShort({ reason: "why", rows: 5, flags: { drill: true } })).toBe('reason: why, rows: 5, flags: {"drill":true}');
  expect(inShort({})).toBe("");
});
