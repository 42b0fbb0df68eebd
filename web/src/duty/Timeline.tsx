import { useTranslation } from "react-i18next";

import type { TimelineRow } from "../api/views";
import { moment } from "../look/format";
import { deedOf, forPeople, wordsOf } from "../parts/wordsOf";
import { currentLanguage, say } from "../text/start";

/** What happened, newest first. */
export function Timeline({ rows, zone, now }: { rows: TimelineRow[]; zone: string; now: number }) {
  const { t } = useTranslation("duty");
  const language = currentLanguage();
  return (
    <section className="case-part">
      <h3>{t("case.timeline")}</h3>
      <ol className="timeline">
        {forPeople(rows).reverse().map((row) => (
          <li key={row.id}>
            <time>{moment(row.at, zone, language, now)}</time>
            <p>
              <b>{say(row.actor_name, language)}</b> {deedOf(row, language)}
              {wordsOf(row, language) ? <span className="second"> {wordsOf(row, language)}</span> : null}
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}
