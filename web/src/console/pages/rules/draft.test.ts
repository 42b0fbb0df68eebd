import { expect, test } from "vitest";

import { copyOf, dayOf, falseRate, judged, lengthOf, perDay, perHour, proposedIn, put, sorted, spansOf, withWords, wordsIn } from "./draft";

const rule = { id: "a.b", detect: { count: { of: "x", at_least: 5 } }, stages: [{ level: "L3" }, { when: { all: [{ open_for: "5m" }] } }] };

test("a value is set at its place and the rule before stays as it was", () => {
  expect(put(rule, "detect.count.at_least", 8)).toEqual({ ...rule, detect: { count: { of: "x", at_least: 8 } } });
  expect(put(rule, "stages[1].when.all[0].open_for", "9m")["stages"]).toEqual([{ level: "L3" }, { when: { all: [{ open_for: "9m" }] } }]);
  expect(put(rule, "clear.quiet", "5m")["clear"]).toEqual({ quiet: "5m" });
  expect(rule.detect.count.at_least).toBe(5);
});

test("nothing takes a value out", () => {
  expect(put({ a: { b: 1 }, respond: "x" }, "respond", null)).toEqual({ a: { b: 1 } });
  expect(put({ a: { b: 1 } }, "a.b", "")).toEqual({ a: {} });
});

test("a length of time is a number and a unit", () => {
  expect(lengthOf("90m")).toEqual({ count: 90, unit: "m" });
  expect(lengthOf("soon")).toEqual({ count: null, unit: "m" });
});

test("a problem goes to the nearest field, the rest stands alone", () => {
  const told = (path: string) => ({ path, message: { zh: path, en: path } });
  const found = sorted([told("body.values.times"), told("stages[0].level.x"), told("by")], ["values.times", "stages[0].level"]);
  expect(Object.keys(found.fields)).toEqual(["values.times", "stages[0].level"]);
  expect(found.rest).toEqual([{ zh: "by", en: "by" }]);
  expect(found.count).toBe(3);
});

test("a copy has an id of its own, rests no more and says that it is one", () => {
  const copy = copyOf({ id: "access.forced", name: { zh: "破门", en: "Forced" }, enabled: false }, ["site.access.forced-2"]);
  expect(copy).toEqual({ id: "site.access.forced-3", name: { zh: "破门（副本）", en: "Forced (copy)" } });
  expect(copyOf({ id: "site.x-2", name: "门" }, [])["id"]).toBe("site.x-2");
});

test("words are changed in one language, or in both where they are one text", () => {
  expect(wordsIn({ zh: "门", en: "door" }, "en")).toBe("door");
  expect(withWords({ zh: "门", en: "door" }, "en", "gate")).toEqual({ zh: "门", en: "gate" });
  expect(withWords("门", "zh", "闸")).toBe("闸");
  expect(wordsIn(undefined, "zh")).toBe("");
});

test("days without a hit are days too", () => {
  const figures = perDay({ "2026-03-01": 4 }, "2026-02-28T16:00:00Z", "2026-03-02T01:00:00Z", ["day", "hits"], "times");
  expect(figures.rows).toEqual([["02-28", 0], ["03-01", 4], ["03-02", 0]]);
});

test("a heat map has 24 hours for each day", () => {
  const figures = perHour({ "2026-03-02": Array<number>(24).fill(0), "2026-03-01": Array<number>(24).fill(1) }, "day", "times");
  expect(figures.head).toHaveLength(25);
  expect(figures.rows.map((row) => row[0])).toEqual(["03-01", "03-02"]);
});

test("verdicts, rates and days of a trial run", () => {
  expect(judged({ a: true, b: false, c: false })).toEqual({ real: 1, wrong: 2 });
  expect(falseRate({ true: 3, false: 1 })).toBe(25);
  expect(falseRate({ true: 0, false: 0 })).toBeNull();
  expect(dayOf("2026-03-01T08:00:00Z", Date.parse("2026-03-02T09:00:00Z"))).toBe(2);
});

test("a proposed change stands in the address, and what cannot be read proposes nothing", () => {
  expect(proposedIn("cooldown", '"10m"')).toEqual({ path: "cooldown", value: "10m" });
  expect(proposedIn("detect.count.at_least", "6")).toEqual({ path: "detect.count.at_least", value: 6 });
  expect(proposedIn("", "6")).toBeUndefined();
  expect(proposedIn("cooldown", "{")).toBeUndefined();
});

test("posts that work at the same hours are one line, with the heaviest share", () => {
  const shift = { begin: "a", end: "b", alerts: 4, cases: 2, people: ["x"], per_person: 1 };
  expect(spansOf([shift, { ...shift, per_person: 2 }, { ...shift, end: "c" }])).toEqual([{ ...shift, per_person: 2 }, { ...shift, end: "c" }]);
  expect(spansOf([])).toEqual([]);
});
