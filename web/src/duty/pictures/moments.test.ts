import { expect, test } from "vitest";

import type { Evidence } from "../../api/views";
import { firstLook, momentsOf, phaseOf } from "./moments";

const AT = "2026-03-01T10:00:00+08:00";
const piece = (sha256: string, at: string | null, mime = "image/jpeg"): Evidence => ({ sha256, mime, size: 1, at, event: null });

test("pieces stand in the order of time, once each, and the viewer begins at the alarm", () => {
  const moments = momentsOf([piece("late", "2026-03-01T10:00:20+08:00"), piece("none", null), piece("at", "2026-03-01T10:00:02+08:00"), piece("early", "2026-03-01T09:59:30+08:00"), piece("at", "2026-03-01T10:00:02+08:00"), piece("sound", AT, "audio/wav")], [], AT);
  expect(moments.map((each) => [each.sha256, phaseOf(each)])).toEqual([["early", "before"], ["at", "at"], ["late", "after"], ["none", null]]);
  expect(firstLook(moments)).toBe(1);
  expect(firstLook([])).toBe(0);
});
