import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Refusal } from "../../api/client";
import { exportCases } from "../../api/gateway";
import { useNotices } from "../../parts/undo";
import { say } from "../../text/start";
import { download } from "../download";
import type { askedOf } from "./spans";

const LEAST = 4;

/** What was found leaves the gateway as a table, for a reason that is written down. */
export function ExportBox({ asked, done }: { asked: ReturnType<typeof askedOf>; done: () => void }) {
  const { t } = useTranslation(["seat", "common"]);
  const { tell, warn } = useNotices();
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const ready = reason.trim().length >= LEAST && !busy;
  const take = async (format: "csv" | "xlsx") => {
    setBusy(true);
    try {
      download(await exportCases({ ...asked, reason: reason.trim(), format }), `cases.${format}`);
      tell(() => t("search.exported"));
      done();
    } catch (error) {
      warn(() => (error instanceof Refusal ? say(error.detail) : String(error)));
      setBusy(false);
    }
  };
  return (
    <form
      className="card export-box no-print"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) void take("xlsx");
      }}
    >
      <label className="field">
        <span>{t("search.export.why")}</span>
        <input className="input" autoFocus value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
      </label>
      <div className="chips">
        <button type="submit" className="button main" disabled={!ready}>
          {t("search.export.xlsx")}
        </button>
        <button type="button" className="button" disabled={!ready} onClick={() => void take("csv")}>
          {t("search.export.csv")}
        </button>
        <button type="button" className="button quiet" onClick={done}>
          {t("common:cancel")}
        </button>
      </div>
    </form>
  );
}
