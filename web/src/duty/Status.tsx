import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { modes as readModes, silences } from "../api/gateway";
import { clock, moment } from "../look/format";
import { LinkBar } from "../parts/Bars";
import { useMe } from "../parts/session";
import { useQuery } from "@tanstack/react-query";
import { useStream } from "../stream/store";
import { useNow } from "../parts/useNow";
import { currentLanguage, say } from "../text/start";
import { Go } from "./Go";
import { modesOn, type ModeWord } from "./modes";
import { RecordBar, useRecordDue } from "./shift/RecordBar";
import { SoundBar } from "./SoundBar";
import { useStation } from "./station";

/** The line under the header: at most two things that are wrong, worst first; else that all is well and since when. */
export function Status() {
  const { t } = useTranslation("duty");
  const me = useMe();
  const link = useStream((stream) => stream.link);
  const unsaved = useStream((stream) => stream.live.unsaved);
  const load = useStream((stream) => stream.live.load);
  const health = useStream((stream) => stream.live.health);
  const at = useStream((stream) => stream.live.at);
  const soundHeard = useStation((station) => station.soundHeard);
  const recordDue = useRecordDue();
  const standing = useStanding();
  const wrong: ReactNode[] = [];
  if (link === "cut") wrong.push(<LinkBar key="link" />);
  if (unsaved.length > 0) {
    wrong.push(<Line key="unsaved">{unsaved.map((notice) => say({ zh: notice.title, en: notice.title_en })).join(" · ")}</Line>);
  }
  if (!soundHeard) wrong.push(<SoundBar key="sound" />);
  if (load?.flood) wrong.push(<Line key="flood">{t("load.flood", { n: load.ten_minutes })}</Line>);
  wrong.push(...standing.drill);
  if (health && health.status !== "ok") {
    for (const reason of health.reasons) wrong.push(<Line key={reason.code}>{say(reason.text)}</Line>);
  }
  if (recordDue) wrong.push(<RecordBar key="record" />);
  wrong.push(...standing.others);
  if (me.banner) wrong.push(<Line key="banner">{say(me.banner)}</Line>);
  return (
    <div className="status">
      {wrong.length > 0 ? (
        wrong.slice(0, 2)
      ) : (
        <div className="bar calm numbers">
          {at ? t("empty.checked", { at: clock(at, me.site.timezone) }) : null}
          {health ? ` · ${t("empty.devices", health.devices)}` : null}
        </div>
      )}
    </div>
  );
}

const EVERY_MS = 60_000;

/** What somebody switched on and everybody here must know of: a drill, maintenance, alerts that are shelved. */
function useStanding(): { drill: ReactNode[]; others: ReactNode[] } {
  const { t } = useTranslation("duty");
  const me = useMe();
  const now = useNow();
  const modes = useQuery({ queryKey: ["modes"], queryFn: readModes, refetchInterval: EVERY_MS, enabled: me.permissions.includes("modes.read") });
  const shelved = useQuery({ queryKey: ["silences"], queryFn: silences, refetchInterval: EVERY_MS, enabled: me.permissions.includes("silences.read") });
  const on = modesOn(modes.data?.items ?? []);
  const said = (which: ModeWord): ReactNode[] =>
    on
      .filter(({ flag }) => flag === which)
      .map(({ flag, until }) => (
        <Line key={flag}>
          {t(`mode.${flag}`)}
          {until ? ` ${t("mode.until", { at: moment(until, me.site.timezone, currentLanguage(), now) })}` : null}
        </Line>
      ));
  const others = said("maintenance");
  const hidden = (shelved.data?.items ?? []).filter((each) => each.begun).length;
  if (hidden > 0) {
    others.push(
      <Line key="shelved">
        {t("mode.shelved", { n: hidden })} <Go to="/duty/shelved" className="button small">{t("mode.shelved.see")}</Go>
      </Line>,
    );
  }
  return { drill: said("drill"), others };
}

function Line({ children }: { children: ReactNode }) {
  return (
    <div className="bar" role="status">
      {children}
    </div>
  );
}
