import { useTranslation } from "react-i18next";

import { Icon } from "../../../parts/Icon";
import { say } from "../../../text/start";
import { handOver, StateTag } from "../../parts";
import { csvOf } from "../../parts/csv";
import type { Gauge } from "./asking";
import { norm, shown, TONES, worstFirst } from "./gauges";

/** Figure, target, limit and how it stands; the worst first. */
export function Gauges({ gauges }: { gauges: readonly Gauge[] }) {
  const { t } = useTranslation(["governance", "console"]);
  const rows = worstFirst(gauges);
  const head = [t("figure"), t("value"), t("target"), t("limit"), t("stands"), t("source")];
  /** Names of standards are the same in both languages; a goal of our own is said. */
  const from = (source: string) => source.split(", ").map((each) => (each === "goal" ? t("source.goal") : each)).join(" · ");
  const download = () =>
    handOver(`${t("gauges")}.csv`, csvOf(head, rows.map((each) => [say(each.title), shown(each.value, each.form), norm(each.target, each), norm(each.limit, each), t(`stands.${each.stands}`), from(each.source)])));
  return (
    <section aria-label={t("gauges")}>
      <div className="rows-head">
        <h2>{t("gauges")}</h2>
        <button type="button" className="button quiet no-print rows-take" onClick={download}>
          <Icon name="down" />
          {t("console:rows.csv")}
        </button>
      </div>
      <div className="rows-scroll" tabIndex={0}>
        <table className="table governance-gauges" role="table">
          <caption className="only-heard">{t("gauges")}</caption>
          <thead role="rowgroup">
            <tr role="row">
              {head.map((name, place) => (
                <th key={name} role="columnheader" scope="col" className={place > 0 && place < 4 ? "right governance-head" : "governance-head"}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody role="rowgroup">
            {rows.map((each) => (
              <tr role="row" key={each.name}>
                <td role="cell" data-label={head[0]}>
                  {say(each.title)}
                </td>
                <td role="cell" data-label={head[1]} className="numbers right">
                  <b>{shown(each.value, each.form)}</b>
                </td>
                <td role="cell" data-label={head[2]} className="numbers right">
                  {norm(each.target, each)}
                </td>
                <td role="cell" data-label={head[3]} className="numbers right">
                  {norm(each.limit, each)}
                </td>
                <td role="cell" data-label={head[4]}>
                  <StateTag tone={TONES[each.stands]}>{t(`stands.${each.stands}`)}</StateTag>
                </td>
                <td role="cell" data-label={head[5]} className="second">
                  {from(each.source)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
