import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { together } from "../../../look/format";
import { currentLanguage, say } from "../../../text/start";
import { Asked, StateTag } from "../../parts";
import { type Preview, preview, type Reading, type Written } from "./asking";

const PAUSE_MS = 600;

/** Exactly what would come out of the sample and of messages that wait, or every mistake; asked a moment after each change. */
export function PreviewPane({ written }: { written: Written }) {
  const { t } = useTranslation("profiles");
  const [later, setLater] = useState(written);
  const same = JSON.stringify(written);
  useEffect(() => {
    const timer = setTimeout(() => setLater(JSON.parse(same) as Written), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [same]);
  const found = useQuery({ ...preview(later), placeholderData: (before: Preview | undefined) => before });
  return (
    <div aria-live="polite">
      <Asked query={found} lines={4}>
        {(made) => (
          <>
            {made.problems.length > 0 ? (
              <div className="told">
                <strong>{t("problems", { n: made.problems.length })}</strong>
                <ul className="profiles-problems">
                  {made.problems.map((each) => (
                    <li key={`${each.path}${each.line}${each.message.en}`}>
                      <span className="code second" lang="en">
                        {"text" in written ? t("problem.line", { n: each.line }) : each.path}
                      </span>{" "}
                      {say(each.message)}
                    </li>
                  ))}
                </ul>
              </div>
            ) : null}
            <Messages title={t("samples")} messages={made.samples} />
            <Messages title={t("waiting", { n: made.waiting.length })} messages={made.waiting} />
            {made.takes_from.length > 0 ? (
              <p className="told">
                {t("takes")} <span lang="en">{together(made.takes_from, currentLanguage())}</span>
              </p>
            ) : null}
            {made.text && !("text" in written) ? (
              <details>
                <summary className="profiles-more">{t("yaml")}</summary>
                <pre className="profiles-yaml" role="group" lang="en" tabIndex={0} aria-label={t("yaml")}>
                  {made.text}
                </pre>
              </details>
            ) : null}
          </>
        )}
      </Asked>
    </div>
  );
}

const TONES: Partial<Record<Reading["outcome"], "good" | "bad" | "off" | "wait">> = { event: "good", state: "good", availability: "good", telemetry: "good", evidence: "good", note: "off", ignored: "off", quarantine: "bad" };

function Messages({ title, messages }: { title: string; messages: Preview["samples"] }) {
  const { t } = useTranslation("profiles");
  if (messages.length === 0) return null;
  return (
    <>
      <h3 className="profiles-sub">{title}</h3>
      <ul className="profiles-readings">
        {messages.map((message, at) => (
          <li key={message.row ?? `s${at}`} className="card profiles-reading">
            <span className="code second profiles-topic" lang="en">
              {message.topic}
            </span>
            {message.readings.map((reading, place) => (
              <p key={place}>
                <StateTag tone={TONES[reading.outcome] ?? "off"}>{t(`outcome.${reading.outcome}`)}</StateTag> <b>{say(reading.sentence)}</b>
                {reading.device ? (
                  <span className="second">
                    {" "}
                    · {t("device")} <span lang="en">{reading.device}</span>
                  </span>
                ) : null}
              </p>
            ))}
            {message.stranger ? <p className="second">{t("stranger")}</p> : null}
          </li>
        ))}
      </ul>
    </>
  );
}
