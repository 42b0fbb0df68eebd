import { useEffect, useRef, useState } from "react";

import type { DeedPhoto } from "./deeds";
import { draftShelf } from "./shelf";
import type { Spot } from "./spots";

/** A report while it is written. It is kept on the phone at every step: a call, or a browser that is ended, loses nothing. */
export interface Draft {
  step: 0 | 1 | 2;
  photos: DeedPhoto[];
  spot: Spot | null;
  where: string;
  text: string;
}

export const EMPTY: Draft = { step: 0, photos: [], spot: null, where: "", text: "" };

/** Whether anything of it would be missed. */
export const worthKeeping = (draft: Draft): boolean => draft.photos.length > 0 || draft.text.trim() !== "" || draft.where.trim() !== "" || draft.spot !== null;

/** The report that this person was writing, or a new one. */
export function useDraft(person: string): [Draft, (change: (before: Draft) => Draft) => void] {
  const [draft, setDraft] = useState<Draft>(EMPTY);
  const newest = useRef<Draft | null>(null);
  const writing = useRef<Promise<unknown>>(Promise.resolve());
  useEffect(() => {
    let here = true;
    void draftShelf.get(person).then(
      (found) => {
        if (!here || !found || newest.current) return;
        newest.current = found;
        setDraft(found);
      },
      () => undefined, // a phone without storage: the report lives as long as the page
    );
    return () => {
      here = false;
    };
  }, [person]);
  const change = (next: (before: Draft) => Draft) => {
    const now = next(newest.current ?? EMPTY);
    newest.current = now;
    setDraft(now);
    // one after the other, so that the newest is what stays
    writing.current = writing.current.then(() => (worthKeeping(now) ? draftShelf.put(person, now) : draftShelf.remove(person))).catch(() => undefined);
  };
  return [draft, change];
}
