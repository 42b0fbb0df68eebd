import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { StreamMessage } from "./live";
import { Steps } from "./steps";

const message = (seq: number): StreamMessage => ({ type: "delta", seq, alerts: [], incidents: [] });
const EVERY_MS = 100; // as the gateway speaks in a busy hour

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

/** Says a hundred messages to a station that takes so long to draw; returns the steps in which they were drawn. */
function said(costMs: number): { seqs: number[]; at: number; heard: number }[] {
  const drawn: { seqs: number[]; at: number; heard: number }[] = [];
  const heard = new Map<number, number>();
  let spent = 0;
  const clock = () => Date.now() + spent;
  const steps = new Steps((messages) => {
    const seqs = messages.map((each) => ("seq" in each ? each.seq : 0));
    drawn.push({ seqs, at: clock(), heard: heard.get(seqs[0] ?? 0) ?? 0 });
    spent += costMs;
  }, clock);
  for (let seq = 1; seq <= 100; seq += 1) {
    vi.advanceTimersByTime(Math.max(0, seq * EVERY_MS - clock())); // the gateway does not wait for the page
    heard.set(seq, clock());
    steps.take(message(seq));
  }
  vi.advanceTimersByTime(1_000);
  return drawn;
}

test("a quick station draws each message at once", () => {
  const drawn = said(12);
  expect(drawn.map((step) => step.seqs)).toEqual(Array.from({ length: 100 }, (_, index) => [index + 1]));
});

test.each([20, 40, 100])("a station that draws for %i ms takes several in a step, loses none and keeps their order", (costMs) => {
  const drawn = said(costMs);
  expect(drawn.flatMap((step) => step.seqs)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  expect(drawn.length).toBeLessThan(90);
  for (const step of drawn) expect(step.at - step.heard).toBeLessThanOrEqual(300);
});

test("what waits is forgotten when a whole picture comes", () => {
  const drawn: StreamMessage[][] = [];
  let spent = 0;
  const steps = new Steps(
    (messages) => {
      drawn.push(messages);
      spent += 50;
    },
    () => Date.now() + spent,
  );
  steps.take(message(1));
  vi.advanceTimersByTime(1);
  steps.take(message(2));
  steps.clear();
  vi.advanceTimersByTime(1_000);
  expect(drawn.flat()).toEqual([message(1)]);
});
