import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";

import { say } from "../../../text/start";
import { Asked, Page, PrintButton, StateTag, SubPages } from "../../parts";
import { heard, ruled, settings, type Settings } from "./asking";
import { nextOf, standings, WHERE } from "./first";
import { Integrations } from "./Integrations";
import { page } from "./page";
import { Retention } from "./Retention";
import "./setup.css";
import { Upgrade } from "./Upgrade";

const PARTS = [
  { key: "site", path: "/setup" },
  { key: "integrations", path: "/setup/integrations" },
  { key: "retention", path: "/setup/retention" },
  { key: "upgrade", path: "/setup/upgrade" },
] as const;

/** How this box is set up: site and first steps, ways in and out, what is kept how long, upgrades. */
export default function Setup() {
  const { t } = useTranslation("setup");
  const { pathname } = useLocation();
  const found = useQuery(settings);
  const part = PARTS.find((each) => each.path === pathname)?.key ?? "site";
  return (
    <Page title={say(page.title)} help={{ for: t("help.for"), do: t("help.do") }} actions={<PrintButton />}>
      <SubPages label={t("nav")} pages={PARTS.map((each) => ({ to: each.path, title: t(`nav.${each.key}`) }))} />
      <Asked query={found} lines={8}>
        {(answer) => (part === "integrations" ? <Integrations integrations={answer.integrations} /> : part === "retention" ? <Retention retention={answer.retention} /> : part === "upgrade" ? <Upgrade version={answer.site.version} /> : <Site answer={answer} />)}
      </Asked>
    </Page>
  );
}

function Site({ answer }: { answer: Settings }) {
  const { t } = useTranslation("setup");
  const { site } = answer;
  return (
    <>
      <FirstSteps answer={answer} />
      <section>
        <h2>{t("site")}</h2>
        <dl className="card facts">
          <div>
            <dt>{t("site.name")}</dt>
            <dd>{say(site.name)}</dd>
          </div>
          <div>
            <dt>{t("site.zone")}</dt>
            <dd>{site.timezone}</dd>
          </div>
          <div>
            <dt>{t("site.reach")}</dt>
            <dd>{t(`reach.${site.reach}`)}</dd>
          </div>
          <div>
            <dt>{t("site.address")}</dt>
            <dd className="setup-path">{site.public_url ?? t("site.address.none")}</dd>
          </div>
          <div>
            <dt>{t("site.tls")}</dt>
            <dd>
              <StateTag tone={site.tls ? "good" : "off"}>{t(site.tls ? "tls.on" : "tls.off")}</StateTag>
            </dd>
          </div>
          <div>
            <dt>{t("site.size")}</dt>
            <dd className="numbers">{t("site.size.text", { devices: site.devices, people: site.people, grids: site.grids })}</dd>
          </div>
        </dl>
        <p className="second setup-after">{t("site.file")}</p>
      </section>
    </>
  );
}

/** The way from an empty box to the first alarm: what is done marks itself, one step at a time is to be done now. */
function FirstSteps({ answer }: { answer: Settings }) {
  const { t } = useTranslation("setup");
  const inForce = useQuery(ruled);
  const sounded = useQuery(heard);
  const steps = standings(answer, { ruled: inForce.data ?? null, heard: sounded.data ?? null });
  const next = nextOf(steps);
  const done = steps.filter((each) => each.done).length;
  return (
    <section>
      <h2>{t("first")}</h2>
      <p className="second">{t("first.text")}</p>
      <p className="numbers">
        <strong>{next ? t("first.far", { n: done, of: steps.length }) : t("first.whole")}</strong>
      </p>
      <ol className="setup-steps">
        {steps.map(({ step, done: is }, place) => (
          <li key={step} className={step === next ? "card setup-step setup-now" : "card setup-step"} aria-current={step === next ? "step" : undefined}>
            <span className="numbers setup-number">{place + 1}</span>
            <div>
              <h3>{t(`step.${step}`)}</h3>
              <p className="second">{t(`step_text.${step}`)}</p>
            </div>
            <StateTag tone={is === null ? "wait" : is ? "good" : "off"}>{t(is === null ? "done.look" : is ? "done.yes" : "done.no")}</StateTag>
            {step === "zone" ? null : (
              <Link className={step === next ? "button main" : "button"} to={WHERE[step]}>
                {t(`step_go.${step}`)}
              </Link>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
