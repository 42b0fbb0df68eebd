import { expect, test } from "vitest";

import { type Owner, type Queued, sendWaiting, type Shelf } from "./queue";
import { othersIn, shelfOf, together } from "./whose";

const li: Owner = { id: "li", name: "李强" };
const zhou: Owner = { id: "zhou", name: "周敏" };
const item = (key: string, owner: Owner | null): Queued => ({ key, owner, incident: "n1", kind: "photo", picture: new Blob(["x"]), capturedAt: `2026-03-01T10:00:0${key}Z`, refused: null });

function phone(...items: Queued[]): Shelf & { kept: Map<string, Queued> } {
  const kept = new Map(items.map((each) => [each.key, each]));
  return {
    kept,
    all: () => Promise.resolve([...kept.values()]),
    put: (each) => Promise.resolve(void kept.set(each.key, each)),
    remove: (key) => Promise.resolve(void kept.delete(key)),
  };
}

test("a shared phone sends nobody's things under another name, and loses none", async () => {
  const shelf = phone(item("1", li), item("2", zhou), item("3", li), item("4", zhou));
  const sent: string[] = [];
  const upload = (each: Queued) => Promise.resolve(void sent.push(each.key));
  await sendWaiting(shelfOf(shelf, "zhou"), upload);
  expect(sent).toEqual(["2", "4"]);
  expect([...shelf.kept.keys()]).toEqual(["1", "3"]);
  await sendWaiting(shelfOf(shelf, "chen"), upload);
  expect([...shelf.kept.keys()]).toEqual(["1", "3"]);
  await sendWaiting(shelfOf(shelf, "li"), upload);
  expect(sent).toEqual(["2", "4", "1", "3"]);
  expect(shelf.kept.size).toBe(0);
});

test("what a page of before kept without a name goes with whoever comes first", async () => {
  const shelf = phone(item("1", null));
  expect(await shelfOf(shelf, "zhou").all()).toHaveLength(1);
  expect(othersIn(await shelf.all(), "zhou")).toEqual([]);
});

test("whoever holds the phone is told whose else waits, with all kinds in one figure", () => {
  const photos = othersIn([item("1", li), item("2", zhou), item("3", li)], "zhou");
  const deeds = othersIn([item("4", li)], "zhou");
  expect(photos).toEqual([{ name: "李强", count: 2 }]);
  expect(together([photos, deeds])).toEqual([{ name: "李强", count: 3 }]);
});
