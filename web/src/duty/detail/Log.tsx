import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { auditOf } from "../../api/gateway";
import type { IncidentDetail } from "../../api/views";
import { clock, moment } from "../../look/format";
import { useMe } from "../../parts/session";
import { useNow } from "../../parts/useNow";
import { deedOf, wordsOf } from "../../parts/wordsOf";
import { currentLanguage, say } from "../../text/start";

/** Everything that was done with the case, who looked at its evidence included; the record cannot be changed. */
export function Log({ detail }: { detail: IncidentDetail }) {
  const { t } = useTranslation("seat");
  const me = useMe();
  const now = useNow();
  const language = currentLanguage();
  const reads = me.permissions.includes("audit.read");
  const audit = useQuery({ queryKey: ["audit", detail.incident.number], queryFn: () => auditOf(detail.incident.number), enabled: reads });
  return (
    <section className="card detail-part" aria-labelledby="detail-log">
      <h3 id="detail-log">{t("log.title")}</h3>
      <div className="seat-table-place">
        <table className="seat-table">
          <thead>
            <tr>
              <th scope="col">{t("log.when")}</th>
              <th scope="col">{t("log.who")}</th>
              <th scope="col">{t("log.what")}</th>
            </tr>
          </thead>
          <tbody>
            {detail.timeline.map((row) => (
              <tr key={row.id}>
                <td className="numbers">
                  {moment(row.at, me.site.timezone, language, now)}
                  <span className="second">{clock(row.at, me.site.timezone).slice(5)}</span>
                </td>
                <td>{say(row.actor_name)}</td>
                <td>
                  {deedOf(row, language)} <span className="second">{wordsOf(row, language)}</span>
                </td>
              </tr>
            ))}
            {(audit.data?.items ?? []).map((row) => (
              <tr key={`audit-${row.id}`}>
                <td className="numbers">{moment(row.at, me.site.timezone, language, now)}</td>
                <td>{row.actor}</td>
                <td lang="en">{row.action}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="second">{t("log.kept")}</p>
    </section>
  );
}
