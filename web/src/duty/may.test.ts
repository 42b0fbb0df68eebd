import { expect, test } from "vitest";

import { fitting, gravest } from "./may";
import { incident, row } from "./fixture";

const line = (key: string, level: "L1" | "L2" | "L3", allowed: string[]) => row({ key, level, incident: incident({ number: key, level, allowed }) });

test("a step is done only where it makes sense, and the gravest case takes the others in", () => {
  const rows = [line("a", "L3", ["accept", "merge"]), line("b", "L2", ["dispatch", "merge"]), line("c", "L3", ["note"])];
  expect(fitting(rows, "confirm").map((each) => each.key)).toEqual(["a"]);
  expect(fitting(rows, "dispatch").map((each) => each.key)).toEqual(["b"]);
  expect(fitting(rows, "false")).toEqual([]);
  expect(gravest(rows)?.key).toBe("b");
  expect(fitting(rows, "merge").map((each) => each.key)).toEqual(["a"]);
  expect(fitting(rows.slice(0, 1), "merge")).toEqual([]);
});
