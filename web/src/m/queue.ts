import { type Refusal } from "../api/client";

/** A photo or voice note kept on the phone until the gateway has it. `key` makes a repeated upload harmless. */
export interface Queued {
  key: string;
  incident: string;
  kind: "photo" | "voice";
  picture: Blob;
  capturedAt: string;
  /** Why the gateway will never take it; it stays until the person has read it. */
  refused: { zh: string; en: string } | null;
}

/** Where photos wait: IndexedDB on the phone, a plain map in tests. */
export interface Shelf {
  all: () => Promise<Queued[]>;
  put: (photo: Queued) => Promise<void>;
  remove: (key: string) => Promise<void>;
}

export type Upload = (photo: Queued) => Promise<{ sha256: string }>;

/** Refusals of an upload after which the same file may still arrive. */
const AGAIN = ["upload_offset", "upload_damaged", "upload_incomplete", "upload_mismatch"];

/** What an error means for a waiting photo: try again later, or never. */
export function isFinal(error: { status: number; code?: string | undefined }): boolean {
  if (error.code !== undefined && AGAIN.includes(error.code)) return false;
  return error.status >= 400 && error.status < 500 && ![401, 403, 408, 425, 429].includes(error.status);
}

/**
 * Sends what waits, oldest first, one at a time. A photo leaves the shelf only after the gateway has answered
 * for it; the first failure of the network ends the round. Returns how many went up.
 */
export async function sendWaiting(shelf: Shelf, upload: Upload): Promise<number> {
  const waiting = (await shelf.all()).filter((photo) => photo.refused === null);
  waiting.sort((a, b) => (a.capturedAt < b.capturedAt ? -1 : 1));
  let sent = 0;
  for (const photo of waiting) {
    try {
      await upload(photo);
    } catch (error) {
      const refusal = error as Partial<Refusal>;
      if (typeof refusal.status === "number" && refusal.detail && isFinal({ status: refusal.status, code: refusal.code })) {
        await shelf.put({ ...photo, refused: refusal.detail });
        continue;
      }
      return sent;
    }
    await shelf.remove(photo.key);
    sent += 1;
  }
  return sent;
}
