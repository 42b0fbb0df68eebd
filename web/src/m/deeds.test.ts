import { expect, test } from "vitest";

import { Refusal } from "../api/client";
import { type Deed, type DeedLink, sendDeed, tokenIn } from "./deeds";
import { sendWaiting, type Shelf } from "./queue";

const AT = "2026-03-01T03:00:00.000Z";
const report: Deed = {
  key: "r1",
  kind: "report",
  capturedAt: AT,
  owner: null, refused: null,
  body: { text: "井盖缺失", place: { building: "3" } },
  photos: [
    { key: "p1", picture: new Blob(["a"]), capturedAt: AT },
    { key: "p2", picture: new Blob(["b"]), capturedAt: AT },
  ],
};
const visit: Deed = { key: "v1", kind: "visit", capturedAt: AT, owner: null, refused: null, body: { point: "zone:cellar" }, photos: [] };

function gateway(fail: (call: number) => boolean) {
  const heard: Record<string, unknown> = {};
  let calls = 0;
  const take = (key: string, said: unknown) => {
    calls += 1;
    heard[key] = said; // it may have arrived although the answer is lost
    return fail(calls) ? Promise.reject(new Refusal(0, "unreachable", { zh: "", en: "" })) : Promise.resolve({ sha256: `hash-${key}` });
  };
  const link: DeedLink = { photo: (photo) => take(photo.key, photo.capturedAt), report: (body, key) => take(key, body), visit: (body, key) => take(key, body) };
  return { heard, link };
}

test("a report brings its photos first, each with the time at which it was taken", async () => {
  const { heard, link } = gateway(() => false);
  await sendDeed(report, link, new Map());
  expect(heard.r1).toEqual({
    ...report.body,
    photos: [
      { sha256: "hash-p1", captured_at: AT },
      { sha256: "hash-p2", captured_at: AT },
    ],
  });
});

test("a visit was when the phone noted it", async () => {
  const { heard, link } = gateway(() => false);
  await sendDeed(visit, link, new Map());
  expect(heard.v1).toEqual({ point: "zone:cellar", note: "", at: AT, photos: [] });
});

test("on a line that breaks at every third call everything arrives under its one key", async () => {
  const kept = new Map([report, visit].map((deed) => [deed.key, deed]));
  const shelf: Shelf<Deed> = {
    all: () => Promise.resolve([...kept.values()]),
    put: (deed) => Promise.resolve(void kept.set(deed.key, deed)),
    remove: (key) => Promise.resolve(void kept.delete(key)),
  };
  const { heard, link } = gateway((call) => call % 3 === 0);
  const arrived = new Map<string, string>();
  for (let round = 0; round < 20 && kept.size > 0; round += 1) await sendWaiting(shelf, (deed) => sendDeed(deed, link, arrived));
  expect(kept.size).toBe(0);
  expect(Object.keys(heard).sort()).toEqual(["p1", "p2", "r1", "v1"]);
});

test("a code is an address or its token", () => {
  expect(tokenIn("http://gateway.lan/report?p=abc.def&x=1")).toBe("abc.def");
  expect(tokenIn(" abc.def ")).toBe("abc.def");
});
