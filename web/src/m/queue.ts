import { type Refusal } from "../api/client";

/** Whose something is. */
export interface Owner {
  id: string;
  name: string;
}

/** Something kept on the phone until the gateway has it. `key` makes a repeated sending harmless. */
export interface Waiting {
  key: string;
  capturedAt: string;
  /** Who made it: a phone may be shared, and a thing goes out under nobody else. Null: kept by a page that did not ask yet. */
  owner: Owner | null;
  /** Why the gateway will never take it; it stays until the person has read it. */
  refused: { zh: string; en: string } | null;
}

/** A photo or voice note. `incident` is empty while it belongs to a report that is not there yet. */
export interface Queued extends Waiting {
  incident: string;
  kind: "photo" | "voice";
  picture: Blob;
}

/** Where things wait: IndexedDB on the phone, a plain map in tests. */
export interface Shelf<T extends Waiting = Queued> {
  all: () => Promise<T[]>;
  put: (item: T) => Promise<void>;
  remove: (key: string) => Promise<void>;
}

/** Refusals of an upload after which the same file may still arrive. */
const AGAIN = ["upload_offset", "upload_damaged", "upload_incomplete", "upload_mismatch"];

/** What an error means for a waiting photo: try again later, or never. */
export function isFinal(error: { status: number; code?: string | undefined }): boolean {
  if (error.code !== undefined && AGAIN.includes(error.code)) return false;
  return error.status >= 400 && error.status < 500 && ![401, 403, 408, 425, 429].includes(error.status);
}

/** No line (0), a login that ran out, too much at once, a gateway that cannot store now: the next thing would meet the same. */
const endsRound = (status: number | undefined): boolean => status !== undefined && [0, 401, 429, 502, 503, 504].includes(status);

/**
 * Sends what waits, oldest first, one at a time. A thing leaves the shelf only after the gateway has answered
 * for it. Where no line, no login or no room is left the round ends; anything else that goes wrong with one thing
 * holds back that thing alone, until the next round. `left` hears of each that has left. Returns how many went up.
 */
export async function sendWaiting<T extends Waiting>(
  shelf: Shelf<T>,
  upload: (item: T) => Promise<unknown>,
  left: (item: T) => Promise<void> | void = () => undefined,
): Promise<number> {
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
      if (endsRound(refusal.status)) return sent;
      continue;
    }
    await shelf.remove(photo.key);
    sent += 1;
    await left(photo);
  }
  return sent;
}
