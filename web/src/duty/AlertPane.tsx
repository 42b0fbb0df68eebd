import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { alert as readAlert } from "../api/gateway";
import type { Alert } from "../api/views";
import { clock, moment, span } from "../look/format";
import { Icon } from "../parts/Icon";
import { LevelChip } from "../parts/Level";
import { useMe } from "../parts/session";
import { useStream } from "../stream/store";
import { currentLanguage, say } from "../text/start";
import { useActing } from "./acting";
import { canConfirm } from "./may";
import { Commands } from "./Commands";
import { EvidenceStrip } from "./EvidenceStrip";
import { NotePanel } from "./NotePanel";
import type { Row } from "./rows";
import { ShelvePanel } from "./ShelvePanel";
import { useStation } from "./station";

/** An early warning without a case: what the rule saw, and 确认. */
export function AlertPane({ row, now }: { row: Row; now: number }) {
  const { t } = useTranslation("duty");
  const me = useMe();
  const language = currentLanguage();
  const alert = row.alert;
  const detail = useQuery({
    queryKey: ["alert", alert?.id, alert?.updated_seq],
    queryFn: () => readAlert(alert?.id ?? ""),
    enabled: alert !== null,
  });
  if (!alert) return null;
  const zone = me.site.timezone;
  const first = detail.data?.changes[0];
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
          <p>{say(first?.why ?? alert.why, language)}</p>
          {first && detail.data && detail.data.changes.length > 1 ? (
            <p className="second">{t("case.latest", { why: say(alert.why, language), at: clock(alert.last_at, zone) })}</p>
          ) : null}
        </section>
        {detail.data?.rule_note ? (
          <section className="case-part">
            <h3>{t("case.advice")}</h3>
            <p>{say(detail.data.rule_note, language)}</p>
          </section>
        ) : null}
        <Commands number={null} device={alert.device} open={alert.open} zone={zone} />
        <EvidenceStrip
          evidence={detail.data?.evidence ?? []}
          photos={[]}
          zone={zone}
          now={now}
          openedAt={alert.opened_at}
          spot={{ device: alert.device, zone: alert.zone, building: alert.building }}
          title={alert.name}
          facts={`${say(alert.place, language)} · ${say(alert.why, language)}`}
        />
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
      <AlertActions row={row} alert={alert} />
    </section>
  );
}

/** A warning is confirmed; if it needs somebody all the same, a case is opened of it; a manager may end it. */
function AlertActions({ row, alert }: { row: Row; alert: Alert }) {
  const { t } = useTranslation("duty");
  const me = useMe();
  const acting = useActing();
  const { panel, setPanel } = useStation();
  const cut = useStream((stream) => stream.link === "cut");
  if (cut) return <footer className="case-actions second">{t("act.offline")}</footer>;
  if (panel === "open") {
    return <NotePanel title={t("act.open")} label={t("open.note")} about={t("open.why")} send={(note) => acting.open(row, note)} />;
  }
  if (panel === "clear") {
    return <NotePanel title={t("act.clear")} label={t("clear.reason")} about={t("clear.why")} send={(reason) => acting.clear(row, reason)} />;
  }
  if (panel === "shelve") return <ShelvePanel row={row} alert={alert} />;
  return (
    <footer className="case-actions">
      <button type="button" className="button main" disabled={!canConfirm(row)} onClick={() => acting.confirm(row)}>
        <Icon name="check" />
        {t(canConfirm(row) ? "act.confirm" : "act.confirmed")} <kbd aria-hidden="true">A</kbd>
      </button>
      {alert.open && me.permissions.includes("reports.add") ? (
        <button type="button" className="button" onClick={() => setPanel("open")}>
          <Icon name="send" />
          {t("act.open")} <kbd aria-hidden="true">D</kbd>
        </button>
      ) : null}
      {alert.open && me.permissions.includes("alerts.clear") ? (
        <button type="button" className="button" onClick={() => setPanel("clear")}>
          <Icon name="wrong" />
          {t("act.clear")}
        </button>
      ) : null}
      {me.permissions.includes("silences.edit") ? (
        <button type="button" className="button quiet" onClick={() => setPanel("shelve")}>
          {t("act.shelve")} <kbd aria-hidden="true">S</kbd>
        </button>
      ) : null}
      <p className="second actions-why">{t("open.nobody")}</p>
    </footer>
  );
}
