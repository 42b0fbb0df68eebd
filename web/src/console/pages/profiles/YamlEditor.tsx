import { useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";

import { useNotices } from "../../../parts/undo";
import { Field, FormFrame, TextField, useForm } from "../../parts";
import { save } from "./asking";
import { PreviewPane } from "./PreviewPane";

/** A model by hand: its YAML, with everything that comes of it or is wrong beside it. */
export function YamlEditor({ id, text, version }: { id: string; text: string; version: number }) {
  const { t } = useTranslation(["profiles", "console"]);
  const go = useNavigate();
  const queries = useQueryClient();
  const tell = useNotices((notices) => notices.tell);
  const form = useForm(
    { id, text, reason: "" },
    async (body) => {
      const saved = body.id.trim();
      await save(saved, { text: body.text }, version, body.reason);
      return saved;
    },
    (saved) => {
      tell(() => i18next.t("profiles:saved"));
      void queries.invalidateQueries({ queryKey: ["profiles"] });
      void go(`/profiles/${encodeURIComponent(saved)}`);
    },
  );
  return (
    <div className="profiles-assistant">
      <FormFrame form={form} submit={t("save.go")} cancel={() => void go(version > 0 ? `/profiles/${encodeURIComponent(id)}` : "/profiles")}>
        {version > 0 ? null : <TextField form={form} name="id" label={t("id")} hint={t("id.hint.yaml")} />}
        <Field form={form} name="text" label={t("yaml")}>
          {(control) => <textarea {...control} className="input code profiles-editor" lang="en" spellCheck={false} rows={24} value={form.body.text} onChange={(event) => form.set("text", event.target.value)} />}
        </Field>
        <TextField form={form} name="reason" label={t("console:reason")} hint={t("console:reason.hint")} optional />
      </FormFrame>
      <section className="profiles-preview">
        <h2>{t("preview")}</h2>
        <PreviewPane written={{ text: form.body.text }} />
      </section>
    </div>
  );
}
