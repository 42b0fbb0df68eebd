import { beforeEach, expect, test, vi } from "vitest";

import { sounded, trials } from "../api/gateway";
import { tellTrial } from "./trial";

vi.mock("../api/gateway", () => ({ trials: vi.fn(), sounded: vi.fn() }));

/** What the gateway answers when it is asked for its tests of everything. */
const known = (items: { id: string; incident: string }[]) => vi.mocked(trials).mockResolvedValue({ items } as Awaited<ReturnType<typeof trials>>);

beforeEach(() => vi.resetAllMocks());

test("the page says once that a test of everything sounded here", async () => {
  known([{ id: "t1", incident: "case-1" }]);
  await tellTrial("case-1");
  await tellTrial("case-1");
  expect(vi.mocked(sounded).mock.calls).toEqual([["t1"]]);
});

test("a refusal is said again with the next sound", async () => {
  known([{ id: "t3", incident: "case-3" }]);
  vi.mocked(sounded).mockRejectedValueOnce(new Error("unreachable"));
  await expect(tellTrial("case-3")).rejects.toThrow("unreachable");
  await tellTrial("case-3");
  expect(sounded).toHaveBeenCalledTimes(2);
});

test("an ordinary drill says nothing; a test that is written down a moment later is told with the next sound", async () => {
  known([]);
  await tellTrial("case-2");
  expect(sounded).not.toHaveBeenCalled();
  known([{ id: "t2", incident: "case-2" }]);
  await tellTrial("case-2");
  expect(vi.mocked(sounded).mock.calls).toEqual([["t2"]]);
});
