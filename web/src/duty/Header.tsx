import { useTranslation } from "react-i18next";

import { clock, together } from "../look/format";
import { Icon } from "../parts/Icon";
import { useMe } from "../parts/session";
import { LanguageSwitch, SizeSwitch, ThemeSwitch } from "../parts/Switches";
import { useNow } from "../parts/useNow";
import { useStream } from "../stream/store";
import { currentLanguage, say } from "../text/start";
import { pageAt } from "./pages";
import { Seat } from "./Seat";
import { useStation } from "./station";
import { SoundState } from "./SoundBar";
import { useWhere } from "./where";

/** Who watches here, is it connected, how busy, can it be heard, what time is it. */
export function Header() {
  const { t } = useTranslation(["duty", "common"]);
  const me = useMe();
  const link = useStream((stream) => stream.link);
  const load = useStream((stream) => stream.live.load);
  const atDesk = pageAt(useWhere((where) => where.path)) === null; // every other page has its own “?” beside its name
  return (
    <header className="duty-header">
      <h1>
        <span className="only-heard">{t("title")} · </span>
        {say(me.site.name)}
        {me.site.demo ? (
          <span className="demo" title={t("common:demo.text")}>
            {t("common:demo")}
          </span>
        ) : null}
      </h1>
      <OnDuty />
      <span className={`fact link ${link}`}>
        <i aria-hidden="true" />
        {t(`common:link.${link}`)}
      </span>
      <span className="fact numbers load-fact" title={t("load.goal")}>
        <span className="second">{t("load.hour")}</span> <b>{load ? t("load.count", { n: load.hour }) : "–"}</b>
      </span>
      <SoundState />
      <span className="spring" />
      <Clock zone={me.site.timezone} />
      {atDesk ? <HelpButton /> : null}
      <Seat />
      <div className="switches">
        <SizeSwitch />
        <ThemeSwitch />
        <LanguageSwitch />
      </div>
    </header>
  );
}

function HelpButton() {
  const { t } = useTranslation("duty");
  const setHelp = useStation((station) => station.setHelp);
  return (
    <button type="button" className="button quiet icon-only" aria-label={t("help.title")} title={`${t("help.title")} ?`} onClick={() => setHelp(true)}>
      <Icon name="help" />
    </button>
  );
}

function OnDuty() {
  const { t } = useTranslation("duty");
  const me = useMe();
  const duty = useStream((stream) => stream.live.duty);
  if (!duty) return null;
  const seen = new Set<string>();
  const guards = duty.grids
    .flatMap((grid) => grid.people)
    .filter((person) => person.roles.includes("guard") && !seen.has(person.id) && seen.add(person.id));
  const until = guards.map((person) => person.until).find((at) => at !== null);
  return (
    <span className="fact">
      <Icon name="person" />
      <span className="second">{t("on_duty")}</span>
      <b>{guards.length > 0 ? together(guards.map((person) => person.name), currentLanguage()) : t("on_duty.nobody")}</b>
      {until ? <span className="second numbers">{t("on_duty.until", { at: clock(until, me.site.timezone, true) })}</span> : null}
    </span>
  );
}

function Clock({ zone }: { zone: string }) {
  return <time className="clock">{clock(useNow(), zone)}</time>;
}
