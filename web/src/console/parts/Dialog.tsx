import { ConfigProvider } from "antd";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { Icon } from "../../parts/Icon";

/** A box over the page: the browser's own dialog keeps the focus in and gives it back. `side`: a drawer at the right. */
export function Dialog({ title, open, onClose, side = false, children }: { title: string; open: boolean; onClose: () => void; side?: boolean; children: ReactNode }) {
  const { t } = useTranslation("common");
  const box = useRef<HTMLDialogElement>(null);
  const [holder, setHolder] = useState<HTMLElement | null>(null);
  const id = useId();
  useEffect(() => {
    const dialog = box.current;
    if (!open || !dialog) return;
    dialog.showModal();
    setHolder(dialog);
    return () => dialog.close();
  }, [open]);
  if (!open) return null;
  return (
    <dialog
      ref={box}
      className={side ? "dialog side" : "dialog"}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div className="dialog-head">
        <h2 id={id}>{title}</h2>
        <button type="button" className="button quiet icon-only" aria-label={t("close")} title={t("close")} onClick={onClose}>
          <Icon name="wrong" />
        </button>
      </div>
      {/* a drawer of words alone is scrolled by keys only if it can have the focus */}
      <div className="dialog-body" {...(side ? { tabIndex: 0, role: "group", "aria-labelledby": id } : {})}>
        {/* lists of choices open inside: what lies outside an open dialog cannot be reached */}
        <ConfigProvider getPopupContainer={() => holder ?? document.body}>{children}</ConfigProvider>
      </div>
    </dialog>
  );
}
