import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useNotices } from "../../../parts/undo";
import { AreaField, Dialog, FormFrame, ManyField, TextField, useForm } from "../../parts";
import i18next from "i18next";
import { change, type Person } from "./asking";
import { GridsField, useRoleOptions } from "./PersonFields";

/** Name, roles, grids and the reason; the version keeps two people from overwriting each other. */
export function EditPerson({ person: newest, onDone, onClose }: { person: Person; onDone: () => void; onClose: () => void }) {
  const [person] = useState(newest); // what somebody else saves meanwhile neither changes the fields nor is overwritten: it is refused
  const { t } = useTranslation(["people", "console"]);
  const roles = useRoleOptions();
  const tell = useNotices((notices) => notices.tell);
  const form = useForm(
    { name: person.name, roles: person.roles, grids: person.grids, reason: "" },
    (body) => change(person.id, { ...body, version: person.version, contacts: {} }),
    (saved) => {
      tell(() => i18next.t("people:saved", { name: saved.name }));
      onDone();
      onClose();
    },
  );
  return (
    <Dialog title={`${t("edit")} · ${person.name}`} open onClose={onClose}>
      <FormFrame form={form} submit={t("save")} cancel={onClose}>
        <TextField form={form} name="name" label={t("name")} />
        <ManyField form={form} name="roles" label={t("roles")} hint={t("roles.hint")} options={roles} />
        <GridsField form={form} />
        <AreaField form={form} name="reason" label={t("console:reason")} hint={t("console:reason.hint")} />
      </FormFrame>
    </Dialog>
  );
}
