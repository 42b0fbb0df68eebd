import { useTranslation } from "react-i18next";

import { useMe } from "../../parts/session";
import { WhenInput } from "../../parts/WhenInput";
import { useSetUrl, useUrl } from "./useUrl";
import { instantOf, wallOf } from "./zone";

const HOURS = { day: 24, week: 7 * 24, month: 30 * 24 } as const;
type Ready = keyof typeof HOURS;
const READY: Ready[] = ["day", "week", "month"];

export interface Span {
  from: string;
  to: string;
}

/** The span that the address says (`span=day|week|month|own`, `from`, `to` in the site's wall time), as instants. */
export function useSpan(start: Ready = "week"): Span {
  const me = useMe();
  const [kind] = useUrl("span");
  const [from] = useUrl("from");
  const [to] = useUrl("to");
  const zone = me.site.timezone;
  // by the minute, so that the same question keeps the same answer for a while
  const now = Math.ceil(Date.now() / 60_000) * 60_000;
  if (kind === "own") {
    const [begin, end] = [instantOf(from, zone), instantOf(to, zone)];
    if (begin && end) return { from: begin, to: end };
  }
  const hours = HOURS[READY.find((each) => each === kind) ?? start];
  return { from: new Date(now - hours * 3_600_000).toISOString(), to: new Date(now).toISOString() };
}

/** 24 hours, 7 days, 30 days, or from–to in the site's time; kept in the address. */
export function PickSpan({ start = "week" }: { start?: Ready }) {
  const { t } = useTranslation("console");
  const me = useMe();
  const set = useSetUrl();
  const [kind] = useUrl("span");
  const [from, setFrom] = useUrl("from");
  const [to, setTo] = useUrl("to");
  const span = useSpan(start);
  const zone = me.site.timezone;
  const chosen = kind || start;
  const own = () => set({ span: "own", from: wallOf(new Date(span.from), zone), to: wallOf(new Date(span.to), zone) });
  return (
    <div className="span-pick">
      <div className="segmented" role="group" aria-label={t("span.choose")}>
        {READY.map((each) => (
          <button key={each} type="button" aria-pressed={chosen === each} onClick={() => set({ span: each, from: "", to: "" })}>
            {t(`span.${each}`)}
          </button>
        ))}
        <button type="button" aria-pressed={chosen === "own"} onClick={own}>
          {t("span.own")}
        </button>
      </div>
      {chosen === "own" ? (
        <div className="row-of">
          <label className="field">
            <span>{t("span.from")}</span>
            <WhenInput kind="moment" value={from} onChange={setFrom} />
          </label>
          <label className="field">
            <span>{t("span.to")}</span>
            <WhenInput kind="moment" value={to} onChange={setTo} />
          </label>
        </div>
      ) : null}
    </div>
  );
}
