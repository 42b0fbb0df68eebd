import { useQuery } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useNotices } from "../../../parts/undo";
import { say } from "../../../text/start";
import { AreaField, Dialog, Field, FormFrame, PickDevice, PickOne, TextField, useForm } from "../../parts";
import { PickSpot } from "../places/PickSpot";
import { partsOf, profiles, type Registered, save } from "./asking";
import { entryOf, textOf } from "./entry";
import { TYPE_CHOICES, typeWords } from "./words";

/** Corrects what is registered of a device; it is in force at once. */
export function EditDevice({ registered: newest, onDone, onClose }: { registered: Registered; onDone: () => void; onClose: () => void }) {
  const [registered] = useState(newest); // what somebody else saves meanwhile neither changes the fields nor is overwritten: it is refused
  const { t } = useTranslation(["devices", "console"]);
  const tell = useNotices((notices) => notices.tell);
  const models = useQuery(profiles);
  const { entry } = registered;
  const names = (entry["name"] ?? {}) as { zh?: string; en?: string };
  const form = useForm(
    {
      zh: names.zh ?? "",
      en: names.en ?? "",
      type: textOf(entry["type"]) as string | null,
      profile: textOf(entry["profile"]) as string | null,
      ident: textOf(entry["ident"]),
      place: null as string | null,
      parent: (textOf(entry["parent"]) || null) as string | null,
      tags: Array.isArray(entry["tags"]) ? entry["tags"].join("; ") : "",
      reason: "",
    },
    async ({ place, reason, ...typed }) => save(registered.id, entryOf(entry, typed, place ? await partsOf(place) : null), registered.version, reason),
    () => {
      tell(() => i18next.t("devices:saved"));
      onDone();
      onClose();
    },
  );
  const types = [...new Set([...TYPE_CHOICES, form.body.type ?? ""])].filter(Boolean);
  return (
    <Dialog title={`${t("edit")} · ${registered.id}`} open onClose={onClose}>
      <FormFrame form={form} submit={t("save")} cancel={onClose}>
        <TextField form={form} name="zh" label={t("name.zh")} />
        <TextField form={form} name="en" label={t("name.en")} optional />
        <Field form={form} name="type" label={t("type")}>
          {(control) => <PickOne control={control} value={form.body.type || null} onChange={(value) => form.set("type", value)} choices={types.map((each) => ({ value: each, label: say(typeWords(each)) }))} />}
        </Field>
        <Field form={form} name="place" label={t("place")} hint={t("place.now", { way: registered.way.map((part) => say(part)).join(" › ") || "–" })} optional>
          {(control) => <PickSpot control={control} value={form.body.place} onChange={(value) => form.set("place", value)} />}
        </Field>
        <Field form={form} name="parent" label={t("hangs")} hint={t("hangs.hint")} optional>
          {(control) => <PickDevice control={control} value={form.body.parent} onChange={(value) => form.set("parent", value)} />}
        </Field>
        <Field form={form} name="profile" label={t("profile")}>
          {(control) => (
            <PickOne control={control} value={form.body.profile || null} onChange={(value) => form.set("profile", value)} loading={models.isPending} choices={(models.data?.items ?? []).map((each) => ({ value: each.id, label: `${say(each.name)} · ${each.id}` }))} />
          )}
        </Field>
        <TextField form={form} name="ident" label={t("ident")} hint={t("ident.hint")} optional />
        <TextField form={form} name="tags" label={t("tags")} hint={t("tags.hint")} optional />
        <AreaField form={form} name="reason" label={t("console:reason")} hint={t("console:reason.hint")} optional />
      </FormFrame>
    </Dialog>
  );
}
