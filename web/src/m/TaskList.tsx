import { useTranslation } from "react-i18next";

import { clock, span } from "../look/format";
import { Icon } from "../parts/Icon";
import { LevelChip } from "../parts/Level";
import { useMe } from "../parts/session";
import { useNow } from "../parts/useNow";
import { useStream } from "../stream/store";
import { currentLanguage, say } from "../text/start";
import type { Incident } from "../api/views";
import { myTasks } from "./steps";

export function TaskList({ open, patrol }: { open: (number: string) => void; patrol: (() => void) | null }) {
  const { t } = useTranslation(["m", "common"]);
  const me = useMe();
  const now = useNow();
  const live = useStream((stream) => stream.live);
  const tasks = myTasks(Object.values(live.incidents), me.id);
  return (
    <>
      <h1 className="page-title">
        {t("title")} <span className="numbers">{tasks.length > 0 ? tasks.length : ""}</span>
      </h1>
      {live.waiting ? <div className="skeleton task-skeleton" aria-busy="true" /> : null}
      {!live.waiting && tasks.length === 0 ? (
        <div className="empty">
          <Icon name="shield" />
          <p className="empty-title">{t("tasks.empty")}</p>
          <p className="second">{t("tasks.empty.more")}</p>
        </div>
      ) : null}
      <ul className="tasks">
        {tasks.map((task) => (
          <TaskCard key={task.number} task={task} now={now} open={open} />
        ))}
      </ul>
      {patrol ? (
        <button type="button" className="button wide spaced" onClick={patrol}>
          <Icon name="place" />
          {t("patrol.title")}
        </button>
      ) : null}
      {live.at ? <p className="second checked numbers">{t("tasks.checked", { at: clock(live.at, me.site.timezone) })}</p> : null}
    </>
  );
}

function TaskCard({ task, now, open }: { task: Incident; now: number; open: (number: string) => void }) {
  const { t } = useTranslation(["m", "common"]);
  const language = currentLanguage();
  const left = task.due ? Date.parse(task.due.at) - now : null;
  return (
    <li className="card task">
      <p className="task-line">
        <LevelChip level={task.level} />
        <span>{say(task.state_name, language)}</span>
        {left === null ? null : (
          <span className={left < 0 ? "numbers overdue" : "numbers second"}>
            {t(left < 0 ? "task.overdue" : "task.due", { span: span(left, language) })}
          </span>
        )}
      </p>
      <h2>
        <button type="button" className="task-open" onClick={() => open(task.number)}>
          {task.drill ? `【${t("common:drill")}】` : ""}
          {say(task.title, language)}
        </button>
      </h2>
      <p className="task-place">
        <Icon name="place" />
        {say(task.place, language)}
      </p>
    </li>
  );
}
