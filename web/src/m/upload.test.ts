import { describe, expect, it } from "vitest";

import type { Queued } from "./queue";
import { sha256 } from "./sha256";
import { CHUNK_BYTES, type Link, sendInChunks } from "./upload";

const content = Uint8Array.from({ length: 3 * CHUNK_BYTES + 17 }, (_, i) => (i * 31) & 255);
const item: Queued = { key: "k", incident: "c", kind: "photo", picture: new Blob([content]), capturedAt: "2026-03-06T03:00:00Z", owner: null, refused: null };

/** A gateway that keeps what it gets; `breaks` throws after that many chunks. */
function gateway(breaks = Infinity) {
  const held: number[] = [];
  let chunks = 0;
  const link: Link = {
    announce: async () => ({ id: "u", state: "open", offset: held.length }),
    add: async (_, offset, chunk, checksum) => {
      if (chunks >= breaks) throw { status: 0, code: "unreachable" };
      chunks += 1;
      expect(checksum).toBe(sha256(chunk));
      if (offset > held.length) throw { status: 409, code: "upload_offset", facts: { offset: held.length } };
      held.splice(offset, chunk.length, ...chunk);
      return held.length;
    },
    finish: async () => ({ sha256: sha256(Uint8Array.from(held)) }),
  };
  return { link, held, mend: () => void (breaks = Infinity) };
}

describe("an upload in chunks", () => {
  it("tells how far it is and arrives whole", async () => {
    const { link } = gateway();
    const told: number[] = [];
    expect(await sendInChunks(item, link, (done) => told.push(done))).toEqual({ sha256: sha256(content) });
    expect(told[0]).toBe(0);
    expect(told[told.length - 1]).toBe(1);
    expect(told).toHaveLength(5);
  });

  it("goes on where the link broke", async () => {
    const { link, held, mend } = gateway(2);
    await expect(sendInChunks(item, link, () => {})).rejects.toMatchObject({ code: "unreachable" });
    expect(held).toHaveLength(2 * CHUNK_BYTES);
    mend();
    const told: number[] = [];
    await sendInChunks(item, link, (done) => told.push(done));
    expect(told[0]).toBeGreaterThan(0.6);
    expect(sha256(Uint8Array.from(held))).toBe(sha256(content));
  });

  it("goes on where the gateway says when a part was lost there", async () => {
    const { link, held } = gateway();
    const lossy: Link = { ...link, announce: async () => ({ id: "u", state: "open", offset: CHUNK_BYTES }) };
    await sendInChunks(item, lossy, () => {});
    expect(held).toHaveLength(content.length);
  });

  it("gives up on a gateway that says the same again and again", async () => {
    const { link } = gateway();
    const stuck: Link = {
      ...link,
      add: async () => {
        throw { status: 422, code: "upload_damaged", facts: { offset: 0 } };
      },
    };
    await expect(sendInChunks(item, stuck, () => {})).rejects.toMatchObject({ code: "upload_damaged" });
  });
});
