import { type DBSchema, type IDBPDatabase, openDB } from "idb";

import type { Deed, DeedBody, DeedPhoto } from "./deeds";
import type { Queued, Shelf, Waiting } from "./queue";

interface Phone extends DBSchema {
  photos: { key: string; value: Stored };
  deeds: { key: string; value: StoredDeed };
}

/** Bytes, not a Blob: some phones lose Blobs in IndexedDB when the browser is killed. */
type Stored = Omit<Queued, "picture" | "kind"> & { kind?: Queued["kind"]; bytes: ArrayBuffer; mime: string };

/** The same for what goes with a report or a visit. */
type StoredDeed = Waiting & DeedBody & { photos: (Omit<DeedPhoto, "picture"> & { bytes: ArrayBuffer; mime: string })[] };

let opened: Promise<IDBPDatabase<Phone>> | null = null;

function database(): Promise<IDBPDatabase<Phone>> {
  opened ??= openDB<Phone>("gateway-m", 2, {
    upgrade: (db, before) => {
      if (before < 1) db.createObjectStore("photos", { keyPath: "key" });
      if (before < 2) db.createObjectStore("deeds", { keyPath: "key" });
    },
  });
  return opened;
}

/** The shelf of this phone; survives closing the page, a flat battery and a restart. */
export const phoneShelf: Shelf = {
  all: async () =>
    (await (await database()).getAll("photos")).map(({ bytes, mime, ...photo }) => ({ ...photo, kind: photo.kind ?? "photo", picture: new Blob([bytes], { type: mime }) })),
  put: async ({ picture, ...photo }) => {
    const bytes = await picture.arrayBuffer();
    await (await database()).put("photos", { ...photo, bytes, mime: picture.type });
  },
  remove: async (key) => (await database()).delete("photos", key),
};

/** Reports and visits of this phone that wait; kept the same way. */
export const deedShelf: Shelf<Deed> = {
  all: async () =>
    (await (await database()).getAll("deeds")).map((deed) => ({
      ...deed,
      photos: deed.photos.map(({ bytes, mime, ...photo }) => ({ ...photo, picture: new Blob([bytes], { type: mime }) })),
    })),
  put: async (deed) => {
    const kept = await Promise.all(deed.photos.map(async ({ picture, ...photo }) => ({ ...photo, mime: picture.type, bytes: await picture.arrayBuffer() })));
    await (await database()).put("deeds", { ...deed, photos: kept });
  },
  remove: async (key) => (await database()).delete("deeds", key),
};
