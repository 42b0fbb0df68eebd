import { useTranslation } from "react-i18next";

import { Icon } from "../parts/Icon";
import { GUIDE } from "./guide";
import { useStation } from "./station";

/** Two minutes of guidance on the desk itself: one part after the other is framed and said in a sentence. It stops nothing: alarms go on. */
export function Guide() {
  const { t } = useTranslation(["duty", "common"]);
  const { guide, setGuide } = useStation();
  const part = guide === null ? undefined : GUIDE[guide];
  if (guide === null || part === undefined) return null;
  const last = guide + 1 === GUIDE.length;
  return (
    <section className="side-part guide" aria-labelledby="guide-title">
      <h2 id="guide-title">
        <Icon name="help" /> {t("guide")} <span className="numbers">{t("guide.step", { n: guide + 1, of: GUIDE.length })}</span>
      </h2>
      <p role="status">{t(`guide.${part}`)}</p>
      <div className="guide-buttons">
        <button type="button" className="button main" onClick={() => setGuide(last ? null : guide + 1)}>
          {t(last ? "guide.end" : "guide.next")}
        </button>
        {guide > 0 ? (
          <button type="button" className="button" onClick={() => setGuide(guide - 1)}>
            {t("guide.back")}
          </button>
        ) : null}
        {last ? null : (
          <button type="button" className="button quiet" onClick={() => setGuide(null)}>
            {t("guide.skip")}
          </button>
        )}
      </div>
    </section>
  );
}
