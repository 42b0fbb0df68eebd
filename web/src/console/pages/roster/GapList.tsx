import { useTranslation } from "react-i18next";

import { Icon } from "../../../parts/Icon";
import { say } from "../../../text/start";
import type { Day } from "./calendar";
import type { Change } from "./ChangeDuty";
import { useRosterWords } from "./words";

/** Every time at which nobody would come, with the way to fill it; or that there is none. */
export function GapList({ days, fill }: { days: Day[]; fill: ((change: Change) => void) | null }) {
  const { t } = useTranslation("roster");
  const words = useRosterWords();
  const gaps = days.flatMap((day) => day.gaps.map((gap) => ({ day: day.day, gap })));
  if (gaps.length === 0)
    return (
      <p className="roster-whole second">
        <Icon name="check" /> {t("gaps.none")}
      </p>
    );
  return (
    <div className="told roster-gaps" role="status">
      <p>
        <b>{t("gaps", { n: gaps.length })}</b>
      </p>
      <ul>
        {gaps.map(({ day, gap }) => (
          <li key={`${gap.grid}${gap.role}${gap.begin}`}>
            <span className="numbers">
              {words.date(day)} {words.weekday(day)} {words.times(gap.begin, gap.end)}
            </span>
            <span>
              {say(gap.grid_name)} · {words.role(gap.role)}
            </span>
            {fill ? (
              <button
                type="button"
                className="button no-print"
                aria-label={`${t("fill")} ${words.date(day)} ${words.role(gap.role)} ${say(gap.grid_name)}`}
                aria-haspopup="dialog"
                onClick={() => fill({ duty: { begin: gap.begin, end: gap.end, role: gap.role, grid: gap.grid, shift: null, people: [] }, title: `${say(gap.grid_name)} · ${words.role(gap.role)}`, day })}
              >
                {t("fill")}
              </button>
            ) : null}
          </li>
        ))}
      </ul>
    </div>
  );
}
