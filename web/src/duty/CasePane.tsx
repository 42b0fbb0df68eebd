import { useQuery } from "@tanstack/react-query";
import { memo } from "react";
import { useTranslation } from "react-i18next";

import { Refusal } from "../api/client";
import type { Incident, IncidentDetail } from "../api/views";
import { clock, moment, span, together } from "../look/format";
import { caseDetail } from "../parts/caseDetail";
import { Icon } from "../parts/Icon";
import { LevelChip } from "../parts/Level";
import { useMe } from "../parts/session";
import { Told as Box } from "../parts/Told";
import { useStream } from "../stream/store";
import { currentLanguage, say } from "../text/start";
import { Actions } from "./Actions";
import { AlertPane } from "./AlertPane";
import { Commands } from "./Commands";
import { EvidenceStrip } from "./EvidenceStrip";
import { Go } from "./Go";
import { BoundCameras } from "./Looking";
import { Plan } from "./PlanSteps";
import { type Row } from "./rows";
import { Timeline } from "./Timeline";
import { Told } from "./ToldList";
import { addressOfCase } from "./where";

/** The chosen case: what, where, why, what to do, what has happened. */
export const CasePane = memo(function CasePane({ row, chosen, now }: { row: Row | null; chosen: string | null; now: number }) {
  const { t } = useTranslation("duty");
  const known = useStream((stream) => (row?.incident ? stream.live.incidents[row.incident.number] : undefined));
  const number = row?.incident?.number ?? (row === null ? chosen : null);
  const detail = useQuery(caseDetail(number, known));
  if (row?.alert) return <AlertPane row={row} now={now} />;
  if (number === null) {
    return (
      <section className="case case-empty" aria-label={t("case.none")}>
        <Icon name="shield" />
        <p className="second">{t("case.none")}</p>
      </section>
    );
  }
  if (detail.error && !detail.data) {
    const why = detail.error instanceof Refusal ? say(detail.error.detail) : detail.error.message;
    return (
      <section className="case">
        <Box title={number} retry={() => void detail.refetch()}>
          {why}
        </Box>
      </section>
    );
  }
  return detail.data ? <Case detail={detail.data} now={now} row={row} /> : <section className="case" aria-busy="true" />;
});

function Case({ detail, now, row }: { detail: IncidentDetail; now: number; row: Row | null }) {
  const { t } = useTranslation(["duty", "common"]);
  const me = useMe();
  const language = currentLanguage();
  const { incident } = detail;
  const zone = me.site.timezone;
  const spot = { device: incident.device, zone: incident.zone, building: incident.building };
  return (
    <section className="case" aria-labelledby="case-title">
      <div className="case-scroll" tabIndex={0} role="group" aria-labelledby="case-title">
        <header className="case-head">
          <p className="case-line">
            <LevelChip level={incident.level} />
            <b>{say(incident.state_name, language)}</b>
            {incident.drill ? <span className="demo">{t("common:drill")}</span> : null}
            {incident.closed_at === null ? <DueWords due={incident.due?.at ?? null} now={now} /> : null}
          </p>
          <h2 id="case-title">{say(incident.title, language)}</h2>
          <p className="case-place">
            <Icon name="place" />
            {say(incident.place, language)}
            <span className="second numbers">
              {" · "}
              {t("case.opened", { at: moment(incident.opened_at, zone, language, now) })}
              {" · "}
              {t("row.age", { span: span(now - Date.parse(incident.opened_at), language) })}
            </span>
          </p>
          <Who detail={detail} now={now} />
        </header>
        {detail.report ? <Report report={detail.report} /> : null}
        <Why detail={detail} zone={zone} now={now} />
        {incident.level === "L1" && incident.closed_at === null && me.permissions.includes("cameras.read") ? <BoundCameras spot={spot} /> : null}
        <EvidenceStrip
          evidence={detail.evidence}
          photos={incident.photos}
          zone={zone}
          now={now}
          openedAt={incident.opened_at}
          spot={spot}
          title={incident.title}
          facts={`${say(incident.place, language)} · ${say(detail.why, language)}`}
        />
        {detail.plan ? <Plan plan={detail.plan} incident={incident} zone={zone} may={incident.allowed.includes("note")} /> : null}
        <Commands number={incident.number} device={incident.device} open={incident.closed_at === null} zone={zone} />
        <Timeline rows={detail.timeline} zone={zone} now={now} />
        <Told told={detail.told} zone={zone} now={now} />
        <p className="case-foot">
          <Go to={addressOfCase(incident.number)} className="button">
            <Icon name="list" />
            {t("case.all")}
          </Go>
          <span className="second numbers case-number">{incident.number}</span>
        </p>
      </div>
      {row ? <Actions row={row} detail={detail} /> : null}
    </section>
  );
}

function DueWords({ due, now }: { due: string | null; now: number }) {
  const { t } = useTranslation("duty");
  if (due === null) return null;
  const left = Date.parse(due) - now;
  const words = t(left < 0 ? "row.overdue" : "row.due", { span: span(left, currentLanguage()) });
  return <span className={left < 0 ? "numbers overdue" : "second numbers"}>{words}</span>;
}

/** What somebody reported, in their own words. */
function Report({ report }: { report: NonNullable<IncidentDetail["report"]> }) {
  const { t } = useTranslation("duty");
  return (
    <section className="case-part report-words">
      <h3>{t("case.report", { who: say(report.by_name) })}</h3>
      <p>{report.text ?? t("case.report.erased")}</p>
    </section>
  );
}

/** When it ended, by whom and with what result. */
function Closed({ incident, now }: { incident: Incident; now: number }) {
  const { t } = useTranslation(["duty", "common"]);
  const language = currentLanguage();
  const me = useMe();
  const at = moment(incident.closed_at ?? incident.opened_at, me.site.timezone, language, now);
  const result = say(incident.close_name, language);
  return (
    <p className="case-who">
      <Icon name="check" />
      {t("case.closed", { at, who: say(incident.checker_name, language) || t("common:system") })}
      {result ? ` · ${t("case.result", { result })}` : ""}
    </p>
  );
}

function Who({ detail, now }: { detail: IncidentDetail; now: number }) {
  const { t } = useTranslation("duty");
  const { incident } = detail;
  const language = currentLanguage();
  if (incident.closed_at !== null) return <Closed incident={incident} now={now} />;
  if (incident.state === "resolved") return null;
  if (incident.owner_name) return <p className="case-who">{t("case.owner", { name: incident.owner_name })}</p>;
  if (incident.assignees.length > 0) {
    return <p className="case-who">{t("case.sent_to", { names: together(incident.assignees.map((person) => person.name), language) })}</p>;
  }
  return null;
}

/** What opened the case comes first and stays; below it what its alerts say now. */
function Why({ detail, zone, now }: { detail: IncidentDetail; zone: string; now: number }) {
  const { t } = useTranslation("duty");
  const language = currentLanguage();
  const { alerts, incident, why } = detail;
  if (alerts.length === 0) return null;
  const news = alerts.filter((alert) => alerts.length > 1 || !why || say(alert.why, language) !== say(why, language));
  return (
    <section className="case-part">
      <h3>{t("case.why")}</h3>
      {why ? (
        <p className="why-first">
          {say(why, language)} <time className="second numbers">{moment(incident.opened_at, zone, language, now)}</time>
        </p>
      ) : null}
      {why && news.length > 0 ? <h4>{t("case.now")}</h4> : null}
      <ul className="why">
        {news.slice(0, 5).map((alert) => (
          <li key={alert.id}>
            <p>{say(alert.why, language)}</p>
            <p className="second numbers">
              {say(alert.name, language)}
              {alert.device_name ? ` · ${say(alert.device_name, language)}` : ""} · {clock(alert.last_at, zone)}
              {alert.count > 1 ? ` · ${t("row.times", { n: alert.count })}` : ""}
            </p>
          </li>
        ))}
      </ul>
      {alerts.length > 5 ? <p className="second">{t("case.more_alerts", { n: alerts.length })}</p> : null}
      {incident.closed_at === null && alerts.every((alert) => !alert.open) ? <p className="second">{t("case.devices_cleared")}</p> : null}
    </section>
  );
}
