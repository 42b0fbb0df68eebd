import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { say } from "../../../text/start";
import { LevelChip, When } from "../../parts";
import type { Governed } from "./asking";

/** What stands, trembles, floods and is silenced too often: each needs somebody to decide. */
export function Records({ answer }: { answer: Governed }) {
  const { t } = useTranslation("governance");
  return (
    <div className="governance-records">
      <List title={t("standing")} none={t("standing.none")}>
        {answer.standing.map((each) => (
          <li key={each.alert}>
            <LevelChip level={each.level} /> {say(each.name)} · {say(each.place)} · <When at={each.since} age />
          </li>
        ))}
      </List>
      <List title={t("chattering")} none={t("chattering.none")}>
        {answer.chattering.map((each) => (
          <li key={`${each.rule} ${each.device} ${each.last_at}`}>
            <Link className="row-link" to={`/rules/${encodeURIComponent(each.rule)}`}>{say(each.name)}</Link>
            {each.device_name ? ` · ${say(each.device_name)}` : ""} · {t("chattering.worst", { n: each.worst, all: each.alarms })}
          </li>
        ))}
      </List>
      <List title={t("floods")} none={t("floods.none")}>
        {answer.floods.map((each) => (
          <li key={each.begin}>
            <When at={each.begin} /> – <When at={each.end} /> · {t("floods.of", { n: each.alarms, most: each.rule_alarms, rule: say(each.name) })}
          </li>
        ))}
      </List>
      <List title={t("silenced")} none={t("silenced.none")}>
        {answer.silenced_often.map((each) => (
          <li key={each.where}>
            {say(each.text)} · {t("silenced.times", { n: each.times })}
          </li>
        ))}
      </List>
    </div>
  );
}

function List({ title, none, children }: { title: string; none: string; children: ReactNode[] }) {
  return (
    <section className="card governance-record">
      <h2>{title}</h2>
      {children.length === 0 ? <p className="second">{none}</p> : <ul>{children}</ul>}
    </section>
  );
}
