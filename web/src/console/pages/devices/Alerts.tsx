import { useTranslation } from "react-i18next";

import { say } from "../../../text/start";
import { LevelChip, StateTag, When } from "../../parts";
import type { DeviceDetail } from "./asking";

/** The device's newest alerts, open ones first. */
export function Alerts({ alerts }: { alerts: DeviceDetail["alerts"] }) {
  const { t } = useTranslation("devices");
  const ordered = [...alerts].sort((a, b) => Number(b.open) - Number(a.open));
  return (
    <section>
      <h2>{t("alerts.lately")}</h2>
      <ul className="card devices-lines">
        {ordered.slice(0, 8).map((alert) => (
          <li key={alert.id}>
            <LevelChip level={alert.level} />
            <b>{say(alert.name)}</b>
            <span className="second">
              <When at={alert.opened_at} />
              {alert.count > 1 ? ` · ${t("times", { n: alert.count })}` : ""}
            </span>
            <StateTag tone={alert.open ? "bad" : "good"}>{t(alert.open ? "alert.open" : "alert.over")}</StateTag>
          </li>
        ))}
      </ul>
    </section>
  );
}
