import { useTranslation } from "react-i18next";

import { clock, span } from "../look/format";
import { useStream } from "../stream/store";
import { currentLanguage, say } from "../text/start";
import { Icon } from "./Icon";
import { useMe } from "./session";
import { useNow } from "./useNow";

/** Says since when nothing was heard; what is below keeps its old time. */
export function LinkBar() {
  const { t } = useTranslation("common");
  const { link, heardAt } = useStream();
  const me = useMe();
  const now = useNow();
  if (link !== "cut") return null;
  return (
    <div className="bar cut" role="alert">
      <Icon name="cut" />
      <span>
        {heardAt === null
          ? t("link.cut_first")
          : t("link.cut_since", { span: span(now - heardAt, currentLanguage()), at: clock(heardAt, me.site.timezone) })}
      </span>
    </div>
  );
}

/** What the gateway itself wants said on every page: nothing is encrypted, the disk is full, the clock is wrong. */
export function HealthBar() {
  const health = useStream((stream) => stream.live.health);
  const me = useMe();
  useTranslation("common");
  const reasons = health && health.status !== "ok" ? health.reasons.slice(0, 1) : [];
  return (
    <>
      {me.banner ? <div className="bar">{say(me.banner)}</div> : null}
      {reasons.map((reason) => (
        <div className="bar" role="status" key={reason.code}>
          {say(reason.text)}
        </div>
      ))}
    </>
  );
}
