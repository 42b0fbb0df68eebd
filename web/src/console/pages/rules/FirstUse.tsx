import { useState } from "react";
import { useTranslation } from "react-i18next";

import { remembered, remember } from "../../../look/remembered";

const STEPS = [1, 2, 3, 4] as const;
const AGAIN_KEY = "rules-shown";

/** Two minutes of guidance above the form: once, until it was read or sent away; one press brings it back. */
export function FirstUse() {
  const { t } = useTranslation("rules");
  const [step, setStep] = useState<number>(remembered(AGAIN_KEY) ? -1 : 0);
  const end = () => {
    remember(AGAIN_KEY, "1");
    setStep(-1);
  };
  const at = STEPS[step];
  if (at === undefined)
    return (
      <button type="button" className="button quiet rules-guide-again no-print" onClick={() => setStep(0)}>
        {t("guide.again")}
      </button>
    );
  return (
    <section className="card rules-guide no-print" aria-label={t("guide")}>
      <p role="status">
        <b className="numbers">{t("guide.step", { n: at, of: STEPS.length })}</b> {t(`guide.${at}`)}
      </p>
      <div className="form-foot">
        {step > 0 ? (
          <button type="button" className="button" onClick={() => setStep(step - 1)}>
            {t("guide.back")}
          </button>
        ) : null}
        <button type="button" className="button" onClick={() => (step + 1 < STEPS.length ? setStep(step + 1) : end())}>
          {t(step + 1 < STEPS.length ? "guide.next" : "guide.end")}
        </button>
        {step + 1 < STEPS.length ? (
          <button type="button" className="button quiet" onClick={end}>
            {t("guide.skip")}
          </button>
        ) : null}
      </div>
    </section>
  );
}
