import { useTranslation } from "react-i18next";

import { clock, together } from "../../look/format";
import { Icon } from "../../parts/Icon";
import { useMe } from "../../parts/session";
import { LanguageSwitch, SizeSwitch, ThemeSwitch } from "../../parts/Switches";
import { useNow } from "../../parts/useNow";
import { useStream } from "../../stream/store";
import { currentLanguage, say } from "../../text/start";
import { Account } from "./Account";

/** Where this is, who watches now and until when, whether it is connected, how busy; and one's own switches. */
export function Header() {
  const { t } = useTranslation(["console", "common"]);
  const me = useMe();
  const { live, link, way } = useStream();
  return (
    <header className="console-head">
      <a className="head-site" href="/">
        <img src="/icon.svg" alt="" width="28" height="28" />
        <b>{say(me.site.name)}</b>
        {me.site.demo ? (
          <span className="demo-mark" title={t("common:demo.text")}>
            {t("common:demo")}
          </span>
        ) : null}
      </a>
      <div className="head-facts">
        <Watch />
        {way ? (
          <span className={`head-fact link-state ${link}`}>
            <i aria-hidden="true" />
            {t(`common:link.${link}`)}
          </span>
        ) : null}
        {live.load ? (
          <span className="head-fact numbers" title={t("load")}>
            {t("load.hour", { n: live.load.hour })}
          </span>
        ) : null}
        <Time zone={me.site.timezone} />
      </div>
      <div className="head-switches">
        <SizeSwitch />
        <ThemeSwitch />
        <LanguageSwitch />
        <Account />
      </div>
    </header>
  );
}

function Watch() {
  const { t } = useTranslation("console");
  const me = useMe();
  const duty = useStream((stream) => stream.live.duty);
  if (!duty) return null;
  const guards = new Map(
    duty.grids.flatMap((grid) => grid.people.filter((person) => person.roles.includes("guard")).map((person) => [person.id, person] as const)),
  );
  const people = [...guards.values()];
  const until = people.map((person) => person.until).find((at) => at !== null);
  const names = people.length > 0 ? together(people.map((person) => person.name), currentLanguage()) : t("watch.nobody");
  return (
    <span className="head-fact head-watch" title={names}>
      <Icon name="person" />
      <span className="second">{t("watch")}</span>
      <b>{names}</b>
      {until ? <span className="second numbers">{t("watch.until", { at: clock(until, me.site.timezone, true) })}</span> : null}
    </span>
  );
}

function Time({ zone }: { zone: string }) {
  return <time className="head-fact head-clock">{clock(useNow(), zone, true)}</time>;
}
