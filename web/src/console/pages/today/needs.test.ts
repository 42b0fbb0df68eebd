import { expect, test } from "vitest";

import { hourFigures, wayTo } from "./needs";

test("a way is only shown to whoever may go it", () => {
  expect(wayTo({ name: "urgent" }, [])).toBeNull();
  expect(wayTo({ name: "urgent" }, ["alerts.acknowledge"])).toEqual({ to: "/duty", door: true });
  expect(wayTo({ name: "devices" }, ["devices.read"])).toEqual({ to: "/devices", door: false });
});

test("each hour of the day so far is one bar", () => {
  expect(hourFigures([2, 0, 5], "Hour", "Alarms", "x")).toEqual({
    head: ["Hour", "Alarms"],
    rows: [
      ["00:00", 2],
      ["01:00", 0],
      ["02:00", 5],
    ],
    unit: "x",
  });
});
