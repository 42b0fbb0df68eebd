import { describe, expect, test } from "vitest";

import type { Level } from "../api/views";
import { incident, row } from "./fixture";
import { decide, drillsHeard, isLoud, type Ledger, MUTE_MS, RED_BREAKS_MUTE_MS } from "./sound";

const line = (key: string, level: Level) => ({ key, level });

/** Plays second by second; returns at which seconds which line sounded. */
function listen(loud: (second: number) => { key: string; level: Level }[], seconds: number, mutedUntil = 0): [number, string][] {
  let ledger: Ledger = {};
  const heard: [number, string][] = [];
  for (let second = 0; second <= seconds; second += 1) {
    const decision = decide(loud(second), ledger, second * 1000, mutedUntil);
    ledger = decision.ledger;
    if (decision.play) heard.push([second, decision.play.key]);
  }
  return heard;
}

describe("decide", () => {
  test("red sounds every five seconds until it is confirmed", () => {
    const heard = listen((second) => (second < 12 ? [line("fire", "L1")] : []), 30);
    expect(heard).toEqual([
      [0, "fire"],
      [5, "fire"],
      [10, "fire"],
    ]);
  });

  test("orange sounds four times, half a minute apart; yellow once; blue never", () => {
    expect(listen(() => [line("gate", "L2")], 200).map(([second]) => second)).toEqual([0, 30, 60, 90]);
    expect(listen(() => [line("shed", "L3")], 200)).toEqual([[0, "shed"]]);
    expect(listen(() => [line("bins", "L4")], 200)).toEqual([]);
  });

  test("one sound at a time: while red stands, the others wait", () => {
    const heard = listen((second) => [...(second < 8 ? [line("fire", "L1")] : []), line("gate", "L2")], 10);
    expect(heard).toEqual([
      [0, "fire"],
      [5, "fire"],
      [8, "gate"],
    ]);
  });

  test("two red alarms share one sound", () => {
    expect(listen(() => [line("a", "L1"), line("b", "L1")], 6)).toEqual([
      [0, "a"],
      [5, "a"],
    ]);
  });

  test("a line that turns red sounds red at once, also right after its orange sound or when that is over", () => {
    const turning = (at: number) => listen((second) => [line("lift", second < at ? "L2" : "L1")], at + 6).slice(-2);
    expect(turning(1)).toEqual([[1, "lift"], [6, "lift"]]);
    expect(turning(200)).toEqual([[200, "lift"], [205, "lift"]]);
  });

  test("a line that is lowered does not begin its sound anew", () => {
    expect(listen((second) => [line("lift", second < 1 ? "L1" : "L3")], 20)).toEqual([[0, "lift"]]);
  });

  test("mute holds orange back, and red only for the first minute", () => {
    expect(listen(() => [line("gate", "L2")], 60, MUTE_MS)).toEqual([]);
    const [first] = listen(() => [line("fire", "L1")], 120, MUTE_MS);
    expect(first?.[0]).toBe(RED_BREAKS_MUTE_MS / 1000);
  });
});

describe("isLoud", () => {
  test("a case asks for an ear until it is verified or confirmed on this seat", () => {
    const waiting = row({ key: "n", incident: incident({}) });
    expect(isLoud(waiting, new Map())).toBe(true);
    expect(isLoud(waiting, new Map([["n", "L2"]]))).toBe(false);
    expect(isLoud(row({ key: "n", incident: incident({ state: "accepted" }) }), new Map())).toBe(false);
  });
  test("what was answered here as orange and turns red asks again", () => {
    const red = row({ key: "n", level: "L1", tab: "waiting", incident: incident({ level: "L1", state: "dispatched" }) });
    expect(isLoud(red, new Map([["n", "L2"]]))).toBe(true);
    expect(isLoud(red, new Map([["n", "L1"]]))).toBe(false);
  });
  test("a red case that went out by itself still sounds until somebody has seen it", () => {
    const sent = (tab: "waiting" | "sent") => row({ key: "n", level: "L1", tab, incident: incident({ level: "L1", state: "dispatched" }) });
    expect(isLoud(sent("waiting"), new Map())).toBe(true);
    expect(isLoud(sent("sent"), new Map())).toBe(false);
  });
});

describe("drillsHeard", () => {
  const drill = row({ key: "d", level: "L1", incident: incident({ number: "d", drill: true }) });
  const fire = row({ key: "f", level: "L1", incident: incident({ number: "f" }) });
  const hear = (rows: typeof drill[], now: number, before: Ledger = {}, mutedUntil = 0) => {
    const { ledger } = decide(rows, before, now, mutedUntil);
    return { heard: drillsHeard(rows, ledger, now), ledger };
  };
  test("names a drill when its sound begins, also when it shares the sound with a real alarm", () => {
    expect(hear([fire, drill], 1000).heard).toEqual(["d"]);
    expect(hear([fire], 1000).heard).toEqual([]);
  });
  test("is silent between two sounds, while muted, and after three", () => {
    const first = hear([drill], 1000);
    expect(hear([drill], 2000, first.ledger).heard).toEqual([]);
    expect(hear([drill], 1000, {}, 9000).heard).toEqual([]);
    let ledger = first.ledger;
    const said = [6000, 11_000, 16_000].map((now) => {
      const next = hear([drill], now, ledger);
      ledger = next.ledger;
      return next.heard.length;
    });
    expect(said).toEqual([1, 1, 0]);
  });
});
