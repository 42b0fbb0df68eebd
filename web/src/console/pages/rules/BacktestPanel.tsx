import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Refusal } from "../../../api/client";
import { Sentence } from "../../parts";
import { BacktestAnswer } from "./BacktestAnswer";
import type { Plain } from "./draft";
import { type Span, SPANS, type Test } from "./useBacktest";

interface Given {
  test: Test;
  /** The draft as it stands; null while something is wrong with it. */
  rule: Plain | null;
  /** The answer that is shown is about this very draft. */
  tested: boolean;
  /** There is a rule in force to compare with. */
  live: boolean;
  verdicts: Readonly<Record<string, boolean>>;
  judge: (hit: string, real: boolean) => void;
}

/** The draft tried on the past: 7 or 30 days, how far it is, what it would have done. */
export function BacktestPanel({ test, rule, tested, live, verdicts, judge }: Given) {
  const { t } = useTranslation(["rules", "common"]);
  const [last, setLast] = useState<Span>("7d");
  const { job, running } = test;
  const share = Math.round(100 * (job?.progress?.share ?? 0));
  const refusal = test.refusal ?? (test.error instanceof Refusal ? test.error.detail : null);
  return (
    <div className="rules-test">
      <div className="row-of no-print">
        <span className="segmented" role="group" aria-label={t("try.span")}>
          {SPANS.map((each) => (
            <button key={each} type="button" aria-pressed={last === each} onClick={() => setLast(each)}>
              {t(`try.${each}`)}
            </button>
          ))}
        </span>
        <button type="button" className={tested ? "button" : "button main"} disabled={!rule || running} onClick={() => rule && void test.start(rule, last)}>
          {t("try")}
        </button>
      </div>
      <div role="status">
        {running ? (
          <div className="rules-progress">
            <progress max={100} value={share} aria-label={t("try.running")} />
            <span className="numbers">
              {t("try.running")} {share} %
            </span>
            <button type="button" className="button" onClick={test.cancel}>
              {t("try.cancel")}
            </button>
          </div>
        ) : null}
        {refusal ? (
          <p className="field-wrong">
            <Sentence text={refusal} />
          </p>
        ) : null}
        {job?.state === "cancelled" ? <p className="second">{t("try.cancelled")}</p> : null}
        {job?.state === "failed" || job?.state === "refused" ? <p className="field-wrong">{t("try.failed")}</p> : null}
        {job?.state === "done" && !tested ? <p className="told">{t("try.old")}</p> : null}
      </div>
      {job?.state === "done" && job.result ? (
        <div className={tested ? undefined : "rules-old"}>
          <BacktestAnswer result={job.result} live={live} verdicts={verdicts} judge={judge} />
        </div>
      ) : !running && !job && !refusal ? (
        <p className="second">{t("try.text")}</p>
      ) : null}
    </div>
  );
}
