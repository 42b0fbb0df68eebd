import { useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useMe } from "../../../parts/session";
import { useNotices } from "../../../parts/undo";
import { useNow } from "../../../parts/useNow";
import { Chart, Confirm, Sentence, StateTag, When } from "../../parts";
import { endTrial, save, type Trial } from "./asking";
import { dayOf, TRIAL_DAYS } from "./draft";
import { useDeviceNames } from "./useDeviceNames";

/** What a rule on trial would have done so far, and what to do with it now. */
export function TrialReport({ trial }: { trial: Trial }) {
  const { t } = useTranslation("rules");
  const me = useMe();
  const now = useNow();
  const names = useDeviceNames();
  const { shadow } = trial;
  const day = dayOf(shadow.since, now);
  const days = Object.keys(shadow.by_day).sort();
  return (
    <section className="card rules-trial">
      <h2>{t("trial")}</h2>
      <p className="row-of">
        <StateTag tone="wait">{day > TRIAL_DAYS ? t("trial.over") : t("trial.day", { n: day, of: TRIAL_DAYS })}</StateTag>
        <span>
          {t("trial.since")} <When at={shadow.since} /> · {shadow.by.name}
        </span>
      </p>
      {shadow.failed ? <p className="field-wrong">{t("trial.failed")}</p> : null}
      {shadow.behind_s > 60 ? <p className="second">{t("trial.behind", { n: Math.round(shadow.behind_s / 60) })}</p> : null}
      {shadow.sentence ? (
        <p className="rules-aloud">
          <Sentence text={shadow.sentence} />
        </p>
      ) : null}
      <dl className="rules-figures">
        <div>
          <dt>{t("trial.fired")}</dt>
          <dd className="numbers">{shadow.fired}</dd>
        </div>
        <div>
          <dt>{t("trial.notified")}</dt>
          <dd className="numbers">{shadow.notified}</dd>
        </div>
        <div>
          <dt>{t("trial.cases")}</dt>
          <dd className="numbers">{shadow.cases}</dd>
        </div>
      </dl>
      {shadow.fired === 0 ? <p className="second">{t("trial.nothing")}</p> : null}
      {days.length > 0 ? (
        <Chart kind="bar" title={t("per.day")} figures={{ head: [t("day"), t("hits.each")], rows: days.map((each) => [each.slice(5), shadow.by_day[each] ?? 0]), unit: t("times") }} height={160} />
      ) : null}
      {shadow.by_key.length > 0 ? (
        <ul className="rules-bullets">
          {shadow.by_key.slice(0, 5).map((each) => (
            <li key={JSON.stringify(each.key)}>
              {names(each.key)} · {t("trial.times", { n: each.times })}
            </li>
          ))}
        </ul>
      ) : null}
      {me.permissions.includes("rules.edit") ? <Next trial={trial} /> : null}
    </section>
  );
}

function Next({ trial }: { trial: Trial }) {
  const { t } = useTranslation("rules");
  const queries = useQueryClient();
  const tell = useNotices((notices) => notices.tell);
  const [asked, setAsked] = useState<"enable" | "end" | null>(null);
  const id = trial.shadow.rule;
  const done = (words: "enabled" | "trial.ended") => {
    tell(() => i18next.t(`rules:${words}`));
    void queries.invalidateQueries({ queryKey: ["rules"] });
  };
  const putToWork = async (reason: string) => {
    const { enabled: _, ...plain } = trial.rule;
    const old = trial.in_force ? queries.getQueryData<{ version: number }>(["rules", id]) : undefined;
    await save(id, plain, old?.version ?? 0, reason);
    await endTrial(id);
  };
  return (
    <div className="form-foot no-print">
      <button type="button" className="button main" aria-haspopup="dialog" onClick={() => setAsked("enable")}>
        {t("enable")}
      </button>
      <button type="button" className="button" aria-haspopup="dialog" onClick={() => setAsked("end")}>
        {t("trial.end")}
      </button>
      {asked === "enable" ? (
        <Confirm title={t("enable")} text={t("trial.enable.text")} act={t("enable.do")} reason="needed" send={putToWork} onDone={() => done("enabled")} onClose={() => setAsked(null)} />
      ) : null}
      {asked === "end" ? (
        <Confirm title={t("trial.end")} text={t(trial.in_force ? "trial.end.text" : "trial.end.draft")} act={t("trial.end")} reason="none" send={() => endTrial(id)} onDone={() => done("trial.ended")} onClose={() => setAsked(null)} />
      ) : null}
    </div>
  );
}
