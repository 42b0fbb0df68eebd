import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";

import { FormFrame, ManyField, TextField, useForm } from "../../parts";
import { add, invite, type OneTimeLink, type Role } from "./asking";
import { Frame } from "./Frame";
import { GridsField, useRoleOptions } from "./PersonFields";
import { OneTimeLinkBox } from "./OneTimeLinkBox";

const START = { id: "", name: "", roles: [] as Role[], grids: [] as string[], phone: "" };

/** Somebody new: added, and their invitation shown at once. */
export function Newcomer() {
  const { t } = useTranslation("people");
  const go = useNavigate();
  const queries = useQueryClient();
  const roles = useRoleOptions();
  const [made, setMade] = useState<{ id: string; name: string; link: OneTimeLink } | null>(null);
  const form = useForm(
    START,
    async ({ phone, ...body }) => {
      const contacts: Record<string, string> = phone ? { sms: phone } : {};
      const person = await add({ ...body, skills: [], contacts, reason: "" });
      return { id: person.id, name: person.name, link: await invite(person.id) };
    },
    (answer) => {
      setMade(answer);
      void queries.invalidateQueries({ queryKey: ["people"] });
      void queries.invalidateQueries({ queryKey: ["roster"] }); // who can be planned
    },
  );
  return (
    <Frame title={t("new.title")}>
      <FormFrame form={form} submit={t("new.go")} cancel={() => void go("/people")}>
        <TextField form={form} name="name" label={t("name")} />
        <TextField form={form} name="id" label={t("login")} hint={t("login.hint")} />
        <ManyField form={form} name="roles" label={t("roles")} hint={t("roles.hint")} options={roles} />
        <GridsField form={form} />
        <TextField form={form} name="phone" label={t("contact.sms")} kind="tel" optional />
      </FormFrame>
      {made ? <OneTimeLinkBox name={made.name} made={made.link} onClose={() => void go(`/people/${encodeURIComponent(made.id)}`)} /> : null}
    </Frame>
  );
}
