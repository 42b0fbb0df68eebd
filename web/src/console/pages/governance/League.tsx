import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { useMe } from "../../../parts/session";
import { say } from "../../../text/start";
import { Proposal } from "../../parts";
import type { Loud } from "./asking";
import { falseShare, shown } from "./gauges";
import { TryRemedy } from "./TryRemedy";

/** The ten that speak most, each with what to try and why. */
export function League({ title, rows, to }: { title: string; rows: readonly Loud[]; to?: (id: string) => string }) {
  const { t } = useTranslation("governance");
  const me = useMe();
  const head = [t("who"), t("alarms"), t("share"), t("false"), t("remedy")];
  return (
    <div className="governance-league">
      <h3>{title}</h3>
      {rows.length === 0 ? <p className="second">{t("loudest.none")}</p> : null}
      {rows.length > 0 ? (
        <div className="rows-scroll" tabIndex={0}>
          <table className="table" role="table">
            <caption className="only-heard">{title}</caption>
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
                <tr role="row" key={each.id}>
                  <td role="cell" data-label={head[0]}>
                    {to ? <Link className="row-link" to={to(each.id)}>{say(each.name)}</Link> : say(each.name)}
                    {each.chatters ? <span className="second"> · {t("chatters")}</span> : null}
                  </td>
                  <td role="cell" data-label={head[1]} className="numbers right">
                    {each.alarms}
                  </td>
                  <td role="cell" data-label={head[2]} className="numbers right">
                    {shown(each.share, "share")}
                  </td>
                  <td role="cell" data-label={head[3]} className="numbers right">
                    {each.found > 0 ? t("false.of", { share: shown(falseShare(each), "share"), n: each.found }) : "–"}
                  </td>
                  <td role="cell" data-label={head[4]}>
                    {each.remedy ? (
                      <>
                        <Proposal remedy={each.remedy} />
                        {me.permissions.includes("rules.draft") ? <TryRemedy remedy={each.remedy} /> : null}
                      </>
                    ) : (
                      "–"
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </div>
  );
}
