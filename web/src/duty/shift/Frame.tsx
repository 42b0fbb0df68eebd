import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { Icon } from "../../parts/Icon";
import { SeatFrame } from "../SeatFrame";

/** A page of the shift: the seat's frame, and paper. */
export function Frame({ title, help, actions, children }: { title: string; help: string; actions?: ReactNode; children: ReactNode }) {
  const { t } = useTranslation("shift");
  const tools = (
    <div className="shift-buttons no-print">
      {actions}
      <button type="button" className="button" onClick={() => window.print()}>
        <Icon name="print" />
        {t("print")}
      </button>
    </div>
  );
  return (
    <SeatFrame title={title} help={help} actions={tools}>
      <div className="shift">{children}</div>
    </SeatFrame>
  );
}
