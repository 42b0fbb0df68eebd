import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { type Said, Source } from "./source";

/** An event source driven by the test: what the browser would hear, and whether it was closed. */
class Line {
  static all: Line[] = [];
  onerror: (() => void) | null = null;
  closed = false;
  private readonly heard = new Map<string, (event: { data: string }) => void>();
  constructor(readonly address: string) {
    Line.all.push(this);
  }
  addEventListener(name: string, hear: (event: { data: string }) => void): void {
    this.heard.set(name, hear);
  }
  close(): void {
    this.closed = true;
  }
  says(name: string, body: object): void {
    this.heard.get(name)?.({ data: JSON.stringify(body) });
  }
  static get last(): Line {
    const line = Line.all[Line.all.length - 1];
    if (!line) throw new Error("no line was opened");
    return line;
  }
}

const snapshot = (seq: number) => ({ seq, at: "2026-03-01T10:00:00+08:00", alerts: [], incidents: [] });
const beat = (seq: number) => ({ seq, at: "2026-03-01T10:00:00+08:00", load: null, health: null });
let said: Said[];
let source: Source;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", Line);
  Line.all = [];
  said = [];
  source = new Source("/api/stream", (each) => said.push(each));
  source.open();
});
afterEach(() => {
  source.close();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});
const kinds = () => said.map((each) => each.kind);

test("twelve seconds without a beat is a cut line, even though the socket is still open", () => {
  Line.last.says("snapshot", snapshot(1));
  vi.advanceTimersByTime(11_000);
  expect(kinds()).toEqual(["message"]);
  vi.advanceTimersByTime(4_000);
  expect(kinds()).toContain("closed");
  expect(Line.all[0]?.closed).toBe(true);
});

test("beats keep the line alive", () => {
  Line.last.says("snapshot", snapshot(1));
  for (let count = 0; count < 20; count += 1) {
    vi.advanceTimersByTime(5_000);
    Line.last.says("beat", beat(1));
  }
  expect(kinds()).not.toContain("closed");
  expect(Line.all).toHaveLength(1);
});

test("a broken line is told at once, and tried again after one, two, three seconds, five at most", () => {
  const waits: number[] = [];
  for (let count = 0; count < 7; count += 1) {
    const before = Line.all.length;
    Line.last.onerror?.();
    let waited = 0;
    while (Line.all.length === before) {
      vi.advanceTimersByTime(100);
      waited += 100;
    }
    waits.push(waited / 1000);
  }
  expect(kinds().filter((kind) => kind === "closed")).toHaveLength(7);
  expect(kinds().filter((kind) => kind === "refused")).toHaveLength(2); // every third time: is the login still good?
  expect(waits).toEqual([1, 2, 3, 4, 5, 5, 5]);
});

test("a gap asks for a fresh snapshot by opening a new line", () => {
  Line.last.says("snapshot", snapshot(50));
  Line.last.says("beat", beat(3)); // another past: a restored gateway
  expect(Line.all).toHaveLength(2);
  Line.last.says("snapshot", snapshot(3));
  expect(source.live).toMatchObject({ seq: 3, gap: false });
});

test("a closed source stays closed", () => {
  source.close();
  vi.advanceTimersByTime(60_000);
  expect(Line.all).toHaveLength(1);
});
