import { useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";

import { useMe } from "../../../parts/session";
import { useNotices } from "../../../parts/undo";
import { FormFrame, TextField, useForm } from "../../parts";
import { save } from "./asking";
import type { Draft } from "./draft";

/** Step 4: name, and into force; what waited for it can be read anew. */
export function SaveBox({ draft, version, onChange, onBack }: { draft: Draft; version: number; onChange: (draft: Draft) => void; onBack?: () => void }) {
  const { t } = useTranslation(["profiles", "console"]);
  const me = useMe();
  const go = useNavigate();
  const queries = useQueryClient();
  const tell = useNotices((notices) => notices.tell);
  const form = useForm(
    { id: draft.id, zh: draft.name.zh, en: draft.name.en ?? "", reason: "" },
    async ({ zh, en, reason, ...typed }) => {
      const id = typed.id.trim();
      const name = { zh: zh.trim(), ...(en.trim() ? { en: en.trim() } : {}) };
      await save(id, { draft: { ...draft, id, name } }, version, reason);
      return id;
    },
    (id) => {
      tell(() => i18next.t("profiles:saved"));
      void queries.invalidateQueries({ queryKey: ["profiles"] });
      void go(`/profiles/${encodeURIComponent(id)}`);
    },
  );
  if (!me.permissions.includes("profiles.edit")) return <p className="told">{t("save.ask")}</p>;
  const rename = () => onChange({ ...draft, id: form.body.id.trim(), name: { zh: form.body.zh, en: form.body.en } });
  return (
    <div onBlur={rename}>
      <FormFrame form={form} submit={t("save.go")} {...(onBack ? { cancel: onBack } : {})}>
        <TextField form={form} name="zh" label={t("name.zh")} />
        <TextField form={form} name="en" label={t("name.en")} optional />
        <TextField form={form} name="id" label={t("id")} hint={t("id.hint")} />
        <TextField form={form} name="reason" label={t("console:reason")} hint={t("console:reason.hint")} optional />
        <p className="second">
          {t("save.text")} <Link to="/quarantine">{t("save.quarantine")}</Link>
        </p>
      </FormFrame>
    </div>
  );
}
