import { useTranslation } from "react-i18next";

import { moment } from "../../look/format";
import { useMe } from "../../parts/session";
import { useNow } from "../../parts/useNow";
import { currentLanguage } from "../../text/start";
import type { Handover } from "./asking";
import { Left } from "./Left";

/** Handovers of before: who signed when; each opens to what was handed over. */
export function Before({ handovers }: { handovers: readonly Handover[] }) {
  const { t } = useTranslation("shift");
  const me = useMe();
  const now = useNow();
  if (handovers.length === 0) return null;
  const at = (moment_: string) => moment(moment_, me.site.timezone, currentLanguage(), now);
  return (
    <section className="shift-before no-print" aria-labelledby="shift-before">
      <h2 id="shift-before">{t("before")}</h2>
      {handovers.map((each) => (
        <details key={each.id} className="card">
          <summary className="numbers">
            {each.state === "accepted" && each.incoming && each.accepted_at
              ? t("before.accepted", { out: each.outgoing.name, into: each.incoming.name, at: at(each.accepted_at) })
              : t("before.withdrawn", { out: each.outgoing.name, at: at(each.offered_at) })}
          </summary>
          {each.notes ? <p className="shift-words">{each.notes}</p> : null}
          {each.remark ? <p className="shift-words">{t("before.remark", { remark: each.remark })}</p> : null}
          <Left snapshot={each.snapshot} />
        </details>
      ))}
    </section>
  );
}
