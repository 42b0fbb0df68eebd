import { useQuery } from "@tanstack/react-query";
import i18next from "i18next";
import { useTranslation } from "react-i18next";

import { useMe } from "../../parts/session";
import { Go } from "../Go";
import { book, write } from "./asking";
import { useAct } from "./useAct";

/** Whether nobody has written for the two hours that run; asked for only where the person writes at all. */
export function useRecordDue(): boolean {
  const me = useMe();
  const writes = me.permissions.includes("shifts.hand") && me.permissions.includes("shifts.read");
  const found = useQuery({ ...book(""), enabled: writes });
  return writes && (found.data?.due ?? false);
}

/** The bar that asks for the two-hourly record: one press when all is normal, the page when it is not. */
export function RecordBar() {
  const { t } = useTranslation("duty");
  const { act, busy } = useAct();
  return (
    <div className="bar record-bar" role="status">
      <span>{t("record.due")}</span>
      <button type="button" className="button" disabled={busy} onClick={() => void act("record quick", (key) => write(t("record.quick.text"), true, key), () => i18next.t("duty:record.written"))}>
        {t("record.quick")}
      </button>
      <Go to="/duty/records" className="button">
        {t("record.open")}
      </Go>
    </div>
  );
}
