import { useTranslation } from "react-i18next";

import { moment } from "../look/format";
import { Icon } from "../parts/Icon";
import { useMe } from "../parts/session";
import { useNow } from "../parts/useNow";
import { currentLanguage, say } from "../text/start";
import type { Deed } from "./deeds";
import { forgetDeed, useDeeds } from "./keeping";

/** Reports or visits that wait on this phone, and those that the gateway will not take, with the reason. */
export function Kept({ kind, named }: { kind: Deed["kind"]; named?: (deed: Deed) => string }) {
  const { t } = useTranslation(["m", "common"]);
  const me = useMe();
  const now = useNow();
  const waiting = useDeeds((deeds) => deeds.waiting).filter((deed) => deed.kind === kind);
  if (waiting.length === 0) return null;
  const words = (deed: Deed) => (deed.kind === "report" ? deed.body.text : (named?.(deed) ?? t("patrol.scanned")));
  return (
    <section className="part">
      <h2>{t("kept.title")}</h2>
      <ul className="kept">
        {waiting.map((deed) => (
          <li key={deed.key} className="card">
            <p>
              <b>{words(deed)}</b> <span className="second numbers">{moment(deed.capturedAt, me.site.timezone, currentLanguage(), now)}</span>
            </p>
            {deed.refused ? (
              <>
                <p className="needs" role="alert">
                  {t("kept.refused", { why: say(deed.refused) })}
                </p>
                <button type="button" className="button" onClick={() => void forgetDeed(deed.key)}>
                  {t("kept.drop")}
                </button>
              </>
            ) : (
              <p className="second">
                <Icon name="upload" /> {t("kept.waits")}
              </p>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
