import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { LinkBar } from "../../parts/Bars";
import { useMe } from "../../parts/session";
import { useStream } from "../../stream/store";
import { say } from "../../text/start";

const MOST = 2;

/** What everybody in the console has to know now, worst first, at most two at once. */
export function Banners() {
  const { t } = useTranslation("console");
  const me = useMe();
  const { link, live } = useStream();
  const bars: ReactNode[] = [];
  if (link === "cut") bars.push(<LinkBar key="link" />);
  if (live.unsaved.length > 0) bars.push(<Bar key="unsaved">{live.unsaved.map((each) => say({ zh: each.title, en: each.title_en })).join(" · ")}</Bar>);
  if (live.health && live.health.status !== "ok") for (const reason of live.health.reasons) bars.push(<Bar key={reason.code}>{say(reason.text)}</Bar>);
  if (live.load?.flood) bars.push(<Bar key="flood">{t("flood", { n: live.load.ten_minutes })}</Bar>);
  if (me.banner) bars.push(<Bar key="banner">{say(me.banner)}</Bar>);
  if (me.second_factor.advised)
    bars.push(
      <Bar key="factor">
        {t("factor.advised")} <Link className="bar-link" to="/account">{t("factor.set_up")}</Link>
      </Bar>,
    );
  return <div className="banners">{bars.slice(0, MOST)}</div>;
}

function Bar({ children }: { children: ReactNode }) {
  return (
    <div className="bar" role="status">
      <span>{children}</span>
    </div>
  );
}
