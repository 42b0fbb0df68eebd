import { expect, test } from "vitest";

import { asked, type Changeable, changeable, fieldsOf, putBack, seen, type Span, typed } from "./spans";

const SPAN: Span = {
  value: 30, unit: "days", least: 1, most: 3650, whole: false, source: "default", changed_by: null, changed_at: null,
  reason: "", below: 30, below_source: "default", variable: null, version: 0,
}; // prettier-ignore
const line = (setting: string, span: Partial<Span> = {}): Changeable => ({
  what: setting,
  name: { zh: setting, en: setting },
  days: null,
  then: { zh: "", en: "" },
  setting,
  span: { ...SPAN, ...span },
});
const MEDIA = line("evidence.media_days");
const WEEKS = line("backup.keep_weeks", { value: 2, below: 4, source: "page", version: 3, unit: "weeks", whole: true });

test("only what may be changed stands in the form", () => {
  const fixed = { ...line("x"), setting: null, span: null };
  expect(changeable([MEDIA, fixed, WEEKS]).map((each) => each.setting)).toEqual(["evidence.media_days", "backup.keep_weeks"]);
});

test("only what is different is asked, with the version that was looked at", () => {
  const spans = [MEDIA, WEEKS];
  expect(asked(spans, fieldsOf(spans))).toEqual({});
  const changed = typed(fieldsOf(spans), "evidence.media_days", "14");
  expect(asked(spans, changed)).toEqual({ "evidence.media_days": 14 });
  expect(seen(spans, asked(spans, putBack(changed, WEEKS)))).toEqual({ "evidence.media_days": 0, "backup.keep_weeks": 3 });
});

test("going back to the file is asked as null, shows the file's number, and typing takes it back", () => {
  const back = putBack(fieldsOf([WEEKS]), WEEKS);
  expect(back.values["backup.keep_weeks"]).toBe("4");
  expect(asked([WEEKS], back)).toEqual({ "backup.keep_weeks": null });
  expect(asked([WEEKS], typed(back, "backup.keep_weeks", "5"))).toEqual({ "backup.keep_weeks": 5 });
});

test("an emptied box changes nothing: 0 would mean that nothing is kept", () => {
  expect(asked([WEEKS], typed(fieldsOf([WEEKS]), "backup.keep_weeks", " "))).toEqual({});
});

test("what the environment sets is never asked for", () => {
  const locked = line("telemetry.hour_days", { variable: "GATEWAY_TELEMETRY__HOUR_DAYS", source: "environment" });
  expect(asked([locked], typed(fieldsOf([locked]), "telemetry.hour_days", "9"))).toEqual({});
});
