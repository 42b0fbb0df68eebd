import { describe, expect, test } from "vitest";

import { Refusal } from "../api/client";
import { type Queued, sendWaiting, type Shelf } from "./queue";

function shelfOf(...photos: Queued[]): Shelf & { kept: Map<string, Queued> } {
  const kept = new Map(photos.map((each) => [each.key, each]));
  return {
    kept,
    all: () => Promise.resolve([...kept.values()]),
    put: (each) => Promise.resolve(void kept.set(each.key, each)),
    remove: (key) => Promise.resolve(void kept.delete(key)),
  };
}

const photo = (key: string, capturedAt: string): Queued => ({ key, incident: "n1", kind: "photo", picture: new Blob(["x"]), capturedAt, owner: null, refused: null });
const words = { zh: "图片不能用", en: "Picture refused" };
const twenty = () => Array.from({ length: 20 }, (_, index) => photo(`k${index}`, `2026-03-01T10:00:${String(index).padStart(2, "0")}+08:00`));

describe("sendWaiting", () => {
  test("sends everything once, oldest first, and leaves nothing behind", async () => {
    const shelf = shelfOf(...twenty().reverse());
    const seen: string[] = [];
    const sent = await sendWaiting(shelf, (each) => Promise.resolve(void seen.push(each.key)).then(() => ({ sha256: "h" })));
    expect(sent).toBe(20);
    expect(seen).toEqual(twenty().map((each) => each.key));
    expect(shelf.kept.size).toBe(0);
  });

  test("a lost network keeps the photo and its key, so that a repeat is the same photo", async () => {
    const shelf = shelfOf(...twenty());
    const stored = new Set<string>();
    let calls = 0;
    const flaky = (each: Queued) => {
      calls += 1;
      if (calls % 3 === 0) {
        stored.add(each.key); // the gateway has it, the answer is lost on the way
        return Promise.reject(new Refusal(0, "unreachable", words));
      }
      stored.add(each.key);
      return Promise.resolve({ sha256: each.key });
    };
    for (let round = 0; round < 30 && shelf.kept.size > 0; round += 1) await sendWaiting(shelf, flaky);
    expect(shelf.kept.size).toBe(0);
    expect(stored.size).toBe(20);
  });

  test("a photo that can never be taken is set aside with its reason; the others go on", async () => {
    const shelf = shelfOf(photo("bad", "2026-03-01T10:00:00+08:00"), photo("good", "2026-03-01T10:00:01+08:00"));
    const sent = await sendWaiting(shelf, (each) =>
      each.key === "bad" ? Promise.reject(new Refusal(422, "bad_picture", words)) : Promise.resolve({ sha256: "h" }),
    );
    expect(sent).toBe(1);
    expect([...shelf.kept.values()]).toMatchObject([{ key: "bad", refused: words }]);
  });

  test("what goes wrong with one photo alone holds back no other, and it is tried again", async () => {
    for (const error of [new Refusal(500, "x", words), new Refusal(403, "x", words), new Error("ended as refused")]) {
      const shelf = shelfOf(photo("odd", "2026-03-01T10:00:00+08:00"), photo("good", "2026-03-01T10:00:01+08:00"));
      const gone: string[] = [];
      const sent = await sendWaiting(
        shelf,
        (each) => (each.key === "odd" ? Promise.reject(error) : Promise.resolve({ sha256: "h" })),
        (each) => void gone.push(each.key),
      );
      expect([sent, gone]).toEqual([1, ["good"]]);
      expect([...shelf.kept.values()]).toMatchObject([{ key: "odd", owner: null, refused: null }]);
    }
  });

  test("a login that ran out and a full store are waited for, not given up", async () => {
    for (const status of [401, 429, 503]) {
      const shelf = shelfOf(photo("k", "2026-03-01T10:00:00+08:00"));
      expect(await sendWaiting(shelf, () => Promise.reject(new Refusal(status, "x", words)))).toBe(0);
      expect(shelf.kept.get("k")?.refused).toBeNull();
    }
  });
});
