import { create } from "zustand";

import type { Level } from "../api/views";
import { remember, remembered } from "../look/remembered";
import type { Tab } from "./rows";

export type Panel = "dispatch" | "false" | "rework" | "note" | "open" | "clear" | "shelve" | "more" | null;
/** How the list is put together. */
export type Grouping = "none" | "building" | "kind" | "both";
const GROUPINGS: Grouping[] = ["none", "building", "kind"];

/** What this seat has open. Nothing of it belongs to the gateway. */
interface Station {
  tab: Tab;
  building: string | null;
  selected: string | null;
  /** Chosen by the pointer resting on the case, not by a click: let go when nobody is there any more. */
  pinned: boolean;
  panel: Panel;
  grouping: Grouping;
  /** Groups that a person has opened or closed against what they do by themselves. */
  turned: ReadonlySet<string>;
  /** Lines chosen for one step together; null: nobody is choosing. */
  chosen: ReadonlySet<string> | null;
  /** The picture that is open over the desk, null when none is. */
  looking: boolean;
  help: boolean;
  /** The part that the guidance explains now; null: nobody is being guided. */
  guide: number | null;
  keys: boolean;
  mutedUntil: number;
  soundOpen: boolean;
  soundHeard: boolean;
  /** What this seat has heard and answered, with the level that it had then: what becomes graver sounds again. */
  confirmedHere: ReadonlyMap<string, Level>;
  /** Words on their way into a case; they are there again when the gateway did not take them. */
  unsent: { key: string; panel: Panel; words: string } | null;
  setTab: (tab: Tab) => void;
  setBuilding: (building: string | null) => void;
  select: (key: string | null, panel?: Panel) => void;
  pin: (key: string) => void;
  setPanel: (panel: Panel) => void;
  setGrouping: (grouping: Grouping) => void;
  nextGrouping: () => void;
  turn: (group: string) => void;
  choose: (chosen: ReadonlySet<string> | null) => void;
  toggle: (key: string) => void;
  look: (looking: boolean) => void;
  setHelp: (help: boolean) => void;
  setGuide: (guide: number | null) => void;
  setKeys: (keys: boolean) => void;
  mute: (until: number) => void;
  sound: (state: { open: boolean; heard: boolean }) => void;
  confirmHere: (key: string, level: Level) => void;
  /** What was not confirmed after all sounds again. */
  unconfirmHere: (key: string) => void;
  setUnsent: (unsent: { key: string; panel: Panel; words: string } | null) => void;
}

function keyInAddress(): string | null {
  return new URLSearchParams(window.location.search).get("case");
}

/** The open case is part of the address: it can be sent to a colleague and survives a reload. */
function writeAddress(key: string | null): void {
  if (window.location.pathname !== "/duty") return; // the pages beside the desk keep their own
  const address = new URL(window.location.href);
  if (key) address.searchParams.set("case", key);
  else address.searchParams.delete("case");
  window.history.replaceState(null, "", address);
}

export const useStation = create<Station>((set) => ({
  tab: "waiting",
  building: null,
  selected: keyInAddress(),
  pinned: false,
  panel: null,
  grouping: "none",
  turned: new Set(),
  chosen: null,
  looking: false,
  help: false,
  guide: remembered("desk-shown") ? null : 0,
  keys: remembered("keys") !== "off",
  mutedUntil: 0,
  soundOpen: false,
  soundHeard: false,
  confirmedHere: new Map(),
  unsent: null,
  setTab: (tab) => set({ tab, selected: null, panel: null }),
  setBuilding: (building) => set({ building, selected: null, panel: null }),
  select: (selected, panel = null) => {
    writeAddress(selected);
    set({ selected, panel, pinned: false });
  },
  pin: (selected) => set({ selected, pinned: true }),
  setPanel: (panel) => set({ panel }),
  setGrouping: (grouping) => set({ grouping, turned: new Set() }),
  nextGrouping: () =>
    set(({ grouping }) => ({ grouping: GROUPINGS[(GROUPINGS.indexOf(grouping) + 1) % GROUPINGS.length] ?? "none", turned: new Set() })),
  turn: (group) => set(({ turned }) => ({ turned: turned.has(group) ? new Set([...turned].filter((each) => each !== group)) : new Set([...turned, group]) })),
  choose: (chosen) => set({ chosen }),
  toggle: (key) =>
    set(({ chosen }) => ({ chosen: chosen?.has(key) ? new Set([...chosen].filter((each) => each !== key)) : new Set([...(chosen ?? []), key]) })),
  look: (looking) => set({ looking }),
  setHelp: (help) => set({ help }),
  setGuide: (guide) => {
    if (guide === null) remember("desk-shown", "1"); // read to the end or sent away: it does not come back by itself
    set({ guide });
  },
  setKeys: (keys) => {
    remember("keys", keys ? "on" : "off");
    set({ keys });
  },
  mute: (mutedUntil) => set({ mutedUntil }),
  sound: ({ open, heard }) => set({ soundOpen: open, soundHeard: heard }),
  confirmHere: (key, level) => set((station) => ({ confirmedHere: new Map([...station.confirmedHere, [key, level]]) })),
  unconfirmHere: (key) => set((station) => ({ confirmedHere: new Map([...station.confirmedHere].filter(([each]) => each !== key)) })),
  setUnsent: (unsent) => set({ unsent }),
}));
