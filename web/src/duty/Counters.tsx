import { useTranslation } from "react-i18next";

import { roughly } from "../look/format";
import { LevelShape } from "../parts/Level";
import { currentLanguage } from "../text/start";
import { counters, type Row } from "./rows";

/** How many are active by level, as the plan shows them, and how long the oldest has waited that nobody is on yet. Nothing stays grey. */
export function Counters({ rows, now }: { rows: Row[]; now: number }) {
  const { t } = useTranslation(["duty", "common"]);
  return (
    <ul className="counters">
      {counters(rows).map(({ level, count, oldest }) => (
        <li key={level} className={count > 0 ? `counter tint ${level}` : "counter calm"}>
          <span className="counter-word">
            <LevelShape level={level} />
            {t(`common:level.${level}`)}
          </span>
          <b className="numbers">{count}</b>
          <span className="counter-age numbers">{oldest ? roughly(now - Date.parse(oldest), currentLanguage()) : t(count > 0 ? "counter.in_hand" : "counter.none")}</span>
        </li>
      ))}
    </ul>
  );
}
