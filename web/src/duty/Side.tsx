import { useTranslation } from "react-i18next";

import { clock, together } from "../look/format";
import { useMe } from "../parts/session";
import { useStream } from "../stream/store";
import { currentLanguage, say } from "../text/start";
import { EstatePlan } from "./EstatePlan";
import { Guide } from "./Guide";
import { LoadCurve } from "./LoadCurve";
import { nearFirst } from "./near";
import type { Row } from "./rows";

/** The right side: where it is, who is there, how busy the shift is. */
export function Side({ rows, row }: { rows: Row[]; row: Row | null }) {
  return (
    <aside className="side">
      <Guide />
      <EstatePlan rows={rows} />
      <People grid={row?.incident?.grid ?? row?.alert?.grid ?? null} />
      <ShiftLoad />
    </aside>
  );
}

/** Who is on duty, those who serve the place of the open case first. */
function People({ grid }: { grid: string | null }) {
  const { t } = useTranslation("duty");
  const me = useMe();
  const duty = useStream((stream) => stream.live.duty);
  const gaps = (duty?.grids ?? []).filter((grid) => grid.gap);
  return (
    <section className="side-part" aria-labelledby="people-title">
      <h2 id="people-title">{t("people.title")}</h2>
      <ul className="people-now">
        {nearFirst(duty, grid).map(({ person, near }) => (
          <li key={person.id}>
            <b>
              {person.name}
              {near ? <em className="near">{t("people.near")}</em> : null}
            </b>
            <span className="second numbers">
              {together(person.roles.map((role) => roleWord(role, t)), currentLanguage())}
              {person.until ? ` · ${t("on_duty.until", { at: clock(person.until, me.site.timezone, true) })}` : ""}
            </span>
          </li>
        ))}
      </ul>
      {gaps.length > 0 ? <p className="gap">{t("on_duty.gap", { grids: together(gaps.map((grid) => say(grid.grid_name)), currentLanguage()) })}</p> : null}
    </section>
  );
}

const ROLES = ["guard", "worker", "leader", "maintenance", "manager", "checker", "administrator", "auditor", "resident"] as const;

function roleWord(role: string, t: (key: `role.${(typeof ROLES)[number]}`) => string): string {
  const known = ROLES.find((each) => each === role);
  return known ? t(`role.${known}`) : role;
}

function ShiftLoad() {
  const { t } = useTranslation("duty");
  const load = useStream((stream) => stream.live.load);
  if (!load) return null;
  return (
    <section className="side-part" aria-labelledby="load-title">
      <h2 id="load-title">{t("load.title")}</h2>
      <dl className="load numbers">
        <div>
          <dt>{t("load.ten")}</dt>
          <dd>{load.ten_minutes}</dd>
        </div>
        <div>
          <dt>{t("load.hour")}</dt>
          <dd>{load.hour}</dd>
        </div>
        <div>
          <dt>{t("load.open_alerts")}</dt>
          <dd>{load.open_alerts}</dd>
        </div>
        <div>
          <dt>{t("load.open_incidents")}</dt>
          <dd>{load.open_incidents}</dd>
        </div>
      </dl>
      <LoadCurve />
      <p className="second">{t("load.goal")}</p>
    </section>
  );
}
