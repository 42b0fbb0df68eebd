import { type DBSchema, type IDBPDatabase, openDB } from "idb";

import type { Deed, DeedBody, DeedPhoto } from "./deeds";
import type { Draft } from "./draft";
import type { Queued, Shelf, Waiting } from "./queue";

interface Phone extends DBSchema {
  photos: { key: string; value: Stored };
  deeds: { key: string; value: StoredDeed };
  drafts: { key: string; value: StoredDraft };
}

/** Bytes, not a Blob: some phones lose Blobs in IndexedDB when the browser is killed. */
type Stored = Omit<Queued, "picture" | "kind"> & { kind?: Queued["kind"]; bytes: ArrayBuffer; mime: string };

/** The same for what goes with a report or a visit. */
type StoredPhoto = Omit<DeedPhoto, "picture"> & { bytes: ArrayBuffer; mime: string };
type StoredDeed = Waiting & DeedBody & { photos: StoredPhoto[] };
type StoredDraft = Omit<Draft, "photos"> & { photos: StoredPhoto[] };

const stored = async ({ picture, ...photo }: DeedPhoto): Promise<StoredPhoto> => ({ ...photo, mime: picture.type, bytes: await picture.arrayBuffer() });
const shown = ({ bytes, mime, ...photo }: StoredPhoto): DeedPhoto => ({ ...photo, picture: new Blob([bytes], { type: mime }) });

let opened: Promise<IDBPDatabase<Phone>> | null = null;

function database(): Promise<IDBPDatabase<Phone>> {
  opened ??= openDB<Phone>("gateway-m", 3, {
    upgrade: (db, before) => {
      if (before < 1) db.createObjectStore("photos", { keyPath: "key" });
      if (before < 2) db.createObjectStore("deeds", { keyPath: "key" });
      if (before < 3) db.createObjectStore("drafts");
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
  all: async () => (await (await database()).getAll("deeds")).map((deed) => ({ ...deed, photos: deed.photos.map(shown) })),
  put: async (deed) => {
    const photos = await Promise.all(deed.photos.map(stored));
    await (await database()).put("deeds", { ...deed, photos });
  },
  remove: async (key) => (await database()).delete("deeds", key),
};

/** The report that somebody is writing: one on each phone, for each person. */
export const draftShelf = {
  get: async (person: string): Promise<Draft | null> => {
    const found = await (await database()).get("drafts", person);
    return found ? { ...found, photos: found.photos.map(shown) } : null;
  },
  put: async (person: string, { photos, ...draft }: Draft): Promise<void> => {
    const kept = await Promise.all(photos.map(stored));
    await (await database()).put("drafts", { ...draft, photos: kept }, person);
  },
  remove: async (person: string): Promise<void> => (await database()).delete("drafts", person),
};
