import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { useStream } from "../../../stream/store";
import { currentLanguage, say } from "../../../text/start";
import { Asked, EmptyCalm, Page, PrintButton, StateTag, When } from "../../parts";
import { health, type Health as Report, type Part } from "./asking";
import "./health.css";
import { page } from "./page";
import { called, type Figure, figures, inOrder, numberOf, standingOf, TONE } from "./parts";

/** How the gateway is: what is wrong first, then each part with its figures. */
export default function Health() {
  const { t } = useTranslation("health");
  const found = useQuery(health);
  return (
    <Page title={say(page.title)} help={{ for: t("help.for"), do: t("help.do") }} lead={t("lead")} actions={<PrintButton />}>
      <Asked query={found} lines={8}>
        {(report) => (
          <>
            <Numbers report={report} />
            <Wrong report={report} />
            <section>
              <h2>{t("parts")}</h2>
              <ul className="health-parts">
                {inOrder(report.parts.map((part) => ({ ...part, status: standingOf(part, report.reasons) }))).map((part) => (
                  <OnePart key={part.name} part={part} />
                ))}
              </ul>
            </section>
            <p className="second numbers health-foot">
              {t("version", { version: report.version })} · <When at={report.at} />
            </p>
          </>
        )}
      </Asked>
    </Page>
  );
}

function Numbers({ report }: { report: Report }) {
  const { t } = useTranslation("health");
  const whole = report.status === "ok" && report.reasons.length > 0 ? "degraded" : report.status;
  const devices = useStream((stream) => stream.live.health?.devices);
  const unit = (value: number | null, words: string) => (value === null ? "–" : `${Math.round(value * 10) / 10} ${words}`);
  return (
    <dl className="card facts numbers health-whole">
      <div>
        <dt>{t("whole")}</dt>
        <dd>
          <StateTag tone={TONE[whole]}>{t(`status.${whole}`)}</StateTag>
        </dd>
      </div>
      <div>
        <dt>{t("disk.used")}</dt>
        <dd>{unit(numberOf(report, "disk", "used_percent"), "%")}</dd>
      </div>
      <div>
        <dt>{t("p95")}</dt>
        <dd>{unit(numberOf(report, "store", "commit_p95_ms"), "ms")}</dd>
      </div>
      <div>
        <dt>{t("queue")}</dt>
        <dd>{numberOf(report, "store", "waiting") ?? "–"}</dd>
      </div>
      <div>
        <dt>{t("devices")}</dt>
        <dd>
          <Link className="row-link" to="/devices">{devices ? `${devices.online} / ${devices.total}` : "–"}</Link>
        </dd>
      </div>
    </dl>
  );
}

function Wrong({ report }: { report: Report }) {
  const { t } = useTranslation("health");
  if (report.reasons.length === 0) return <EmptyCalm>{t("calm")}</EmptyCalm>;
  return (
    <section>
      <h2>{t("wrong", { n: report.reasons.length })}</h2>
      <ul className="health-reasons">
        {report.reasons.map((reason) => (
          <li key={reason.code + reason.text.en} className="card health-reason">
            <strong>{say(reason.text)}</strong>
            <span className="second">
              {reason.since ? (
                <>
                  {t("since")} <When at={reason.since} age />{" "}
                </>
              ) : null}
              {t("code", { code: reason.code })}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function OnePart({ part }: { part: Part }) {
  const { t, i18n } = useTranslation("health");
  const { kind, own } = called(part.name);
  const word = `part.${kind}`;
  const name = i18n.exists(word, { ns: "health" }) ? t(word as "part.store") : kind;
  return (
    <li className="card health-part">
      <h3>
        {name}
        {own ? <span lang="und"> {own}</span> : null} <StateTag tone={TONE[part.status]}>{t(`status.${part.status}`)}</StateTag>
      </h3>
      <dl className="health-figures">
        {figures(part).map((each) => (
          <div key={each.key}>
            <dt>{t(`fact.${each.key}` as "fact.waiting")}</dt>
            <dd className="numbers">
              <Value figure={each} />
            </dd>
          </div>
        ))}
      </dl>
    </li>
  );
}

function Value({ figure }: { figure: Figure }) {
  const { t } = useTranslation("health");
  if (typeof figure.value === "boolean") return <>{t(figure.value ? "yes" : "no")}</>;
  if (typeof figure.value === "string") return <>{Number.parseInt(figure.value, 10).toLocaleString(currentLanguage())} MiB</>;
  const unit = figure.key.endsWith("_percent") ? " %" : figure.key.endsWith("_ms") ? " ms" : figure.key.endsWith("_s") ? " s" : figure.key === "degrees_c" ? " °C" : "";
  return <>{`${figure.value.toLocaleString(currentLanguage())}${unit}`}</>;
}
