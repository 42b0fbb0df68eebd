import { create } from "zustand";

export const UNDO_MS = 8_000;

/** Words of a notice, said in the language the page has when they are read. */
export type Words = () => string;

interface Notice {
  text: Words;
  /** Refused or failed: shown stronger and until it is closed. */
  wrong: boolean;
  undo: (() => void) | null;
  until: number;
  id: number;
}

interface Notices {
  notice: Notice | null;
  tell: (text: Words, undo?: (() => void) | null) => void;
  warn: (text: Words) => void;
  clear: () => void;
}

let last = 0;

/** The one line at the foot of the page: what was done (with undo for eight seconds), or why it was not. */
export const useNotices = create<Notices>((set, get) => {
  const show = (notice: Omit<Notice, "id">) => {
    const id = (last += 1);
    set({ notice: { ...notice, id } });
    setTimeout(() => {
      if (get().notice?.id === id) set({ notice: null });
    }, notice.until - Date.now());
  };
  return {
    notice: null,
    tell: (text, undo = null) => show({ text, undo, wrong: false, until: Date.now() + UNDO_MS }),
    warn: (text) => show({ text, undo: null, wrong: true, until: Date.now() + 2 * UNDO_MS }),
    clear: () => set({ notice: null }),
  };
});
