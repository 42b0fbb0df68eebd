import { useTranslation } from "react-i18next";

import { say } from "../../../text/start";
import { Chart, type Figures } from "../../parts";
import type { Ledger } from "./asking";
import { minutes, percent } from "./period";

/** The charts of a ledger; each has its table and its CSV, and both are printed. */
export function Pictures({ ledger }: { ledger: Ledger }) {
  const { t } = useTranslation("reports");
  const places = (lines: Ledger["by_grid"], name: string): Figures => ({
    head: [name, t("done"), t("open")],
    rows: lines.map((line) => [say(line.name), line.done, line.still_open]),
    unit: t("cases"),
  });
  const types = (ledger.uptime?.by_type ?? []).filter((each) => each.share !== null);
  return (
    <>
      <div className="charts">
        <Chart kind="bar" title={t("days")} figures={{ head: [t("date"), t("opened"), t("closed")], rows: ledger.by_day.map((each) => [each.day, each.opened, each.closed]), unit: t("cases") }} />
        <Chart
          kind="bar"
          title={t("times")}
          figures={{ head: [t("step"), "50 %", "90 %", "95 %"], rows: ledger.times.map((each) => [say(each.name), minutes(each.p50), minutes(each.p90), minutes(each.p95)]), unit: t("minutes") }}
        />
        <Chart kind="pie" title={t("mix")} figures={{ head: [t("finding"), t("cases")], rows: ledger.mix.filter((each) => each.cases > 0).map((each) => [say(each.name), each.cases]), unit: t("cases") }} />
        <Chart kind="across" title={t("categories")} figures={{ head: [t("category"), t("opened")], rows: ledger.by_category.map((each) => [say(each.name), each.opened]), unit: t("cases") }} />
        <Chart kind="across" title={t("grids")} figures={places(ledger.by_grid, t("grid"))} />
        <Chart kind="across" title={t("buildings")} figures={places(ledger.by_building, t("building"))} />
        <Chart kind="across" title={t("uptime")} figures={{ head: [t("type"), t("uptime.share")], rows: types.map((each) => [say(each.name), percent(each.share)]), unit: "%" }} />
        <Chart
          kind="across"
          title={t("satisfied")}
          figures={{ head: [t("grid"), t("satisfied.share")], rows: ledger.by_grid.filter((each) => each.rated > 0).map((each) => [say(each.name), percent(each.satisfied)]), unit: "%" }}
        />
      </div>
      <Worst ledger={ledger} />
      <p className="second">{t("foot", { drills: ledger.drills, carried: ledger.carried_in })}</p>
    </>
  );
}

/** The devices that were gone longest. */
function Worst({ ledger }: { ledger: Ledger }) {
  const { t } = useTranslation("reports");
  const worst = ledger.uptime?.worst ?? [];
  if (worst.length === 0) return null;
  return (
    <section>
      <h2>{t("gone")}</h2>
      <ul className="card reports-gone">
        {worst.map((each) => (
          <li key={each.device}>
            {say(each.name)} · {say(each.place)} · {t("gone.of", { share: percent(each.share) ?? "–", hours: Math.round(each.gone_s / 360) / 10, n: each.outages })}
          </li>
        ))}
      </ul>
    </section>
  );
}
