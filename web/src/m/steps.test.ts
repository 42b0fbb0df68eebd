import { expect, test } from "vitest";

import { incident } from "../duty/fixture";
import { myTasks, nextStep } from "./steps";
import { fit } from "./shrink";

test("the next step is one thing: take, then arrive, then done", () => {
  expect(nextStep(incident({ allowed: ["take", "refuse"] }))).toBe("take");
  expect(nextStep(incident({ state: "taken", allowed: ["arrive", "resolve", "note"] }))).toBe("arrive");
  expect(nextStep(incident({ state: "on_scene", allowed: ["resolve", "note"] }))).toBe("resolve");
  expect(nextStep(incident({ state: "resolved", allowed: ["note"] }))).toBeNull();
});

test("my tasks: mine and open, what is due first stands first", () => {
  const me = [{ id: "wang", name: "王强" }];
  const cases = [
    incident({ number: "later", state: "dispatched", assignees: me, due: { timer: "take", at: "2026-03-01T12:00:00+08:00" } }),
    incident({ number: "undated", state: "taken", owner: "wang" }),
    incident({ number: "sooner", state: "on_scene", owner: "wang", due: { timer: "resolve", at: "2026-03-01T11:00:00+08:00" } }),
    incident({ number: "done", state: "resolved", owner: "wang" }),
    incident({ number: "theirs", state: "dispatched", assignees: [{ id: "li", name: "李" }] }),
    incident({ number: "offered", state: "dispatched", allowed: ["take"], due: { timer: "take", at: "2026-03-01T11:30:00+08:00" } }),
  ];
  expect(myTasks(cases, "wang").map((each) => each.number)).toEqual(["sooner", "offered", "later", "undated"]);
});

test("photos shrink to 1600 pixels on the longer side and never grow", () => {
  expect(fit(4000, 3000)).toEqual({ width: 1600, height: 1200 });
  expect(fit(3000, 4000)).toEqual({ width: 1200, height: 1600 });
  expect(fit(640, 480)).toEqual({ width: 640, height: 480 });
});
