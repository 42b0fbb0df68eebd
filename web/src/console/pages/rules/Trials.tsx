import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { useNow } from "../../../parts/useNow";
import { Sentence, StateTag } from "../../parts";
import { trials } from "./asking";
import { dayOf, TRIAL_DAYS } from "./draft";

/** What is being tried out at the moment, each with its day and what it would have done. */
export function Trials() {
  const { t } = useTranslation("rules");
  const now = useNow();
  const found = useQuery(trials);
  const items = found.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <section className="rules-trials" aria-label={t("trials")}>
      <h2>{t("trials")}</h2>
      <ul>
        {items.map(({ shadow, name }) => (
          <li key={shadow.rule} className="card">
            <Link className="row-link" to={`/rules/${encodeURIComponent(shadow.rule)}`}>
              <Sentence text={name} />
            </Link>
            <StateTag tone="wait">{dayOf(shadow.since, now) > TRIAL_DAYS ? t("trial.over") : t("trial.day", { n: dayOf(shadow.since, now), of: TRIAL_DAYS })}</StateTag>
            <span className="numbers">{t("trial.would", { n: shadow.fired })}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
