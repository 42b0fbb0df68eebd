import { useTranslation } from "react-i18next";

import { roughly } from "../look/format";
import { LevelShape } from "../parts/Level";
import { currentLanguage } from "../text/start";
import { counters, type Row } from "./rows";

/** How many nobody is on yet (unanswered, or sent and not taken), by level, and how long the oldest has waited. Nothing waiting stays grey. */
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
          <span className="counter-age numbers">{oldest ? roughly(now - Date.parse(oldest), currentLanguage()) : t("counter.none")}</span>
        </li>
      ))}
    </ul>
  );
}
