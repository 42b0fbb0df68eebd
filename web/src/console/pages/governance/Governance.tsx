import "./governance.css";

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { say } from "../../../text/start";
import { Asked, Chart, Page, PrintButton, useUrl } from "../../parts";
import { DAYS, type Days, governance, type Governed } from "./asking";
import { Gauges } from "./Gauges";
import { heatFigures } from "./gauges";
import { League } from "./League";
import { page } from "./page";
import { Records } from "./Records";

/** Every figure beside its norm, who speaks most with what to do about it, and what stands, trembles and floods. */
export default function Governance() {
  const { t } = useTranslation("governance");
  const [asked, setDays] = useUrl("days");
  const days: Days = DAYS.find((each) => each === asked) ?? "7";
  const found = useQuery(governance(days));
  return (
    <Page title={say(page.title)} help={{ for: t("help.for"), do: t("help.do") }} lead={t("lead")} actions={<PrintButton />}>
      <div className="span-pick no-print">
        <div className="segmented" role="group" aria-label={t("days")}>
          {DAYS.map((each) => (
            <button key={each} type="button" aria-pressed={days === each} onClick={() => setDays(each)}>
              {t(`days.${each}`)}
            </button>
          ))}
        </div>
      </div>
      <Asked query={found} lines={10}>
        {(answer) => <Whole answer={answer} />}
      </Asked>
    </Page>
  );
}

function Whole({ answer }: { answer: Governed }) {
  const { t } = useTranslation(["governance", "common"]);
  const levels = (["L1", "L2", "L3", "L4"] as const).map((level) => [t(`common:level.${level}`), answer.levels[level] ?? 0] as const);
  return (
    <>
      <p className="told">{say(answer.sentence)}</p>
      <Gauges gauges={answer.gauges} />
      <section>
        <h2>{t("loudest")}</h2>
        <p className="second">{t("loudest.text")}</p>
        <League title={t("loudest.rules")} rows={answer.rules} to={(id) => `/rules/${encodeURIComponent(id)}`} />
        <League title={t("loudest.devices")} rows={answer.devices} to={(id) => `/devices/${encodeURIComponent(id)}`} />
        <League title={t("loudest.places")} rows={answer.places} />
      </section>
      <section className="charts">
        <Chart kind="heat" title={t("heat")} height={320} figures={heatFigures(answer.heat, t("rule"), (row) => say(row.name), t("times"))} />
        <Chart kind="bar" title={t("levels")} figures={{ head: [t("level"), t("alarms")], rows: levels, unit: t("times") }} />
      </section>
      <Records answer={answer} />
    </>
  );
}
