import type { Queued } from "./queue";
import { sha256 } from "./sha256";

/** What a chunk holds at most: small enough to get through a bad link before it breaks again. */
export const CHUNK_BYTES = 64 * 1024;
const TRIES = 6;

export interface Announced {
  id: string;
  state: "open" | "done" | "refused";
  offset: number;
}

/** The gateway's side of an upload; each call may be repeated. */
export interface Link {
  announce: (item: Queued, facts: { sha256: string; size: number }) => Promise<Announced>;
  /** Adds a chunk and says how much is there. */
  add: (id: string, offset: number, chunk: Uint8Array, checksum: string) => Promise<number>;
  finish: (id: string) => Promise<{ sha256: string }>;
}

/** Where the gateway says to go on after it refused a chunk, or null when the refusal does not say. */
function goOn(error: unknown): number | null {
  const { code, facts } = error as { code?: string; facts?: { offset?: unknown } };
  const known = code === "upload_offset" || code === "upload_damaged" || code === "upload_incomplete";
  return known && typeof facts?.offset === "number" ? facts.offset : null;
}

/** Sends what is not there yet, chunk by chunk, and finishes. `tell` hears how far it is, from 0 to 1, `name` its hash. */
export async function sendInChunks(
  item: Queued,
  link: Link,
  tell: (done: number) => void,
  name: (sha256: string) => void = () => undefined,
): Promise<{ sha256: string }> {
  const bytes = new Uint8Array(await item.picture.arrayBuffer());
  const size = bytes.length;
  const hash = sha256(bytes);
  name(hash);
  const begun = await link.announce(item, { sha256: hash, size });
  let offset = begun.offset;
  for (let tries = 0; ; ) {
    tell(size ? offset / size : 1);
    try {
      if (begun.state !== "open" || offset >= size) return await link.finish(begun.id);
      const chunk = bytes.subarray(offset, offset + CHUNK_BYTES);
      offset = await link.add(begun.id, offset, chunk, sha256(chunk));
    } catch (error) {
      const from = goOn(error);
      tries += 1;
      if (from === null || tries >= TRIES) throw error;
      offset = from;
    }
  }
}
