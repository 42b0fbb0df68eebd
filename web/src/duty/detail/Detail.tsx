import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { IncidentDetail } from "../../api/views";
import { moment } from "../../look/format";
import { caseDetail } from "../../parts/caseDetail";
import { Icon } from "../../parts/Icon";
import { LevelChip } from "../../parts/Level";
import { useMe } from "../../parts/session";
import { useNow } from "../../parts/useNow";
import { useStream } from "../../stream/store";
import { currentLanguage, say } from "../../text/start";
import { Go } from "../Go";
import { momentsOf } from "../pictures/moments";
import Viewer from "../pictures/Viewer";
import { Asked, SeatFrame } from "../SeatFrame";
import { Told } from "../ToldList";
import { useWhere } from "../where";
import { Around, SamePlace } from "./Around";
import { Log } from "./Log";
import { Notes } from "./Notes";
import { TakeAway } from "./TakeAway";
import { Trace } from "./Trace";
import "./detail.css";

/** One case with everything that is known about it, at its own address. */
export default function Detail() {
  const { t } = useTranslation("seat");
  const number = decodeURIComponent(useWhere((where) => where.path).split("/")[3] ?? "");
  const known = useStream((stream) => stream.live.incidents[number]);
  const found = useQuery(caseDetail(number, known));
  return (
    <SeatFrame
      title={found.data ? say(found.data.incident.title) : number}
      help={t("detail.help")}
      actions={
        <>
          <a className="button no-print" href={`/duty?case=${encodeURIComponent(number)}`}>
            <Icon name="bell" />
            {t("detail.desk")}
          </a>
          <a className="button no-print" href={`/api/incidents/${encodeURIComponent(number)}/sheet?lang=${currentLanguage()}`} target="_blank" rel="noreferrer">
            <Icon name="print" />
            {t("detail.sheet")}
          </a>
        </>
      }
    >
      <Asked query={found}>{(detail) => <Case detail={detail} />}</Asked>
    </SeatFrame>
  );
}

function Case({ detail }: { detail: IncidentDetail }) {
  const { t } = useTranslation(["seat", "duty", "common"]);
  const me = useMe();
  const now = useNow();
  const { incident } = detail;
  const zone = me.site.timezone;
  const facts = [say(incident.place), moment(incident.opened_at, zone, currentLanguage(), now), say(detail.why)].filter(Boolean).join(" · ");
  return (
    <>
      <p className="detail-line">
        <LevelChip level={incident.level} />
        <b>{say(incident.state_name)}</b>
        {incident.drill ? <span className="demo">{t("common:drill")}</span> : null}
        <span>{say(incident.place)}</span>
        <span className="second numbers">{t("duty:case.opened", { at: moment(incident.opened_at, zone, currentLanguage(), now) })}</span>
        <span className="second numbers">{incident.number}</span>
      </p>
      <div className="detail">
        <div className="detail-main">
          <section className="card detail-part" aria-labelledby="detail-evidence">
            <h3 id="detail-evidence">{t("detail.evidence")}</h3>
            <Viewer
              key={incident.number}
              moments={momentsOf(detail.evidence, incident.photos, incident.opened_at)}
              spot={{ device: incident.device, zone: incident.zone, building: incident.building }}
              title={incident.title}
              facts={facts}
            />
            <TakeAway number={incident.number} />
          </section>
          <Trace detail={detail} />
          <Log detail={detail} />
        </div>
        <div className="detail-side">
          <Notes detail={detail} />
          <Around incident={incident} />
          <SamePlace incident={incident} />
          {detail.told.length > 0 ? (
            <div className="card detail-part">
              <Told told={detail.told} zone={zone} now={now} />
            </div>
          ) : null}
          <p className="no-print">
            <Go to="/duty/search" className="button">
              <Icon name="history" />
              {t("detail.search")}
            </Go>
          </p>
        </div>
      </div>
    </>
  );
}
