import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { Refusal } from "../api/client";
import { incidents as readIncidents } from "../api/gateway";
import { moment } from "../look/format";
import { LevelChip } from "../parts/Level";
import { useMe } from "../parts/session";
import { Told } from "../parts/Told";
import { useNow } from "../parts/useNow";
import { currentLanguage, say } from "../text/start";

/** What I have worked on, newest first. */
export function History({ open }: { open: (number: string) => void }) {
  const { t } = useTranslation(["m", "common"]);
  const me = useMe();
  const now = useNow();
  const language = currentLanguage();
  const past = useQuery({ queryKey: ["incidents", "mine"], queryFn: () => readIncidents({ mine: true }), staleTime: 0 });
  return (
    <>
      <h2 className="page-title">{t("nav.history")}</h2>
      {past.error ? (
        <Told title={t("common:failed")} retry={() => void past.refetch()}>
          {past.error instanceof Refusal ? say(past.error.detail) : past.error.message}
        </Told>
      ) : null}
      {past.data?.items.length === 0 ? <p className="empty second">{t("history.empty")}</p> : null}
      <ul className="tasks">
        {(past.data?.items ?? []).map((task) => (
          <li key={task.number} className="card task">
            <p className="task-line">
              <LevelChip level={task.level} />
              <span>{say(task.state_name, language)}</span>
              <span className="second numbers">{moment(task.opened_at, me.site.timezone, language, now)}</span>
            </p>
            <h3>
              <button type="button" className="task-open" onClick={() => open(task.number)}>
                {say(task.title, language)}
              </button>
            </h3>
            <p className="task-place second">{say(task.place, language)}</p>
          </li>
        ))}
      </ul>
    </>
  );
}
