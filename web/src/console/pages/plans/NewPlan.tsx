import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";

import { Page, TextField, useForm, FormFrame } from "../../parts";
import { plans, save } from "./asking";
import { both, codeFor } from "./entry";

/** A new plan begins with its names; its steps are written on its own page. */
export function NewPlan() {
  const { t } = useTranslation("plans");
  const go = useNavigate();
  const queries = useQueryClient();
  const [start] = useState({ zh: "", en: "" });
  const known = useQuery(plans);
  const form = useForm(
    start,
    async ({ zh, en }) => {
      const name = both({ zh, en });
      const id = codeFor(en, (known.data?.items ?? []).map((each) => each.id));
      await save(id, { ...(name ? { name } : {}), checklist: [], ladder: [{ to: ["responders"] }, { to: ["leader", "manager"], everyone: true, off_duty: true }] }, 0, "");
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
      </FormFrame>
    </Page>
  );
}
