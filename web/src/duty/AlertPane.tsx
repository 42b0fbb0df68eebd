import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { alert as readAlert } from "../api/gateway";
import { clock, moment, span } from "../look/format";
import { Icon } from "../parts/Icon";
import { LevelChip } from "../parts/Level";
import { useMe } from "../parts/session";
import { currentLanguage, say } from "../text/start";
import { canConfirm, useActing } from "./acting";
import { EvidenceStrip } from "./EvidenceStrip";
import type { Row } from "./rows";

/** An early warning without a case: what the rule saw, and 确认. */
export function AlertPane({ row, now }: { row: Row; now: number }) {
  const { t } = useTranslation("duty");
  const me = useMe();
  const acting = useActing();
  const language = currentLanguage();
  const alert = row.alert;
  const detail = useQuery({
    queryKey: ["alert", alert?.id, alert?.updated_seq],
    queryFn: () => readAlert(alert?.id ?? ""),
    enabled: alert !== null,
  });
  if (!alert) return null;
  const zone = me.site.timezone;
  return (
    <section className="case" aria-labelledby="case-title">
      <div className="case-scroll" tabIndex={0} role="group" aria-labelledby="case-title">
        <header className="case-head">
          <p className="case-line">
            <LevelChip level={alert.level} />
            <b>{t("row.warning")}</b>
            {alert.acknowledged_name ? (
              <span className="second">
                {alert.acknowledged_name} {t("row.seen")}
              </span>
            ) : null}
          </p>
          <h2 id="case-title">{say(alert.name, language)}</h2>
          <p className="case-place">
            <Icon name="place" />
            {say(alert.place, language)}
            <span className="second numbers">
              {" · "}
              {moment(alert.opened_at, zone, language, now)} · {t("row.age", { span: span(now - Date.parse(alert.opened_at), language) })}
            </span>
          </p>
        </header>
        <section className="case-part">
          <h3>{t("case.why")}</h3>
          <p>{say(alert.why, language)}</p>
          {detail.data?.rule_note ? <p className="second">{say(detail.data.rule_note, language)}</p> : null}
        </section>
        <EvidenceStrip evidence={detail.data?.evidence ?? []} photos={[]} zone={zone} now={now} />
        {detail.data ? (
          <section className="case-part">
            <h3>{t("case.timeline")}</h3>
            <ol className="timeline">
              {[...detail.data.changes].reverse().map((change) => (
                <li key={change.seq}>
                  <time>{clock(change.at, zone)}</time>
                  <p>{say(change.why, language)}</p>
                </li>
              ))}
            </ol>
          </section>
        ) : null}
      </div>
      <footer className="case-actions">
        <button type="button" className="button main" disabled={!canConfirm(row)} onClick={() => acting.confirm(row)}>
          <Icon name="check" />
          {t(canConfirm(row) ? "act.confirm" : "act.confirmed")} <kbd aria-hidden="true">A</kbd>
        </button>
      </footer>
    </section>
  );
}
