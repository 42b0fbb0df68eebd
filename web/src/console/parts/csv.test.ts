import { expect, test } from "vitest";

import { csvOf } from "./csv";

test("Excel reads it as it is: marked as UTF-8, quoted, no formulas", () => {
  expect(csvOf(["名称", "次数"], [["门,坏", 3], ['说"好"', null], ["=1+1", -2]])).toBe("\uFEFF名称,次数\r\n\"门,坏\",3\r\n\"说\"\"好\"\"\",\r\n'=1+1,-2\r\n");
});
