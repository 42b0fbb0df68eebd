import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { useStream } from "../stream/store";
import { EMPTY, isFrozen, settle, type Shown } from "./freeze";
import { grouped, type Group, isFolded } from "./grouping";
import { inOrder, keepSame, type Row, rowsOf } from "./rows";
import { useStation } from "./station";

export interface List {
  /** Every line the stream knows, ended ones too. */
  all: Row[];
  /** The lines in the order shown. */
  shown: Row[];
  /** The same lines in their groups; empty while nothing is grouped. */
  groups: Group[];
  held: Row[];
  /** Looks at what was held back. */
  release: () => void;
  /** Time since anybody touched mouse or keyboard here. */
  idleMs: number;
  pointer: (inside: boolean) => void;
  focus: (inside: boolean) => void;
}

/** Keeps the list still while somebody points at it, holds the keyboard in it, or has just chosen a line. */
export function useList(now: number): List {
  const live = useStream((stream) => stream.live);
  const { tab, building, selected, grouping, turned, confirmedHere } = useStation();
  const touched = useRef(Date.now());
  const [hover, setHover] = useState(false);
  const [focus, setFocus] = useState(false);
  const [released, setReleased] = useState(0);

  useEffect(() => {
    const touch = () => {
      touched.current = Date.now();
    };
    const names = ["pointermove", "pointerdown", "keydown"] as const;
    for (const name of names) window.addEventListener(name, touch, { passive: true });
    return () => {
      for (const name of names) window.removeEventListener(name, touch);
    };
  }, []);

  // in a flood the list groups by itself; when it is over it is as it was
  const flood = live.load?.flood ?? false;
  const setGrouping = useStation((station) => station.setGrouping);
  useEffect(() => {
    if (!flood) return;
    const before = useStation.getState().grouping;
    setGrouping("both");
    return () => setGrouping(before);
  }, [flood, setGrouping]);

  const known = useRef<ReadonlyMap<string, Row>>(new Map());
  const { language } = useTranslation("duty").i18n; // names are joined as the language joins them
  const all = useMemo(() => keepSame(rowsOf(live, confirmedHere), known.current), [live, confirmedHere, language]);
  const wanted = useMemo(() => {
    const rows = all.filter((row) => row.tab === tab && (building === null || row.building === building));
    const groups = grouped(rows, grouping);
    return { groups, rows: grouping === "none" ? inOrder(rows) : groups.flatMap((group) => group.rows) };
  }, [all, tab, building, grouping]);
  const view = `${tab}|${building ?? ""}|${grouping}|${released}`;
  const idleMs = now - touched.current;
  const frozen = isFrozen({ hover, focus, selected: selected !== null, idleMs });
  const before = useRef<{ view: string; shown: Shown; groups: Group[] }>({ view: "", shown: EMPTY, groups: [] });
  const { shown, groups } = useMemo(() => {
    const sameView = before.current.view === view;
    const still = frozen && sameView && before.current.shown.order.length > 0;
    return { shown: settle(sameView ? before.current.shown : EMPTY, wanted.rows, still), groups: still ? before.current.groups : wanted.groups };
  }, [wanted, frozen, view]);
  useEffect(() => {
    before.current = { view, shown, groups };
  }, [view, shown, groups]);

  const byKey = useMemo(() => new Map(all.map((row) => [row.key, row])), [all]);
  useEffect(() => {
    known.current = byKey;
  }, [byKey]);
  const lines = (keys: string[]): Row[] => keys.map((key) => byKey.get(key)).filter((row): row is Row => row !== undefined);
  // a line stays under the head it stood under while the list stands still, whatever became of it
  const standing = groups.map((group) => ({ ...group, rows: lines(group.rows.map((row) => row.key)) }));
  return {
    all,
    // what is folded away is not moved through with the keys
    shown: groups.length > 0 ? standing.filter((group) => !isFolded(group, turned)).flatMap((group) => group.rows) : lines(shown.order),
    groups: standing,
    held: lines(shown.held.filter((key) => key !== selected)), // what I did to the open line is no news to me
    release: () => setReleased((count) => count + 1),
    idleMs,
    pointer: setHover,
    focus: setFocus,
  };
}
