import { expect, test } from "vitest";

import type { Integration, Settings } from "./asking";
import { STEPS, standings, WHERE } from "./first";

const broker = (status: Integration["status"]): Integration => ({
  name: "broker", kind: "broker", configured: true, where: null, purpose: null, status, trouble: null, last_success: null, facts: {}, setting: "mqtt", guide: "",
});
const site = (more: Partial<Settings["site"]> = {}): Settings["site"] => ({
  id: "s", name: { zh: "", en: "" }, timezone: "Asia/Shanghai", version: "1", demo: false, reach: "estate", public_url: null, tls: false, devices: 3, people: 4, grids: 2, ...more,
});
const done = (settings: Settings) => Object.fromEntries(standings(settings).map(({ step, done }) => [step, done]));

test("devices count only when they can be heard", () => {
  expect(done({ site: site(), retention: [], integrations: [broker("ok")] })).toMatchObject({ devices: true, check: true, backup: false, rules: null });
  expect(done({ site: site(), retention: [], integrations: [broker("degraded")] })).toMatchObject({ devices: false, check: false });
  expect(done({ site: site({ devices: 0, people: 1 }), retention: [], integrations: [broker("ok")] })).toMatchObject({ devices: false, people: false });
});

test("each step has a page where it is done", () => {
  expect(Object.keys(WHERE)).toEqual([...STEPS]);
});
