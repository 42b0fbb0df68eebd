import i18next from "i18next";
import { useEffect } from "react";

import { useMe } from "../parts/session";
import { useNotices } from "../parts/undo";
import { useStream } from "../stream/store";
import { useActing } from "./acting";
import { canConfirm, dispatchAction, falseAction } from "./may";
import type { Row } from "./rows";
import { MUTE_MS } from "./sound";
import { together } from "./batch";
import { useStation } from "./station";
import { go } from "./where";

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** Keys of the seat; single letters only while no text field has the keyboard, and they can be turned off. */
export function useKeys(shown: Row[], row: Row | null, atDesk: boolean): void {
  const acting = useActing();
  const station = useStation();
  const cut = useStream((stream) => stream.link === "cut");
  const { permissions } = useMe();
  const [canOpen, canShelve] = [permissions.includes("reports.add"), permissions.includes("silences.edit")];
  useEffect(() => {
    const move = (by: number) => {
      const here = shown.findIndex((each) => each.key === row?.key);
      const next = shown[Math.min(shown.length - 1, Math.max(0, here < 0 ? 0 : here + by))];
      if (!next) return;
      station.select(next.key);
      document.querySelector<HTMLElement>(`[data-key="${CSS.escape(next.key)}"] .line-title`)?.focus();
    };
    const always: Record<string, () => void> = {
      ".": () => station.mute(Date.now() + MUTE_MS),
      "?": () => station.setHelp(!station.help),
      "/": () => go("/duty/search"),
      z: () => {
        const { notice, clear } = useNotices.getState();
        notice?.undo?.();
        if (notice?.undo) clear();
      },
    };
    const commands: Record<string, () => void> = {
      ...always,
      j: () => move(1),
      ArrowDown: () => move(1),
      k: () => move(-1),
      ArrowUp: () => move(-1),
      a: () => !cut && row && canConfirm(row) && acting.confirm(row),
      d: () => !cut && row && (row.alert ? canOpen && row.alert.open && station.select(row.key, "open") : dispatchAction(row) && station.select(row.key, "dispatch")),
      f: () => {
        if (cut || !row) return;
        if (falseAction(row)) station.select(row.key, "false");
        else if (row.incident?.state === "pending_verify" && row.incident.allowed.includes("accept")) useNotices.getState().warn(() => i18next.t("duty:act.false_manager"));
      },
      s: () => !cut && canShelve && row && station.select(row.key, "shelve"),
      e: () => row && station.look(true),
      m: () => document.querySelector<SVGElement>(".plan .house")?.focus(),
      x: () => row && station.toggle(row.key),
      g: () => station.nextGrouping(),
      "⇧a": () => {
        if (cut || station.chosen === null) return;
        void together(shown.filter((each) => station.chosen?.has(each.key)), "confirm");
      },
    };
    const pressed = (event: KeyboardEvent) => {
      if (event.key === "Escape") {
        if (station.looking) station.look(false);
        else if (station.help) station.setHelp(false);
        else if (station.panel) station.setPanel(null);
        else if (station.chosen) station.choose(null);
        return;
      }
      if (!station.keys && event.key !== "?") return;
      if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
      if (event.key.startsWith("Arrow") && !(event.target instanceof Element && event.target.closest(".lines"))) return;
      if (station.looking) return; // the picture has its own keys
      if (station.help && atDesk && event.key !== "?") return; // nothing happens behind what lies over the desk
      if (event.repeat && !/^(Arrow.*|[jkJK])$/.test(event.key)) return; // a key that is held down is one press
      const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const command = (atDesk ? commands : always)[event.shiftKey && name === "a" ? "⇧a" : name];
      if (!command) return;
      event.preventDefault();
      command();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  });
}
