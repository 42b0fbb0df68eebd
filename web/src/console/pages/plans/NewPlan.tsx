import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";

import { Page, TextField, useForm, FormFrame } from "../../parts";
import { save } from "./asking";
import { both } from "./entry";

/** A new plan begins with its names; its steps are written on its own page. */
export function NewPlan() {
  const { t } = useTranslation("plans");
  const go = useNavigate();
  const queries = useQueryClient();
  const [start] = useState({ id: "", zh: "", en: "" });
  const form = useForm(
    start,
    async ({ id, zh, en }) => {
      const name = both({ zh, en });
      await save(id || "-", { ...(name ? { name } : {}), checklist: [], ladder: [{ to: ["responders"] }, { to: ["leader", "manager"], everyone: true, off_duty: true }] }, 0, "");
      return id;
    },
    (id) => {
      void queries.invalidateQueries({ queryKey: ["plans"] });
      void go(`/plans/${encodeURIComponent(id)}`);
    },
  );
  return (
    <Page title={t("new")} help={{ for: t("help.for"), do: t("help.do") }}>
      <FormFrame form={form} submit={t("new.go")} cancel={() => void go("/plans")}>
        <TextField form={form} name="zh" label={t("name.zh")} />
        <TextField form={form} name="en" label={t("name.en")} optional />
        <TextField form={form} name="id" label={t("id")} hint={t("id.hint")} />
      </FormFrame>
    </Page>
  );
}
