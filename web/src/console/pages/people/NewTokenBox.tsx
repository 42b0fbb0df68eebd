import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Dialog, FormFrame, ManyField, NumberField, TextField, useForm } from "../../parts";
import { makeToken } from "./asking";

/** Makes a token and shows its text this once. */
export function NewTokenBox({ grantable, onDone, onClose }: { grantable: string[]; onDone: () => void; onClose: () => void }) {
  const { t } = useTranslation("people");
  const [text, setText] = useState<string | null>(null);
  const form = useForm(
    { name: "", permissions: [] as string[], days: 90 as number | null },
    (body) => makeToken({ ...body, days: body.days ?? 0 }),
    (made) => {
      setText(made.token);
      onDone();
    },
  );
  return (
    <Dialog title={t(text ? "token.made" : "token.new")} open onClose={onClose}>
      {text ? (
        <label className="field">
          <span>{t("token.made.text")}</span>
          <textarea className="input code" readOnly rows={2} value={text} onFocus={(event) => event.target.select()} />
        </label>
      ) : (
        <FormFrame form={form} submit={t("token.new")} cancel={onClose}>
          <TextField form={form} name="name" label={t("token.name")} />
          <NumberField form={form} name="days" label={t("token.days")} />
          <ManyField form={form} name="permissions" label={t("token.permissions")} hint={t("token.permissions.hint")} options={grantable.map((each) => ({ value: each, label: each }))} />
        </FormFrame>
      )}
    </Dialog>
  );
}
