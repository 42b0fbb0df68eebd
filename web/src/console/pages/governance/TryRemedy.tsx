import { useTranslation } from "react-i18next";

import { Sentence, useDeed } from "../../parts";
import { put } from "../rules/draft";
import { rule as askRule } from "../rules/asking";
import { useBacktest } from "../rules/useBacktest";
import type { Remedy } from "./asking";
import { useQueryClient } from "@tanstack/react-query";

/** What a proposed change would have meant for the last seven days, without leaving the page. */
export function TryRemedy({ remedy }: { remedy: Remedy }) {
  const { t } = useTranslation("governance");
  const queries = useQueryClient();
  const test = useBacktest();
  const { job, running } = test;
  const { act, busy } = useDeed();
  const { rule, path } = remedy;
  if (remedy.kind !== "edit" || !rule || !path) return null;
  const begin = async () => {
    const found = await queries.fetchQuery(askRule(rule));
    await test.start(put(found.rule, path, remedy.value), "7d");
  };
  const failed = job?.state === "failed" || job?.state === "refused";
  const [answer] = job?.state === "done" ? (job.result?.rules ?? []) : [];
  return (
    <div className="governance-try" role="status">
      {running ? (
        <>
          <progress max={1} value={job?.progress?.share ?? 0} aria-label={t("try.running")} />
          <button type="button" className="button quiet" onClick={test.cancel}>
            {t("try.cancel")}
          </button>
        </>
      ) : answer ? (
        <p>
          <Sentence text={answer.headline} />{" "}
          {answer.difference ? <b className="numbers">{t("try.difference", { before: answer.difference.same + answer.difference.only_old, after: answer.fired })}</b> : null}
        </p>
      ) : (
        <>
          {test.refusal || test.error || failed ? <p>{test.refusal ? <Sentence text={test.refusal} /> : t("try.failed")}</p> : null}
          <button type="button" className="button quiet no-print" disabled={busy} onClick={() => void act(begin)}>
            {t(failed || test.refusal || test.error ? "try.again" : "try")}
          </button>
        </>
      )}
    </div>
  );
}
