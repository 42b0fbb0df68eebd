import { expect, test } from "vitest";

import { askedOf, spanOf, wantedOf } from "./spans";

const ZONE = "Asia/Shanghai";
const NOW = Date.parse("2026-03-01T02:30:00Z"); // 10:30 at the site

test("one press jumps to the time people mean, by the site's clock", () => {
  expect(spanOf("hour", NOW, ZONE)).toEqual({ from: "2026-03-01T09:30", to: "2026-03-01T10:31" });
  expect(spanOf("night", NOW, ZONE)).toEqual({ from: "2026-02-28T20:00", to: "2026-03-01T08:00" });
  expect(spanOf("yesterday", NOW, ZONE)).toEqual({ from: "2026-02-28T00:00", to: "2026-03-01T00:00" });
  expect(spanOf("week", NOW, ZONE).from).toBe("2026-02-22T00:00");
});

test("the address is the question: what is empty is not asked, what is no time neither", () => {
  const wanted = wantedOf("?q=%E5%8C%97%E9%97%A8&from=2026-03-01T00:00&to=later&verdict=false&odd=1");
  expect(askedOf(wanted, ZONE)).toEqual({ q: "北门", verdict: "false", opened_from: "2026-02-28T16:00:00.000Z" });
});
