import { useEffect, useRef } from "react";

import { useStream } from "../stream/store";
import { currentLanguage, say } from "../text/start";
import type { Row } from "./rows";
import { decide, drillsHeard, isLoud, type Ledger } from "./sound";
import { useStation } from "./station";
import { tellTrial } from "./trial";
import { speak } from "./spoken";
import { play } from "./voice";

/** The place is spoken when the notes of a red alarm are over. */
const PATTERN_MS = 1_000;

/** Sounds what nobody has confirmed, checked once a second. */
export function useSound(rows: Row[], now: number): void {
  const ledger = useRef<Ledger>({});
  const { confirmedHere, mutedUntil, soundOpen, sound } = useStation();
  const cut = useStream((stream) => stream.link === "cut");
  useEffect(() => {
    if (cut && soundOpen) play("L3"); // once: the desk hears nothing from here on
  }, [cut, soundOpen]);
  useEffect(() => {
    if (!soundOpen) return;
    const loud = rows.filter((row) => isLoud(row, confirmedHere));
    const at = Date.now();
    const decision = decide(loud, ledger.current, at, mutedUntil);
    if (decision.play && !play(decision.play.level)) {
      sound({ open: false, heard: false }); // the output was taken away: the bar says so and asks for the test again
      return;
    }
    ledger.current = decision.ledger;
    if (decision.play) {
      const spoken = decision.play.level === "L1" ? rows.find((row) => row.key === decision.play?.key) : undefined;
      if (spoken) setTimeout(() => speak(say(spoken.place), currentLanguage()), PATTERN_MS);
      for (const number of drillsHeard(loud, decision.ledger, at)) void tellTrial(number).catch(() => undefined); // the next sound says it again
    }
  }, [rows, now, confirmedHere, mutedUntil, soundOpen, sound]);
}
