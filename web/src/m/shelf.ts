import { type DBSchema, type IDBPDatabase, openDB } from "idb";

import type { Queued, Shelf } from "./queue";

interface Phone extends DBSchema {
  photos: { key: string; value: Stored };
}

/** Bytes, not a Blob: some phones lose Blobs in IndexedDB when the browser is killed. */
type Stored = Omit<Queued, "picture" | "kind"> & { kind?: Queued["kind"]; bytes: ArrayBuffer; mime: string };

let opened: Promise<IDBPDatabase<Phone>> | null = null;

function database(): Promise<IDBPDatabase<Phone>> {
  opened ??= openDB<Phone>("gateway-m", 1, {
    upgrade: (db) => void db.createObjectStore("photos", { keyPath: "key" }),
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
