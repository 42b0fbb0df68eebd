import type { Evidence, Photo } from "../../api/views";

/** One piece to look at: what it is, when it was taken, against the moment of the alarm. */
export interface Moment {
  sha256: string;
  mime: string;
  at: string | null;
  by: string;
  /** What the camera saw in it, as shares of the picture; null: it named nothing. */
  box: number[] | null;
  /** Seconds after the alarm (negative: before it); null when nobody knows. */
  after: number | null;
}

/** Returns everything there is to look at, in the order in which it was taken; what has no time comes last. */
export function momentsOf(evidence: Evidence[], photos: Photo[], openedAt: string): Moment[] {
  const after = (at: string | null): number | null => (at === null ? null : Math.round((Date.parse(at) - Date.parse(openedAt)) / 1000));
  const pieces = [
    ...evidence.filter((each) => /^(image|video)\//.test(each.mime)).map((each) => ({ sha256: each.sha256, mime: each.mime, at: each.at, by: "", box: each.box ?? null })),
    ...photos.filter((photo) => photo.mime.startsWith("image/")).map((photo) => ({ sha256: photo.sha256, mime: photo.mime, at: photo.captured_at ?? photo.received_at, by: photo.by.name, box: null })),
  ];
  const once = [...new Map(pieces.map((piece) => [piece.sha256, piece])).values()];
  return once
    .map((piece) => ({ ...piece, after: after(piece.at) }))
    .sort((a, b) => (a.after ?? Number.POSITIVE_INFINITY) - (b.after ?? Number.POSITIVE_INFINITY) || (a.sha256 < b.sha256 ? -1 : 1));
}

const AT_ONCE_S = 3;

/** Before, at or after the alarm; null when nobody knows. */
export function phaseOf(moment: Moment): "before" | "at" | "after" | null {
  if (moment.after === null) return null;
  return Math.abs(moment.after) <= AT_ONCE_S ? "at" : moment.after < 0 ? "before" : "after";
}

/** Where to begin: the piece nearest to the alarm. */
export function firstLook(moments: Moment[]): number {
  let best = 0;
  moments.forEach((moment, index) => {
    const nearest = moments[best]?.after ?? null;
    if (moment.after !== null && (nearest === null || Math.abs(moment.after) < Math.abs(nearest))) best = index;
  });
  return best;
}
