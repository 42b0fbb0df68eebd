import { expect, test } from "vitest";

import type { Integration, Settings } from "./asking";
import { nextOf, STEPS, standings, WHERE } from "./first";

const broker = (status: Integration["status"]): Integration => ({
  name: "broker", kind: "broker", configured: true, where: null, purpose: null, status, trouble: null, last_success: null, facts: {}, setting: "mqtt", guide: "",
});
const site = (more: Partial<Settings["site"]> = {}): Settings["site"] => ({
  id: "s", name: { zh: "", en: "" }, timezone: "Asia/Shanghai", version: "1", demo: false, reach: "estate", public_url: null, tls: false, devices: 3, people: 4, grids: 2, ...more,
});
const done = (settings: Settings) => Object.fromEntries(standings(settings, { ruled: null, heard: null }).map(({ step, done }) => [step, done]));

test("devices count only when they can be heard", () => {
  expect(done({ site: site(), retention: [], integrations: [broker("ok")] })).toMatchObject({ devices: true, check: true, backup: false, rules: null });
  expect(done({ site: site(), retention: [], integrations: [broker("degraded")] })).toMatchObject({ devices: false, check: false });
  expect(done({ site: site({ devices: 0, people: 1 }), retention: [], integrations: [broker("ok")] })).toMatchObject({ devices: false, people: false });
});

test("each step has a page where it is done", () => {
  expect(Object.keys(WHERE)).toEqual([...STEPS]);
});

test("the step to do now is the first that is not done", () => {
  const all = { site: site(), retention: [], integrations: [broker("ok")] };
  expect(nextOf(standings(all, { ruled: true, heard: false }))).toBe("sound");
  expect(nextOf(standings({ ...all, site: site({ grids: 0 }) }, { ruled: false, heard: false }))).toBe("places");
  const backups = { what: "backups", name: { zh: "", en: "" }, days: 7, then: { zh: "", en: "" }, setting: null, span: null };
  expect(nextOf(standings({ ...all, retention: [backups] }, { ruled: null, heard: true }))).toBe("rules");
  expect(nextOf(standings({ ...all, retention: [backups] }, { ruled: true, heard: true }))).toBeNull();
});
