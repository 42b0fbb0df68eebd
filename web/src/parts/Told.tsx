import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

/** A box that says what happened and what to do; `retry` adds the button. */
export function Told({ title, children, retry, role }: { title?: string; children?: ReactNode; retry?: () => void; role?: "alert" | "status" }) {
  const { t } = useTranslation("common");
  return (
    <div className="told" role={role ?? "status"}>
      {title ? <strong>{title}</strong> : null}
      {children ? <p>{children}</p> : null}
      {retry ? (
        <button type="button" className="button" onClick={retry}>
          {t("retry")}
        </button>
      ) : null}
    </div>
  );
}
