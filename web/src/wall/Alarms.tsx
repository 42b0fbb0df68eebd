import { useTranslation } from "react-i18next";

import { useAppearance } from "../look/appearance";
import { clock, span, together } from "../look/format";
import { Icon } from "../parts/Icon";
import { LevelChip } from "../parts/Level";
import { currentLanguage, say } from "../text/start";
import type { WallAlarm, WallView } from "./asking";
import { ROOM } from "./turns";

const NAMED = 3; // a fire calls everybody: the line stays one line

/** The gravest, five where there is room, large enough to be read from across the room. */
export function Alarms({ view, now, reporters }: { view: WallView; now: number; reporters: Record<string, string> }) {
  const { t } = useTranslation("wall");
  const shown = view.alarms.slice(0, ROOM[useAppearance((look) => look.size)].alarms);
  const more = view.open - shown.length;
  return (
    <>
      <h2>
        {t("alarms.title")}
        {more > 0 ? <span className="wall-more">{t("alarms.more", { n: more })}</span> : null}
      </h2>
      <ol className="wall-alarms">
        {shown.map((alarm) => (
          <Alarm key={alarm.key} alarm={alarm} now={now} reporter={reporters[alarm.key]} />
        ))}
      </ol>
    </>
  );
}

function Alarm({ alarm, now, reporter }: { alarm: WallAlarm; now: number; reporter: string | undefined }) {
  const { t } = useTranslation(["wall", "common"]);
  const language = currentLanguage();
  const left = alarm.due_at ? Date.parse(alarm.due_at) - now : null;
  const { length } = alarm.people;
  const named = together(alarm.people.slice(0, length > NAMED ? NAMED - 1 : NAMED), language);
  const people = length === 0 ? t("alarm.nobody") : length > NAMED ? t("alarm.people", { names: named, n: length }) : named;
  return (
    <li>
      <LevelChip level={alarm.level} />
      <div>
        <p className="wall-alarm-title">
          {alarm.drill ? `【${t("drill")}】` : ""}
          {say(alarm.title, language)}
        </p>
        <p className="second">
          <Icon name="place" /> {say(alarm.place, language)}
          {reporter ? ` · ${t("alarm.reporter", { name: reporter })}` : ""}
        </p>
      </div>
      <p className="wall-alarm-state">
        <b>{say(alarm.state, language)}</b>
        <span className="second">{people}</span>
      </p>
      <p className="wall-alarm-time numbers">
        <b>{t("alarm.age", { span: span(now - Date.parse(alarm.opened_at), language) })}</b>
        {left === null ? null : (
          <span className={left < 0 ? "overdue" : "second"}>{t(left < 0 ? "alarm.overdue" : "alarm.due", { span: span(left, language) })}</span>
        )}
      </p>
    </li>
  );
}

/** Nothing is open: said so, with when it was looked and how many devices can be heard; never while that is not known. */
export function Calm({ view, old }: { view: WallView; old: boolean }) {
  const { t } = useTranslation("wall");
  const well = view.status === "ok";
  return (
    <div className="wall-calm">
      <Icon name={well ? "shield" : "help"} />
      <p className="wall-calm-title">{well ? t("calm.title") : t("calm.but")}</p>
      {well ? null : <p>{view.reasons.map((each) => say(each.text)).join(" ")}</p>}
      <p className="second numbers">{t("calm.checked", { at: clock(view.at, view.timezone) })}</p>
      {old ? null : <p className="second numbers">{t("calm.devices", { online: view.devices.online, total: view.devices.total })}</p>}
    </div>
  );
}
