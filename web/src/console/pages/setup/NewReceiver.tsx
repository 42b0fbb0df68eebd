import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Dialog, FormFrame, ManyField, SelectField, TextField, TickField, useForm } from "../../parts";
import { addReceiver, type NewReceiverBody } from "./asking";

const LEVELS = ["L1", "L2", "L3", "L4"] as const;
const START = { name: "", url: "", recipient: "", purpose: "", format: "cloudevents", levels: [] as string[], allow_private: false };

/** Names a system that is told about cases from now on, and shows the secret that was made for it, this once. */
export function NewReceiver({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
  const { t } = useTranslation(["setup", "common"]);
  const [secret, setSecret] = useState<string | null>(null);
  const form = useForm(
    START,
    (body) => addReceiver({ ...body, grids: [] } as NewReceiverBody),
    (made) => {
      setSecret(made.secret);
      onDone();
    },
  );
  return (
    <Dialog title={t(secret ? "to.made" : "to.add")} open onClose={onClose}>
      {secret ? (
        <>
          <label className="field">
            <span>{t("to.made.text")}</span>
            <textarea className="input code" readOnly rows={2} value={secret} onFocus={(event) => event.target.select()} />
          </label>
          <p className="second setup-after">{t("to.made.next")}</p>
        </>
      ) : (
        <FormFrame form={form} submit={t("to.add")} cancel={onClose}>
          <TextField form={form} name="recipient" label={t("to.who")} hint={t("to.who.hint")} />
          <TextField form={form} name="purpose" label={t("to.what_for")} />
          <TextField form={form} name="url" label={t("to.url")} hint={t("to.url.hint")} />
          <TextField form={form} name="name" label={t("to.name")} hint={t("to.name.hint")} />
          <SelectField
            form={form}
            name="format"
            label={t("to.format")}
            options={[
              { value: "cloudevents", label: t("format.cloudevents") },
              { value: "cap", label: t("format.cap") },
            ]}
          />
          <ManyField form={form} name="levels" label={t("to.levels")} hint={t("to.levels.hint")} options={LEVELS.map((each) => ({ value: each, label: t(`common:level.${each}`) }))} />
          <TickField form={form} name="allow_private" label={t("to.private")} hint={t("to.private.hint")} />
        </FormFrame>
      )}
    </Dialog>
  );
}
