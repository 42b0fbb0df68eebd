import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { useActing } from "./acting";
import type { Row } from "./rows";
import { useStation } from "./station";

export const FALSE_REASONS = ["false_device", "false_environment", "false_operator", "false_rule", "duplicate", "nuisance", "unfounded"] as const;

/** Why it was nothing: one click on the reason ends it; the reason teaches the rules. */
export function FalsePanel({ row }: { row: Row }) {
  const { t } = useTranslation(["duty", "common"]);
  const { setPanel } = useStation();
  const acting = useActing();
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => first.current?.focus(), []);
  return (
    <div className="case-actions panel" role="group" aria-label={t("false.title")}>
      <h3>{t("false.title")}</h3>
      <div className="reasons">
        {FALSE_REASONS.map((reason, index) => (
          <button key={reason} type="button" className="button" ref={index === 0 ? first : null} onClick={() => acting.callFalse(row, reason)}>
            {t(`false.${reason}`)}
          </button>
        ))}
        <button type="button" className="button quiet" onClick={() => setPanel(null)}>
          {t("common:cancel")}
        </button>
      </div>
    </div>
  );
}
