import { useTranslation } from "react-i18next";

import type { IncidentDetail } from "../api/views";
import { moment } from "../look/format";
import { currentLanguage, say } from "../text/start";

const STATES = ["pending", "sending", "sent", "delivered", "failed", "expired", "withdrawn", "unknown"] as const;

/** Who was told, by which channel, and what came back. */
export function Told({ told, zone, now }: { told: IncidentDetail["told"]; zone: string; now: number }) {
  const { t } = useTranslation("duty");
  if (told.length === 0) return null;
  return (
    <section className="case-part">
      <h3>{t("case.told")}</h3>
      <ul className="timeline">
        {told.map((each) => {
          const state = STATES.find((known) => known === each.state);
          return (
            <li key={each.id}>
              <time>{moment(each.created_at, zone, currentLanguage(), now)}</time>
              <p>
                <b>{say(each.recipient_name)}</b> <span className="second">{say(each.channel_name)}</span> {state ? t(`told.${state}`) : each.state}
              </p>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
