import { expect, it } from "vitest";

import { entryOf, fieldsOf } from "./entry";

const name = { zh: "火灾报警", en: "Fire alarm" };

it("an entry goes through the form and comes out the same", () => {
  const entry = { name, level: "L1", take: "1m", responders: ["guard"], ends_at: "community", plan: "fire", evidence: ["photo"], auto_accept: true, filing: { zh: "a", en: "b" }, cap: "Fire" };
  expect(entryOf(entry, fieldsOf(entry))).toEqual(entry);
});
it("what was emptied is gone, what the form does not show stays", () => {
  const entry = { name, level: "L1", take: "1m", evidence: ["photo", "note"], plan: "fire", ...({ contact_id: ["110"] } as object) };
  const fields = { ...fieldsOf(entry), take: " ", plan: "", photo: false };
  expect(entryOf(entry, fields)).toEqual({ name, level: "L1", responders: ["guard"], ends_at: "grid", evidence: ["note"], contact_id: ["110"] });
});
it("words in one language are said in both", () => {
  expect(entryOf({}, { ...fieldsOf({ name }), closing: { zh: "已复位", en: "" } }).closing).toEqual({ zh: "已复位", en: "已复位" });
});
