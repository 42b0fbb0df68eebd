import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { say } from "../text/start";
import type { Row } from "./rows";

const PAUSE_MS = 3_000;

/** Speaks new red and orange lines to a screen reader, at most one in three seconds, the worst first. */
export function Announcer({ rows }: { rows: Row[] }) {
  const { t } = useTranslation(["duty", "common"]);
  const [text, setText] = useState("");
  const known = useRef<Set<string> | null>(null);
  const waiting = useRef<Row[]>([]);
  useEffect(() => {
    const grave = rows.filter((row) => row.tab === "waiting" && (row.level === "L1" || row.level === "L2"));
    const before = known.current;
    if (before) {
      const fresh = grave.filter((row) => !before.has(row.key));
      waiting.current = [...waiting.current, ...fresh].sort((a, b) => (a.level < b.level ? -1 : a.level > b.level ? 1 : 0));
    }
    known.current = new Set(grave.map((row) => row.key));
  }, [rows]);
  useEffect(() => {
    const timer = setInterval(() => {
      waiting.current = waiting.current.filter((row) => known.current?.has(row.key)); // answered meanwhile: no news any more
      const next = waiting.current.shift();
      if (next) setText(t("heard", { level: t(`common:level.${next.level}`), title: say(next.title), place: say(next.place) }));
    }, PAUSE_MS);
    return () => clearInterval(timer);
  }, [t]);
  useEffect(() => setText(""), [t]); // what was said in another language is not repeated in this one
  return (
    <p className="only-heard" aria-live="assertive">
      {text}
    </p>
  );
}
