import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Refusal } from "../../api/client";
import { takeEvidence } from "../../api/gateway";
import { useMe } from "../../parts/session";
import { useNotices } from "../../parts/undo";
import { say } from "../../text/start";
import { download } from "../download";

const LEAST = 4;

/** The sealed evidence with its hashes and custody, for a reason that stands in the case. */
export function TakeAway({ number }: { number: string }) {
  const { t } = useTranslation(["seat", "common"]);
  const me = useMe();
  const { tell, warn } = useNotices();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  if (!me.permissions.includes("evidence.take")) return null;
  if (!open) {
    return (
      <p className="no-print">
        <button type="button" className="button" onClick={() => setOpen(true)}>
          {t("take.title")}
        </button>
      </p>
    );
  }
  const take = async () => {
    try {
      download(await takeEvidence(number, reason.trim()), `evidence-${number}.zip`);
      tell(() => t("take.done"));
      setOpen(false);
    } catch (error) {
      warn(() => (error instanceof Refusal ? say(error.detail) : String(error)));
    }
  };
  return (
    <form
      className="lift no-print"
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim().length >= LEAST) void take();
      }}
    >
      <label className="field">
        <span>{t("take.why")}</span>
        <input className="input" autoFocus value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
      </label>
      <div className="chips">
        <button type="submit" className="button main" disabled={reason.trim().length < LEAST}>
          {t("take.act")}
        </button>
        <button type="button" className="button" onClick={() => setOpen(false)}>
          {t("common:cancel")}
        </button>
      </div>
    </form>
  );
}
