import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { FormFrame, TextField, useForm, useNotices } from "../../parts";
import { changePassword } from "./asking";

/** Present and new password; pasting is welcome. */
export function Password() {
  const [round, setRound] = useState(0); // a fresh, empty form after each change
  return <Fields key={round} done={() => setRound(round + 1)} />;
}

function Fields({ done }: { done: () => void }) {
  const { t } = useTranslation("account");
  const tell = useNotices((notices) => notices.tell);
  const form = useForm({ current: "", new: "" }, changePassword, () => {
    tell(() => i18next.t("account:password.saved"));
    done();
  });
  return (
    <FormFrame form={form} submit={t("password.save")}>
      <TextField form={form} name="current" label={t("password.current")} kind="password" complete="current-password" />
      <TextField form={form} name="new" label={t("password.new")} hint={t("password.hint")} kind="password" complete="new-password" />
    </FormFrame>
  );
}
