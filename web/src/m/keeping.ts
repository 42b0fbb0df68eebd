import { create } from "zustand";

import { api, said } from "../api/client";
import { report } from "../api/gateway";
import { freshKey } from "../api/idempotency";
import { queries } from "../parts/session";
import { type Deed, type DeedLink, type DeedPhoto, sendDeed } from "./deeds";
import { gatewayLink } from "./link";
import { isStillHere, owner } from "./present";
import { sendWaiting } from "./queue";
import { deedShelf } from "./shelf";
import { shrink } from "./shrink";
import { sendInChunks } from "./upload";
import { type Others, othersIn, shelfOf } from "./whose";

/** Reports and visits that this phone still holds: those of whoever is logged in, and whose else there are. */
export const useDeeds = create<{ waiting: Deed[]; others: Others[] }>(() => ({ waiting: [], others: [] }));

const link: DeedLink = {
  photo: (photo) => sendInChunks(photo, gatewayLink, () => undefined),
  report,
  visit: (body, key) => said(api.POST("/api/patrols/visits", { params: { header: { "Idempotency-Key": key } }, body })),
};

/** Hashes of photos that are up, by their key, for as long as the page is open. */
const arrived = new Map<string, string>();

type Fresh = Deed extends infer One ? (One extends Deed ? Pick<One, "kind" | "body" | "photos"> : never) : never;

/** Keeps a report or a visit on the phone; only then is it on its way. */
export async function keepDeed(fresh: Fresh): Promise<void> {
  const kept = { ...fresh, key: freshKey(), capturedAt: new Date().toISOString(), owner: owner(), refused: null } as Deed;
  await deedShelf.put(kept);
  await recount();
  void sendDeeds();
}

export async function forgetDeed(key: string): Promise<void> {
  await deedShelf.remove(key);
  await recount();
}

/** Shrinks a photo for a report that is still being written. */
export async function photoOf(file: File): Promise<DeedPhoto> {
  return { key: freshKey(), picture: await shrink(file), capturedAt: new Date(file.lastModified || Date.now()).toISOString() };
}

async function recount(): Promise<void> {
  const person = owner()?.id ?? "";
  useDeeds.setState({ waiting: await shelfOf(deedShelf, person).all(), others: othersIn(await deedShelf.all(), person) });
}

let running: Promise<void> | null = null;

function sendDeeds(): Promise<void> {
  running ??= (async () => {
    try {
      await recount(); // also what another tab has kept
      const person = owner();
      if (!person || useDeeds.getState().waiting.length === 0 || !(await isStillHere(person))) return;
      const sent = await sendWaiting(shelfOf(deedShelf, person.id), (deed) => sendDeed(deed, link, arrived));
      await recount();
      if (sent > 0) void queries.invalidateQueries({ queryKey: ["patrols"] });
    } finally {
      running = null;
    }
  })();
  return running;
}

const TRY_AGAIN_MS = 15_000;

/** Resumes on opening, when the network comes back, and every quarter of a minute while something waits. */
export function startDeeds(): () => void {
  const go = () => void sendDeeds();
  const seen = () => document.visibilityState === "visible" && go();
  window.addEventListener("online", go);
  document.addEventListener("visibilitychange", seen);
  const timer = setInterval(() => useDeeds.getState().waiting.some((deed) => deed.refused === null) && go(), TRY_AGAIN_MS);
  void recount().then(go);
  return () => {
    window.removeEventListener("online", go);
    document.removeEventListener("visibilitychange", seen);
    clearInterval(timer);
  };
}
