import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { span, together } from "../../../look/format";
import { Icon } from "../../../parts/Icon";
import { useMe } from "../../../parts/session";
import { currentLanguage, say } from "../../../text/start";
import { LevelChip, When } from "../../parts";
import { channels, type Rung, type WhatIf } from "./asking";
import { useRole } from "./useRole";

/** The answer as a person reads it: one sentence, then each step with people, channels and reasons; gaps first. */
export function Ladder({ answer, now }: { answer: WhatIf; now: boolean }) {
  const { t } = useTranslation("dispatch");
  const me = useMe();
  const [first, second] = answer.steps;
  const names = (rung: Rung | undefined) => together((rung?.told ?? []).map((each) => each.name), currentLanguage());
  return (
    <>
      <section className="card dispatch-answer" aria-label={t("answer")}>
        <p>
          <LevelChip level={answer.level} /> <b>{say(answer.category_name)}</b> · <Link to={`/plans/${encodeURIComponent(answer.plan)}`}>{say(answer.plan_name) || answer.plan}</Link>
        </p>
        <p className="dispatch-sentence">
          {now ? t("sentence.now") : t("sentence.at")}
          {first && first.told.length > 0 ? t("sentence.first", { names: names(first), when: t(`begins.${answer.begins}`) }) : t("sentence.nobody")}
          {second && second.told.length > 0 ? t("sentence.second", { span: span(second.after_s * 1000, currentLanguage()), names: names(second) }) : ""}
        </p>
        {now ? null : (
          <p className="second">
            <When at={answer.at} />
          </p>
        )}
        <p className="second">
          {answer.need_acks > 1 ? t("acks", { n: answer.need_acks }) : ""} {answer.loops !== 0 ? t(answer.loops < 0 ? "loops.until" : "loops", { n: answer.loops, span: span(answer.loop_every_s * 1000, currentLanguage()) }) : ""}
        </p>
      </section>
      {answer.gaps.length > 0 ? (
        <div className="told dispatch-gaps" role="status">
          <p>
            <b>{t("gaps")}</b>
          </p>
          <ul>
            {answer.gaps.map((gap) => (
              <li key={gap.en}>{say(gap)}</li>
            ))}
          </ul>
          {me.permissions.includes("rosters.read") ? (
            <Link className="button no-print" to="/roster">
              {t("to_roster")}
            </Link>
          ) : null}
        </div>
      ) : null}
      <section aria-labelledby="dispatch-steps">
        <h2 id="dispatch-steps">{t("steps")}</h2>
        <ol className="dispatch-steps">
          {answer.steps.map((rung) => (
            <Step key={rung.step} rung={rung} />
          ))}
        </ol>
      </section>
    </>
  );
}

function Step({ rung }: { rung: Rung }) {
  const { t } = useTranslation("dispatch");
  const role = useRole();
  const told = new Set(rung.told.map((each) => each.id));
  const others = rung.considered.filter((each) => !told.has(each.id));
  return (
    <li className="card dispatch-step">
      <h3>
        {rung.after_s === 0 ? t("step.at_once") : t("step.after", { span: span(rung.after_s * 1000, currentLanguage()) })}
        <span className="second numbers">
          {" "}
          <When at={rung.at} />
        </span>
      </h3>
      <p className="second">
        {together(rung.roles.map(role), currentLanguage())} · {t(rung.everyone ? "step.everyone" : "step.best")}
        {rung.off_duty ? ` · ${t("step.off_duty")}` : ""}
      </p>
      {rung.gap ? (
        <p className="dispatch-gap">
          <Icon name="help" /> {t("step.gap")}
        </p>
      ) : null}
      <ul className="dispatch-people">
        {rung.told.map((each) => {
          const score = rung.considered.find((one) => one.id === each.id);
          return (
            <li key={each.id}>
              <b>{each.name}</b> <Channels names={each.channels} />
              {score ? <span className="second"> {say(score.reason)}</span> : null}
            </li>
          );
        })}
      </ul>
      {others.length > 0 ? (
        <details>
          <summary>{t("step.others", { n: others.length })}</summary>
          <ul className="dispatch-people">
            {others.map((each) => (
              <li key={each.id}>
                <b>{each.name}</b> <span className="second">{say(each.reason)}</span>
              </li>
            ))}
          </ul>
        </details>
      ) : null}
      {rung.prompt ? (
        <p className="dispatch-prompt">
          <Icon name="phone" /> {say(rung.prompt)}
        </p>
      ) : null}
    </li>
  );
}

function Channels({ names }: { names: readonly string[] }) {
  const { t } = useTranslation("dispatch");
  const me = useMe();
  const found = useQuery({ ...channels, enabled: me.permissions.includes("channels.read") });
  const called = (name: string) => say(found.data?.items.find((each) => each.name === name)?.called) || name;
  return <span className="dispatch-channels">{names.length > 0 ? t("by", { channels: together(names.map(called), currentLanguage()) }) : t("by.none")}</span>;
}
