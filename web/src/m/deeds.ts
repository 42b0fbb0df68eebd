import type { components } from "../api/schema";
import type { Queued, Waiting } from "./queue";

type Schemas = components["schemas"];
export type ReportBody = Omit<Schemas["ReportRequest"], "photos">;
export type VisitBody = Partial<Pick<Schemas["VisitRequest"], "token" | "point" | "note">>;

/** A photo that goes with a report; each has its own key, so that it is sent once however often that is tried. */
export interface DeedPhoto {
  key: string;
  picture: Blob;
  capturedAt: string;
}

/** What is done: a report of what somebody saw, or a visit to a point of a round. */
export type DeedBody = { kind: "report"; body: ReportBody } | { kind: "visit"; body: VisitBody };
/** A report or a visit to a point, kept on the phone until the gateway has it. */
export type Deed = Waiting & DeedBody & { photos: DeedPhoto[] };

/** What the gateway is asked for a deed; each call may be repeated. */
export interface DeedLink {
  photo: (photo: Queued) => Promise<{ sha256: string }>;
  report: (body: Schemas["ReportRequest"], key: string) => Promise<unknown>;
  visit: (body: Schemas["VisitRequest"], key: string) => Promise<unknown>;
}

/**
 * Sends the photos of a deed and then the deed; it happened when it was made, not when it arrives. `arrived` remembers
 * the hash of each photo that is up, so that on a bad line the next try goes on where this one broke.
 */
export async function sendDeed(deed: Deed, link: DeedLink, arrived: Map<string, string>): Promise<void> {
  const photos: { sha256: string; captured_at: string }[] = [];
  for (const { key, picture, capturedAt } of deed.photos) {
    const sha256 = arrived.get(key) ?? (await link.photo({ key, picture, capturedAt, owner: deed.owner, incident: "", kind: "photo", refused: null })).sha256;
    arrived.set(key, sha256);
    photos.push({ sha256, captured_at: capturedAt });
  }
  if (deed.kind === "report") await link.report({ ...deed.body, photos }, deed.key);
  else await link.visit({ note: "", ...deed.body, at: deed.capturedAt, photos: photos.map((photo) => photo.sha256) }, deed.key);
}

/** The token in what a square code says: an address with `p`, or the token itself as somebody typed it. */
export function tokenIn(text: string): string {
  const words = text.trim();
  const given = /[?&]p=([^&#\s]+)/.exec(words);
  return given?.[1] ? decodeURIComponent(given[1]) : words;
}
