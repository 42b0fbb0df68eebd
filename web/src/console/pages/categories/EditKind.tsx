import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Bilingual } from "../../../api/views";
import { useMe } from "../../../parts/session";
import { say } from "../../../text/start";
import { AreaField, Field, type Form, FormFrame, ManyField, SelectField, SpanInput, TickField, useForm } from "../../parts";
import { type Category, plans, save } from "./asking";
import { type CategoryEntry, entryOf, type Fields, fieldsOf } from "./entry";
import { ROLES, useRole } from "./useRole";

const LEVELS = ["L1", "L2", "L3", "L4"] as const;
const SPANS = ["take", "arrive", "resolve"] as const;
const ENDS = ["grid", "community", "street"] as const;
type Body = Fields & { reason: string };

/** A kind of case in one form; every mistake comes back at once. */
export function EditKind({ kind, version, done, cancel }: { kind: Category; version: number; done: () => void; cancel: () => void }) {
  const { t } = useTranslation(["categories", "console", "common"]);
  const me = useMe();
  const role = useRole();
  const known = useQuery({ ...plans, enabled: me.permissions.includes("plans.read") });
  const [entry] = useState(kind.entry as CategoryEntry);
  const [start] = useState<Body>({ ...fieldsOf(entry), reason: "" });
  const form = useForm(start, ({ reason, ...fields }) => save(kind.code, entryOf(entry, fields), version, reason), done);
  const choices = (known.data?.items ?? []).map((each) => ({ value: each.id, label: say(each.name) || each.id }));
  return (
    <FormFrame form={form} submit={t("save")} cancel={cancel}>
      <Words form={form} name="name" label={t("name")} />
      <SelectField form={form} name="level" label={t("level")} options={LEVELS.map((each) => ({ value: each, label: t(`common:level.${each}`) }))} />
      <SelectField form={form} name="plan" label={t("plan")} options={[{ value: "", label: t("plan.level") }, ...choices]} />
      <ManyField form={form} name="responders" label={t("responders")} hint={t("responders.hint")} options={ROLES.map((each) => ({ value: each, label: role(each) }))} />
      {SPANS.map((each) => (
        <Field key={each} form={form} name={each} label={t(each)} hint={t("span.hint")} optional>
          {(control) => <SpanInput control={control} value={form.body[each]} none={t("unlimited")} onChange={(text) => form.set(each, text)} />}
        </Field>
      ))}
      <SelectField form={form} name="ends_at" label={t("ends_at")} options={ENDS.map((each) => ({ value: each, label: t(`ends.${each}`) }))} />
      <Words form={form} name="filing" label={t("filing")} />
      <Words form={form} name="closing" label={t("closing")} />
      <Words form={form} name="next" label={t("next")} />
      <TickField form={form} name="photo" label={t("photo")} />
      <TickField form={form} name="auto_accept" label={t("auto_accept")} />
      <TickField form={form} name="retired" label={t("retired")} hint={t("retired.hint")} />
      <AreaField form={form} name="reason" label={t("console:reason")} optional />
    </FormFrame>
  );
}

type Worded = "name" | "filing" | "closing" | "next";

/** Words in both languages, one under the other. */
function Words({ form, name, label }: { form: Form<Body>; name: Worded; label: string }) {
  const { t } = useTranslation("categories");
  const words = form.body[name];
  const put = (next: Bilingual) => form.set(name, next);
  return (
    <>
      <Field form={form} name={name} label={label}>
        {(control) => <input {...control} className="input" value={words.zh} onChange={(event) => put({ ...words, zh: event.target.value })} />}
      </Field>
      <Field form={form} name={`${name}.en`} label={t("in_english", { what: label })} optional>
        {(control) => <input {...control} className="input" value={words.en} onChange={(event) => put({ ...words, en: event.target.value })} />}
      </Field>
    </>
  );
}
