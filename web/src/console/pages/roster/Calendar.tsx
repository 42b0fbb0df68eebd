import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useMe } from "../../../parts/session";
import { say } from "../../../text/start";
import { Asked, Choice, Filters, PickOne, PrintButton, useSetUrl, useUrl } from "../../parts";
import { grids, people, roster } from "./asking";
import { dayOf, daysOf, mondayOf, moved, ROLES } from "./calendar";
import { ChangeDuty, type Change } from "./ChangeDuty";
import { DayCard } from "./DayCard";
import { flatGrids } from "./flat";
import { Frame } from "./Frame";
import { GapList } from "./GapList";
import { useRosterWords } from "./words";

const LENGTHS = { day: 1, week: 7, month: 28 } as const;
type Length = keyof typeof LENGTHS;

/** Who is on duty, day by day: a day, a week, four weeks; for everybody, a role, a grid, or one person. */
export function Calendar() {
  const { t } = useTranslation(["roster", "console"]);
  const me = useMe();
  const words = useRosterWords();
  const set = useSetUrl();
  const [from] = useUrl("from");
  const [long] = useUrl("long");
  const [role] = useUrl("role");
  const [grid] = useUrl("grid");
  const [who] = useUrl("who");
  const [change, setChange] = useState<Change | null>(null);
  const today = dayOf(Date.now(), words.zone);
  const length: Length = long === "day" || long === "month" ? long : "week";
  const start = /^\d{4}-\d\d-\d\d$/.test(from) ? from : today;
  const first = length === "day" ? start : mondayOf(start);
  const count = LENGTHS[length];
  // a day more on both sides: what begins the day before or ends the day after is not cut off
  const found = useQuery(roster(moved(first, -1), moved(first, count), who));
  const everybody = useQuery(people);
  const tree = useQuery(grids);
  const may = me.permissions.includes("rosters.edit");
  const go = (by: number) => set({ from: moved(first, by * count) });
  return (
    <Frame actions={<PrintButton />}>
      <div className="roster-bar no-print">
        <div className="segmented" role="group" aria-label={t("long")}>
          {(Object.keys(LENGTHS) as Length[]).map((each) => (
            <button key={each} type="button" aria-pressed={length === each} onClick={() => set({ long: each === "week" ? "" : each })}>
              {t(`long.${each}`)}
            </button>
          ))}
        </div>
        <div className="row-of">
          <button type="button" className="button" onClick={() => go(-1)}>
            {t("earlier")}
          </button>
          <button type="button" className="button" aria-pressed={from === ""} onClick={() => set({ from: "" })}>
            {t("today")}
          </button>
          <button type="button" className="button" onClick={() => go(1)}>
            {t("later")}
          </button>
        </div>
      </div>
      <Filters>
        <Choice name="role" label={t("role")} options={ROLES.map((each) => ({ value: each, label: words.role(each) }))} />
        <Choice name="grid" label={t("grid")} options={flatGrids(tree.data?.items ?? []).map((each) => ({ value: each.id, label: say(each.name) }))} />
        <div className="field filter">
          <span>{t("who")}</span>
          <PickOne
            label={t("who")}
            value={who || null}
            onChange={(value) => set({ who: value ?? "" })}
            choices={(everybody.data?.items ?? []).map((each) => ({ value: each.id, label: each.name }))}
            loading={everybody.isPending}
          />
        </div>
      </Filters>
      <Asked query={found} lines={10}>
        {(answer) => {
          const days = daysOf(answer, first, count, words.zone, { role, grid });
          const last = days[days.length - 1]?.day ?? first;
          return (
            <section aria-label={t("tab.calendar")}>
              <h2 className="numbers">
                {words.date(first)}
                {count > 1 ? ` – ${words.date(last)}` : ""}
              </h2>
              {who ? null : <GapList days={days} fill={may ? setChange : null} />}
              <ol className={`roster-days ${length}`}>
                {days.map((day) => (
                  <DayCard key={day.day} day={day} today={day.day === today} change={may ? setChange : null} short={length !== "day"} />
                ))}
              </ol>
            </section>
          );
        }}
      </Asked>
      {change ? <ChangeDuty change={change} onClose={() => setChange(null)} /> : null}
    </Frame>
  );
}
