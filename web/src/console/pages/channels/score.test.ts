import { expect, it } from "vitest";

import type { Trial } from "./asking";
import { scoreOf } from "./score";

const step = (in_time: boolean | null): Trial["steps"][number] => ({ step: "taken", name: { zh: "", en: "" }, at: null, seconds: null, who: null, allowed_s: null, in_time });

it("counts what was promised and seen, nothing else", () => {
  expect(scoreOf([step(null), step(true), step(false), step(true)])).toEqual({ n: 2, of: 3 });
  expect(scoreOf([])).toEqual({ n: 0, of: 0 });
});
