import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Refusal } from "../api/client";
import { withdrawReport } from "../api/gateway";
import { Told } from "../parts/Told";
import { queries } from "../parts/session";
import { say } from "../text/start";
import type { Answer } from "./send";

/** Who holds the link takes back what they wrote; asked twice, because it cannot be brought back. */
export function Withdraw({ answer, token }: { answer: Answer; token: string }) {
  const { t } = useTranslation("report");
  const [asking, setAsking] = useState(false);
  const going = useMutation({
    mutationFn: () => withdrawReport(token),
    onSuccess: (fresh) => {
      setAsking(false);
      queries.setQueryData(["answer", token], fresh);
    },
  });
  const wrong = going.error instanceof Refusal ? going.error : null;
  if (answer.withdrawn)
    return (
      <p className="told" role="status">
        {t("withdraw.done")}
      </p>
    );
  if (!asking)
    return (
      <div className="row">
        <button type="button" className="button quiet" onClick={() => setAsking(true)}>
          {t("withdraw")}
        </button>
      </div>
    );
  return (
    <section className="withdraw" aria-live="polite">
      <p>{t("withdraw.sure")}</p>
      {wrong ? <Told role="alert">{say(wrong.detail)}</Told> : null}
      <div className="row">
        <button type="button" className="button" disabled={going.isPending} onClick={() => going.mutate()}>
          {t("withdraw.yes")}
        </button>
        <button type="button" className="button quiet" onClick={() => setAsking(false)}>
          {t("withdraw.no")}
        </button>
      </div>
    </section>
  );
}
