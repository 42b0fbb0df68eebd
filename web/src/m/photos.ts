import { create } from "zustand";

import { freshKey } from "../api/idempotency";
import { queries } from "../parts/session";
import { gatewayLink } from "./link";
import { isStillHere, owner } from "./present";
import { type Queued, sendWaiting } from "./queue";
import { phoneShelf } from "./shelf";
import { shrink } from "./shrink";
import { sendInChunks } from "./upload";
import { type Others, othersIn, shelfOf } from "./whose";

interface Photos {
  /** What whoever is logged in has kept on this phone. */
  waiting: Queued[];
  /** Whose else there is something. */
  others: Others[];
  /** Hashes of what went up from this phone since the page was opened, by case. */
  sent: Record<string, string[]>;
  /** How much of what is going up now has arrived, from 0 to 1, by its key. */
  arrived: Record<string, number>;
  /** What is going up, and what has gone up from this page: its key by the hash that the gateway knows it by. */
  known: Record<string, string>;
}

export const usePhotos = create<Photos>(() => ({ waiting: [], others: [], sent: {}, arrived: {}, known: {} }));

async function recount(): Promise<void> {
  const person = owner()?.id ?? "";
  usePhotos.setState({ waiting: await shelfOf(phoneShelf, person).all(), others: othersIn(await phoneShelf.all(), person) });
}

/** Shrinks a photo and keeps it on the phone; only then is it on its way. */
export async function keep(incident: string, file: File): Promise<void> {
  const capturedAt = new Date(file.lastModified || Date.now()).toISOString();
  await put({ incident, kind: "photo", picture: await shrink(file), capturedAt });
}

/** Keeps a voice note on the phone; `capturedAt` is when it was begun. */
export async function keepVoice(incident: string, voice: Blob, capturedAt: Date): Promise<void> {
  await put({ incident, kind: "voice", picture: voice, capturedAt: capturedAt.toISOString() });
}

async function put(item: Pick<Queued, "incident" | "kind" | "picture" | "capturedAt">): Promise<void> {
  await phoneShelf.put({ ...item, key: freshKey(), owner: owner(), refused: null });
  await recount();
  void sendAll();
}

export async function forget(key: string): Promise<void> {
  await phoneShelf.remove(key);
  await recount();
}

let running: Promise<void> | null = null;

/** Sends what waits; calls while it runs join the running round. */
export function sendAll(): Promise<void> {
  running ??= (async () => {
    try {
      await recount(); // also what another tab has kept
      const person = owner();
      if (!person || usePhotos.getState().waiting.length === 0 || !(await isStillHere(person))) return;
      await sendWaiting(shelfOf(phoneShelf, person.id), async (photo) => {
        const tell = (done: number) => usePhotos.setState(({ arrived }) => ({ arrived: { ...arrived, [photo.key]: done } }));
        const name = (sha256: string) => usePhotos.setState(({ known }) => ({ known: { ...known, [sha256]: photo.key } }));
        const answer = await sendInChunks(photo, gatewayLink, tell, name);
        usePhotos.setState((photos) => ({
          sent: { ...photos.sent, [photo.incident]: [...(photos.sent[photo.incident] ?? []), answer.sha256] },
        }));
        return answer;
      }, recount);
      usePhotos.setState({ arrived: {} });
      await recount();
      void queries.invalidateQueries({ queryKey: ["incident"] });
    } finally {
      running = null;
    }
  })();
  return running;
}

const TRY_AGAIN_MS = 15_000;

/** Resumes on opening, when the network comes back, and every quarter of a minute while something waits. */
export function startSending(): () => void {
  const go = () => void sendAll();
  const seen = () => document.visibilityState === "visible" && go();
  window.addEventListener("online", go);
  document.addEventListener("visibilitychange", seen);
  const timer = setInterval(() => usePhotos.getState().waiting.some((photo) => photo.refused === null) && go(), TRY_AGAIN_MS);
  void recount().then(go);
  return () => {
    window.removeEventListener("online", go);
    document.removeEventListener("visibilitychange", seen);
    clearInterval(timer);
  };
}
