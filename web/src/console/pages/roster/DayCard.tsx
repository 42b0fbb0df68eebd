import { type DragEvent, useState } from "react";
import { useTranslation } from "react-i18next";

import { Icon } from "../../../parts/Icon";
import type { Day, Watch } from "./calendar";
import type { Change } from "./ChangeDuty";
import { useRosterWords } from "./words";

const KIND = "application/x-roster";
/** What is being dragged: browsers do not tell it before it is dropped. */
let dragged: { person: { id: string; name: string }; watch: Watch; day: string } | null = null;

/** One day: what kind of day it is, each duty with its people, who is away. A person can be dragged onto another duty. */
export function DayCard({ day, today, change, short }: { day: Day; today: boolean; change: ((change: Change) => void) | null; short: boolean }) {
  const { t } = useTranslation("roster");
  const words = useRosterWords();
  const mark = day.swapped ? t(day.workday ? "mark.worked" : "mark.off") : day.workday ? null : t("mark.rest");
  return (
    <li className={`card roster-day${today ? " today" : ""}${day.workday ? "" : " rest"}`} aria-current={today ? "date" : undefined}>
      <h3>
        <span className="numbers">{words.date(day.day)}</span> {words.weekday(day.day)}
        {today ? <b className="roster-mark">{t("today")}</b> : null}
        {mark ? <span className="roster-mark">{mark}</span> : null}
      </h3>
      {day.watches.length === 0 ? <p className="second">{t("nobody")}</p> : null}
      <ul>
        {day.watches.map((watch) => (
          <WatchBox key={watch.key} watch={watch} day={day.day} change={change} short={short} />
        ))}
      </ul>
      {day.gaps.length > 0 ? (
        <p className="roster-gap">
          <Icon name="help" /> {t("gaps.day", { n: day.gaps.length })}
        </p>
      ) : null}
      {day.leave.length > 0 ? (
        <p className="second roster-leave">
          {t("away")} {day.leave.map((each) => each.person.name).join(" ")}
        </p>
      ) : null}
    </li>
  );
}

function WatchBox({ watch, day, change, short }: { watch: Watch; day: string; change: ((change: Change) => void) | null; short: boolean }) {
  const { t } = useTranslation("roster");
  const words = useRosterWords();
  const [over, setOver] = useState(false);
  const title = words.shift(watch);
  const duty = { begin: watch.begin, end: watch.end, role: watch.role, grid: watch.grid, shift: watch.shift === "override" ? null : watch.shift, people: watch.people.map((each) => each.id) };
  const fits = () => dragged !== null && dragged.watch.role === watch.role && dragged.watch.key !== watch.key && !duty.people.includes(dragged.person.id);
  const hover = (event: DragEvent) => {
    if (!change || !fits()) return;
    event.preventDefault();
    setOver(true);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (!change || !dragged || !fits()) return;
    const { person, watch: source } = dragged;
    change({
      duty,
      title,
      day,
      add: person,
      from: { begin: source.begin, end: source.end, role: source.role, grid: source.grid, shift: source.shift === "override" ? null : source.shift, people: source.people.map((each) => each.id) },
      fromTitle: `${words.date(dragged.day)} ${words.shift(source)}`,
    });
  };
  return (
    <li className={over ? "roster-watch over" : "roster-watch"} onDragOver={hover} onDragLeave={() => setOver(false)} onDrop={drop}>
      <p className="roster-what">
        <span className="roster-title">{title}</span>
        <span className="second numbers">{words.times(watch.begin, watch.end)}</span>
      </p>
      <div className="roster-row">
        <p className="roster-people">
          {watch.people.map((person) => (
            <span
              key={person.id}
              className="roster-person"
              draggable={change !== null}
              onDragStart={(event) => {
                dragged = { person, watch, day };
                event.dataTransfer.setData(KIND, person.id);
                event.dataTransfer.effectAllowed = "move";
              }}
              onDragEnd={() => {
                dragged = null;
              }}
            >
              {person.name}
            </span>
          ))}
        </p>
        {change ? (
          <button type="button" className="button quiet roster-change no-print" aria-label={t("change.of", { what: `${words.date(day)} ${title} ${words.times(watch.begin, watch.end)}` })} aria-haspopup="dialog" onClick={() => change({ duty, title, day })}>
            {short ? <Icon name="edit" /> : t("change")}
          </button>
        ) : null}
      </div>
    </li>
  );
}
