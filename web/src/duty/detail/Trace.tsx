import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { explained } from "../../api/gateway";
import type { Alert, IncidentDetail } from "../../api/views";
import { clock } from "../../look/format";
import { Icon } from "../../parts/Icon";
import { useMe } from "../../parts/session";
import { say } from "../../text/start";

const MOST = 5;

/** Why it was raised: what opened the case, then each alert with the rule's own answer for that moment. */
export function Trace({ detail }: { detail: IncidentDetail }) {
  const { t } = useTranslation("seat");
  return (
    <section className="card detail-part" aria-labelledby="detail-trace">
      <h3 id="detail-trace">{t("trace.title")}</h3>
      {detail.why ? <p>{say(detail.why)}</p> : null}
      {detail.report ? <blockquote>{detail.report.text ?? t("trace.erased")}</blockquote> : null}
      <ol className="trace">
        {detail.alerts.slice(0, MOST).map((alert) => (
          <OneAlert key={alert.id} alert={alert} />
        ))}
      </ol>
      {detail.alerts.length > MOST ? <p className="second">{t("trace.more", { n: detail.alerts.length - MOST })}</p> : null}
    </section>
  );
}

function OneAlert({ alert }: { alert: Alert }) {
  const { t } = useTranslation("seat");
  const me = useMe();
  const may = me.permissions.includes("rules.read");
  const why = useQuery({ queryKey: ["explained", alert.id], queryFn: () => explained(alert.rule, alert.key, alert.opened_at), enabled: may, staleTime: Number.POSITIVE_INFINITY, retry: false });
  return (
    <li>
      <p>
        <b>{say(alert.name)}</b> <time className="second numbers">{clock(alert.opened_at, me.site.timezone)}</time>
        {alert.device_name ? <span className="second"> · {say(alert.device_name)}</span> : null}
      </p>
      <p>{say(alert.why)}</p>
      <ul>
        {(why.data?.lines ?? []).map((line, index) => (
          <li key={index} className="trace-line">
            {line.ok === null ? null : <Icon name={line.ok ? "check" : "wrong"} />}
            <span className="only-heard">{line.ok === null ? "" : t(line.ok ? "trace.yes" : "trace.no")}</span>
            {say(line.text)}
          </li>
        ))}
      </ul>
    </li>
  );
}
