import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { moment, span } from "../../look/format";
import { Icon } from "../../parts/Icon";
import { LevelChip } from "../../parts/Level";
import { useMe } from "../../parts/session";
import { useNow } from "../../parts/useNow";
import { useStream } from "../../stream/store";
import { currentLanguage, say } from "../../text/start";
import { Go } from "../Go";
import { addressOfCase } from "../where";
import type { OpenCase, Snapshot } from "./asking";
import { isQuiet, sorted } from "./standing";

/** What one shift leaves to the next; counted by the gateway, nobody types it. */
export function Left({ snapshot, cases }: { snapshot: Snapshot; cases?: ReactNode }) {
  const { t } = useTranslation("shift");
  const me = useMe();
  const now = useNow();
  const at = (moment_: string) => moment(moment_, me.site.timezone, currentLanguage(), now);
  return (
    <>
      <section className="card shift-part" aria-label={t("load")}>
        <p className="second numbers">{t("load.span", { since: at(snapshot.since), at: at(snapshot.at) })}</p>
        <dl className="shift-numbers numbers">
          {(["opened", "done", "alarms", "worst_window", "unseen", "records_missed"] as const).map((each) => (
            <div key={each}>
              <dt>{t(`load.${each}`)}</dt>
              <dd>{snapshot[each]}</dd>
            </div>
          ))}
        </dl>
        {isQuiet(snapshot) ? (
          <p>
            <Icon name="check" /> {t("quiet")}
          </p>
        ) : null}
      </section>
      {cases ?? <Cases cases={snapshot.open_cases} />}
      <List title={t("silenced", { n: snapshot.silenced.length })} none={t("silenced.none")}>
        {snapshot.silenced.map((each) => (
          <li key={each.text.zh + each.until}>
            <b>{say(each.text)}</b>
            <span className="second numbers">{t("silenced.line", { until: at(each.until), by: each.by, reason: each.reason })}</span>
          </li>
        ))}
      </List>
      <List title={t("offline", { n: snapshot.offline.length })} none={t("offline.none")}>
        {snapshot.offline.map((each) => (
          <li key={each.device} className="shift-offline">
            <b>{say(each.name)}</b>
            <span className="second numbers">{t("offline.line", { at: at(each.since), span: span(now - Date.parse(each.since), currentLanguage()) })}</span>
          </li>
        ))}
      </List>
      {snapshot.drills.length > 0 ? (
        <List title={t("drills", { n: snapshot.drills.length })} none="">
          {snapshot.drills.map((each) => (
            <li key={each}>
              <b>{each || t("drills.whole")}</b>
            </li>
          ))}
        </List>
      ) : null}
    </>
  );
}

function List({ title, none, children }: { title: string; none: string; children: ReactNode[] }) {
  return (
    <section className="card shift-part">
      <h2 className="numbers">{title}</h2>
      {children.length > 0 ? <ul className="shift-list">{children}</ul> : <p className="second">{none}</p>}
    </section>
  );
}

/** Open cases, red and orange first; for the next person with a button at each of these. */
export function Cases({ cases, waiting, confirm, busy = false }: { cases: readonly OpenCase[]; waiting?: ReadonlySet<string>; confirm?: (number: string) => void; busy?: boolean }) {
  const { t } = useTranslation("shift");
  const { grave, others } = sorted(cases);
  return (
    <section className="card shift-part" aria-labelledby="shift-cases">
      <h2 id="shift-cases" className="numbers">
        {t("cases", { n: cases.length, grave: grave.length })}
      </h2>
      {cases.length === 0 ? <p className="second">{t("cases.none")}</p> : null}
      <ul className="shift-list">
        {[...grave, ...others].map((each) => (
          <Case key={each.number} case_={each}>
            {waiting?.has(each.number) && confirm ? (
              <button type="button" className="button no-print" disabled={busy} aria-label={t("confirm.of", { what: `${say(each.title)} ${say(each.place)}` })} onClick={() => confirm(each.number)}>
                {t("confirm")}
              </button>
            ) : each.confirmed_at ? (
              <span className="shift-seen">
                <Icon name="check" /> {t("confirmed.mark")}
              </span>
            ) : null}
          </Case>
        ))}
      </ul>
    </section>
  );
}

function Case({ case_, children }: { case_: OpenCase; children: ReactNode }) {
  const { t } = useTranslation(["shift", "common"]);
  const me = useMe();
  const now = useNow();
  const live = useStream((stream) => stream.live.incidents[case_.number]);
  const due = case_.due_at ? Date.parse(case_.due_at) - now : null;
  return (
    <li className="shift-case" data-number={case_.number}>
      <LevelChip level={case_.level} />
      <div>
        <Go to={addressOfCase(case_.number)}>
          {case_.drill ? `【${t("common:drill")}】` : ""}
          {say(case_.title)}
        </Go>
        <p>{say(case_.place)}</p>
        <p className="second numbers">
          {case_.number}
          {live ? ` · ${say(live.state_name)}` : ""} · {case_.owner ?? t("cases.nobody")}
          {due === null ? "" : ` · ${t(due < 0 ? "cases.late" : "cases.due", { span: span(due, currentLanguage()), at: moment(case_.due_at ?? "", me.site.timezone, currentLanguage(), now) })}`}
        </p>
      </div>
      {children}
    </li>
  );
}
