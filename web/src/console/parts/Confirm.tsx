import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";

import { Dialog } from "./Dialog";
import { FormFrame } from "./FormFrame";
import { AreaField } from "./fields";
import { useForm } from "./useForm";

interface Given {
  title: string;
  /** What will happen, and whether it can be taken back. */
  text: ReactNode;
  /** The words on the button: what is done, never “OK”. */
  act: string;
  /** `needed`: the gateway asks for one; `none`: nothing is asked. */
  reason: "needed" | "none";
  send: (reason: string) => Promise<unknown>;
  onDone: () => void;
  onClose: () => void;
}

/** Asks once more before something that others will feel, with the reason that goes into the audit log. */
export function Confirm({ title, text, act, reason, send, onDone, onClose }: Given) {
  const { t } = useTranslation("console");
  const [start] = useState({ reason: "" });
  const form = useForm(
    start,
    (body) => send(body.reason),
    () => {
      onDone();
      onClose();
    },
  );
  return (
    <Dialog title={title} open onClose={onClose}>
      <div className="confirm-text">{text}</div>
      <FormFrame form={{ ...form, changed: false }} submit={act} cancel={onClose}>
        {reason === "needed" ? <AreaField form={form} name="reason" label={t("reason")} hint={t("reason.hint")} /> : null}
      </FormFrame>
    </Dialog>
  );
}
