import { useQuery, useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { freshKey } from "../../../api/idempotency";
import { useMe } from "../../../parts/session";
import { useNotices } from "../../../parts/undo";
import { say } from "../../../text/start";
import { Asked, EmptyYet, Field, FormFrame, PickDevice, PickKind, StateTag, useForm, When } from "../../parts";
import { begin, type Trial, trials } from "./asking";
import { scoreOf } from "./score";

/** The test of everything: one marked alarm from a device, and whether each step after it was seen. */
export function Trials() {
  const { t } = useTranslation("channels");
  const me = useMe();
  const found = useQuery(trials);
  return (
    <>
      {me.permissions.includes("trials.begin") && me.permissions.includes("devices.read") ? <Begin /> : null}
      <section aria-labelledby="channel-trials">
        <h2 id="channel-trials">{t("trials.past")}</h2>
        <Asked query={found} lines={6}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyYet icon="play" title={t("trials.none")}>
                {t("trials.none.text")}
              </EmptyYet>
            ) : (
              <ul className="channels">
                {items.map((each) => (
                  <TrialCard key={each.id} trial={each} />
                ))}
              </ul>
            )
          }
        </Asked>
      </section>
    </>
  );
}

function Begin() {
  const { t } = useTranslation("channels");
  const queries = useQueryClient();
  const tell = useNotices((notices) => notices.tell);
  const [key] = useState(freshKey);
  const [start] = useState({ device: null as string | null, category: null as string | null });
  const [round, setRound] = useState(0);
  const form = useForm(
    start,
    ({ device, category }) => begin(device ?? "", category, `${key}-${round}`),
    () => {
      tell(() => i18next.t("channels:trials.begun"));
      setRound(round + 1);
      void queries.invalidateQueries({ queryKey: ["trials"] });
    },
  );
  return (
    <section className="card channel-begin" aria-labelledby="channel-begin">
      <h2 id="channel-begin">{t("trials.begin")}</h2>
      <p className="second">{t("trials.text")}</p>
      <FormFrame form={form} submit={t("trials.go")}>
        <Field form={form} name="device" label={t("trials.device")}>
          {(control) => <PickDevice control={control} value={form.body.device} onChange={(device) => form.set("device", device)} />}
        </Field>
        <Field form={form} name="category" label={t("trials.kind")} hint={t("trials.kind.hint")} optional>
          {(control) => <PickKind control={control} value={form.body.category} onChange={(category) => form.set("category", category)} />}
        </Field>
      </FormFrame>
    </section>
  );
}

function TrialCard({ trial }: { trial: Trial }) {
  const { t } = useTranslation("channels");
  const seen = trial.steps.filter((each) => each.at !== null).length;
  return (
    <li className="card channel" data-trial={trial.id}>
      <h3>
        {say(trial.category)} · {say(trial.device_name)} <span className="second"><When at={trial.at} age /> {trial.by.name}</span>
      </h3>
      <p>{scoreOf(trial.steps).of > 0 ? t("trials.score", scoreOf(trial.steps)) : t("trials.score.none")}</p>
      <StateTag tone={trial.complete ? "good" : "wait"}>{trial.complete ? t("trials.complete") : t("trials.far", { n: seen, all: trial.steps.length })}</StateTag>
      <ol className="channel-steps">
        {trial.steps.map((each) => (
          <li key={each.step}>
            <span>{say(each.name)}</span>
            <span className="numbers">{each.seconds === null ? t("trials.not_yet") : t("trials.seconds", { s: each.seconds.toFixed(1) })}</span>
            <span className="second numbers">{each.allowed_s === null ? "" : t("trials.allowed", { s: Math.round(each.allowed_s) })}</span>
            {each.in_time === null ? null : <StateTag tone={each.in_time ? "good" : "bad"}>{t(each.in_time ? "trials.in_time" : "trials.late")}</StateTag>}
            <span className="second">{each.who ?? ""}</span>
          </li>
        ))}
      </ol>
      <p className="second">
        <Link to={`/duty/case/${encodeURIComponent(trial.incident)}`} reloadDocument>
          {trial.incident}
        </Link>
      </p>
    </li>
  );
}
