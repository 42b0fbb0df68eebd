import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { eventsBetween, incidents } from "../../api/gateway";
import type { Incident } from "../../api/views";
import { clock, moment } from "../../look/format";
import { LevelChip } from "../../parts/Level";
import { useMe } from "../../parts/session";
import { useNow } from "../../parts/useNow";
import { currentLanguage, say } from "../../text/start";
import { Go } from "../Go";
import { Asked } from "../SeatFrame";
import { addressOfCase } from "../where";

const AROUND_MS = 60_000;
const DAYS = 30;
const SHOWN = 12;
const later = (at: string, ms: number): string => new Date(Date.parse(at) + ms).toISOString();

/** What else happened within a minute before and after: other cases, and what devices said. */
export function Around({ incident }: { incident: Incident }) {
  const { t } = useTranslation("seat");
  const me = useMe();
  const [from, to] = [later(incident.opened_at, -AROUND_MS), later(incident.opened_at, AROUND_MS)];
  const cases = useQuery({ queryKey: ["around", incident.number], queryFn: () => incidents({ opened_from: from, opened_to: to }) });
  const events = useQuery({ queryKey: ["around-events", incident.number], queryFn: () => eventsBetween(from, to), enabled: me.permissions.includes("events.read") });
  return (
    <section className="card detail-part" aria-labelledby="detail-around">
      <h3 id="detail-around">{t("around.title")}</h3>
      <Asked query={cases}>{({ items }) => <Cases items={items.filter((each) => each.number !== incident.number)} none={t("around.none")} />}</Asked>
      {events.data ? (
        <ul className="around-events">
          {events.data.items.slice(0, SHOWN).map((event) => (
            <li key={event.seq}>
              <time className="second numbers">{clock(event.at, me.site.timezone)}</time> {say(event.kind_name)} <span className="second">{say(event.device_name) || event.device}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}

/** What happened in the same building in the last 30 days: is this the first time, or the tenth? */
export function SamePlace({ incident }: { incident: Incident }) {
  const { t } = useTranslation("seat");
  const building = incident.building;
  const found = useQuery({
    queryKey: ["same-place", incident.number],
    queryFn: () => incidents({ building: building ?? "", opened_from: later(incident.opened_at, -DAYS * 86_400_000), opened_to: incident.opened_at, limit: 200 }),
    enabled: building !== null,
  });
  if (building === null) return null;
  return (
    <section className="card detail-part" aria-labelledby="detail-same">
      <h3 id="detail-same">{t("same.title")}</h3>
      <Asked query={found}>
        {({ items, next }) => {
          const others = items.filter((each) => each.number !== incident.number);
          const alike = others.filter((each) => each.category === incident.category);
          const wrong = alike.filter((each) => each.close_code?.startsWith("false_")).length;
          return (
            <>
              {others.length > 0 ? <p>{t(next === null ? "same.count" : "same.many", { n: others.length, alike: alike.length, wrong })}</p> : null}
              <Cases items={others.slice(0, SHOWN)} none={t("same.none")} />
            </>
          );
        }}
      </Asked>
    </section>
  );
}

function Cases({ items, none }: { items: Incident[]; none: string }) {
  const me = useMe();
  const now = useNow();
  if (items.length === 0) return <p className="second">{none}</p>;
  return (
    <ul className="around">
      {items.map((each) => (
        <li key={each.number}>
          <LevelChip level={each.level} />
          <Go to={addressOfCase(each.number)}>{say(each.title)}</Go>
          <span className="second numbers">
            {moment(each.opened_at, me.site.timezone, currentLanguage(), now)} · {say(each.close_name) || say(each.state_name)}
          </span>
        </li>
      ))}
    </ul>
  );
}
