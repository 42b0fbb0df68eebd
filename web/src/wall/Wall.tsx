import { useTranslation } from "react-i18next";

import { clock, span } from "../look/format";
import { Icon } from "../parts/Icon";
import { LevelShape } from "../parts/Level";
import { LanguageSwitch, SizeSwitch, ThemeSwitch } from "../parts/Switches";
import { currentLanguage, say } from "../text/start";
import { Alarms, Calm } from "./Alarms";
import type { WallView } from "./asking";
import { Day } from "./Day";
import { Hours } from "./Hours";
import { People } from "./People";
import { WallPlan } from "./WallPlan";
import { isOld, panelAt } from "./turns";

/** Everything at a glance: how much is open, what is gravest, where, how the day goes, who is there. */
export function Wall({ view, answeredAt, now, reporters }: { view: WallView; answeredAt: number; now: number; reporters: Record<string, string> }) {
  const old = isOld(answeredAt, now);
  const panel = panelAt(now, view.open);
  return (
    <div className={old ? "wall stale" : "wall"}>
      <Head view={view} now={now} />
      <Bars view={view} answeredAt={answeredAt} now={now} old={old} />
      <main className="wall-body">
        <Levels view={view} now={now} />
        <section className="wall-part wall-main">
          {panel === "alarms" ? <Alarms view={view} now={now} reporters={reporters} /> : null}
          {panel === "calm" ? <Calm view={view} old={old} /> : null}
          {panel === "hours" ? <Hours view={view} large /> : null}
          {panel === "day" ? <Day view={view} /> : null}
        </section>
        <WallPlan view={view} />
        {panel === "hours" ? (
          <section className="wall-part wall-hours">
            <Calm view={view} old={old} />
          </section>
        ) : (
          <section className="wall-part wall-hours">
            <Hours view={view} />
          </section>
        )}
        {panel === "day" ? (
          <section className="wall-part wall-day">
            <Calm view={view} old={old} />
          </section>
        ) : (
          <section className="wall-part wall-day">
            <Day view={view} />
          </section>
        )}
        <People view={view} />
      </main>
    </div>
  );
}

function Head({ view, now }: { view: WallView; now: number }) {
  const { t } = useTranslation("wall");
  const language = currentLanguage();
  const day = new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", { dateStyle: "full", timeZone: view.timezone }).format(now);
  return (
    <header className="wall-head">
      <h1>{say(view.site)}</h1>
      {view.demo ? <span className="wall-demo">{t("demo")}</span> : null}
      <span className="spring" />
      <div className="wall-switches">
        <SizeSwitch />
        <ThemeSwitch />
        <LanguageSwitch />
      </div>
      <span className="second wall-date">{day}</span>
      <time className="wall-clock numbers">{clock(now, view.timezone)}</time>
    </header>
  );
}

function Bars({ view, answeredAt, now, old }: { view: WallView; answeredAt: number; now: number; old: boolean }) {
  const { t } = useTranslation("wall");
  const why = view.reasons.map((each) => say(each.text)).join(" ");
  return (
    <div role="status">
      {old ? (
        <p className="bar cut">
          <Icon name="cut" />
          <span>{t("cut", { span: span(now - answeredAt, currentLanguage()), at: clock(view.at, view.timezone) })}</span>
        </p>
      ) : null}
      {!old && view.status === "failing" ? (
        <p className="bar cut">
          <Icon name="wrong" />
          <span>{t("failing", { why })}</span>
        </p>
      ) : null}
    </div>
  );
}

/** Four big figures; grey when there is nothing, a level's colour with its shape and word when there is. */
function Levels({ view, now }: { view: WallView; now: number }) {
  const { t } = useTranslation(["wall", "common"]);
  return (
    <ul className="wall-levels" aria-label={t("open.title")}>
      {view.levels.map(({ level, count, oldest_at }) => (
        <li key={level} className={count > 0 ? `wall-part tint ${level}` : "wall-part none"}>
          <LevelShape level={level} />
          <span className="wall-level-name">{t(`common:level.${level}`)}</span>
          <b className="numbers">{count}</b>
          <span className="second wall-oldest numbers">
            {oldest_at ? t("level.oldest", { span: span(now - Date.parse(oldest_at), currentLanguage()) }) : t("level.none")}
          </span>
        </li>
      ))}
    </ul>
  );
}
