import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { Refusal } from "../api/client";
import type { IncidentDetail } from "../api/views";
import { moment, span } from "../look/format";
import { caseDetail } from "../parts/caseDetail";
import { Icon } from "../parts/Icon";
import { LevelChip } from "../parts/Level";
import { useMe } from "../parts/session";
import { Told } from "../parts/Told";
import { useNow } from "../parts/useNow";
import { deedOf, forPeople, wordsOf } from "../parts/wordsOf";
import { useStream } from "../stream/store";
import { currentLanguage, say } from "../text/start";
import { NextStep } from "./NextStep";
import { StepLine } from "./StepLine";
import { stepsDone, STEPS } from "./steps";
import { VeiledPicture } from "./VeiledPicture";

/** One task: what, where, why, and the one next thing to do. */
export function TaskPage({ number, back }: { number: string; back: () => void }) {
  const { t } = useTranslation("m");
  const known = useStream((stream) => stream.live.incidents[number]);
  const detail = useQuery(caseDetail(number, known));
  return (
    <main className="task-page">
      <button type="button" className="button quiet back" onClick={back}>
        <Icon name="back" />
        {t("task.back")}
      </button>
      {detail.error && !detail.data ? (
        <Told title={number} retry={() => void detail.refetch()}>
          {detail.error instanceof Refusal ? say(detail.error.detail) : detail.error.message}
        </Told>
      ) : null}
      {detail.data ? <Task detail={detail.data} /> : detail.error ? null : <div className="skeleton task-skeleton" aria-busy="true" />}
    </main>
  );
}

function Task({ detail }: { detail: IncidentDetail }) {
  const { t } = useTranslation(["m", "common"]);
  const me = useMe();
  const now = useNow();
  const language = currentLanguage();
  const { incident } = detail;
  const left = incident.due && incident.closed_at === null ? Date.parse(incident.due.at) - now : null;
  const pictures = detail.evidence.filter((each) => each.mime.startsWith("image/"));
  return (
    <>
      <p className="task-line">
        <LevelChip level={incident.level} />
        <b>{say(incident.state_name, language)}</b>
        {left === null ? null : (
          <span className={left < 0 ? "numbers overdue" : "numbers second"}>
            {t(left < 0 ? "task.overdue" : "task.due", { span: span(left, language) })}
          </span>
        )}
      </p>
      <h1 className="task-title">
        {incident.drill ? `【${t("common:drill")}】` : ""}
        {say(incident.title, language)}
      </h1>
      <p className="task-place">
        <Icon name="place" />
        {say(incident.place, language)}
      </p>
      {detail.report ? (
        <section className="part report-words">
          <h2>{t("task.report", { who: say(detail.report.by_name, language) })}</h2>
          <p>{detail.report.text ?? t("task.report.erased")}</p>
        </section>
      ) : null}
      <StepLine steps={STEPS.map((step) => t(`steps.${step}`))} done={stepsDone(incident)} />
      <NextStep detail={detail} />
      <Why detail={detail} />
      {pictures.length > 0 ? (
        <ul className="pictures">
          {pictures.map((picture) => (
            <li key={picture.sha256}>
              <VeiledPicture sha256={picture.sha256} alt={t("common:photo.alt", { at: picture.at ? moment(picture.at, me.site.timezone, language, now) : "" })} />
            </li>
          ))}
        </ul>
      ) : null}
      {detail.plan && detail.plan.steps.length > 0 ? (
        <section className="part">
          <h2>{t("task.plan")}</h2>
          <ol className="plan-steps">
            {detail.plan.steps.map((step) => (
              <li key={step.index}>{say(step.text, language)}</li>
            ))}
          </ol>
        </section>
      ) : null}
      <section className="part">
        <h2>{t("task.history")}</h2>
        <ol className="past">
          {forPeople(detail.timeline).reverse().map((row) => (
            <li key={row.id}>
              <time className="second">{moment(row.at, me.site.timezone, language, now)}</time> <b>{say(row.actor_name, language)}</b> {deedOf(row, language)}
              {wordsOf(row, language) ? <span className="second"> {wordsOf(row, language)}</span> : null}
            </li>
          ))}
        </ol>
      </section>
      <p className="second numbers">{incident.number}</p>
    </>
  );
}

function Why({ detail }: { detail: IncidentDetail }) {
  const { t } = useTranslation("m");
  if (detail.alerts.length === 0) return null;
  const sentences = [say(detail.why), ...detail.alerts.slice(0, 3).map((alert) => say(alert.why))];
  return (
    <section className="part">
      <h2>{t("task.why")}</h2>
      {[...new Set(sentences.filter(Boolean))].map((sentence, index) => (
        <p key={sentence} className={index > 0 ? "second" : ""}>
          {sentence}
        </p>
      ))}
    </section>
  );
}
