import { useTranslation } from "react-i18next";
import { useQuery } from "@tanstack/react-query";

import { together } from "../../../look/format";
import { currentLanguage, say } from "../../../text/start";
import { Field, type Form } from "../../parts";
import { choices, type FormField, type Template, type TemplateField } from "./asking";
import { Question } from "./Question";
import type { Draft } from "./useDraft";

const THEN = ["level", "stage", "later"];

/** Whether a question of a template belongs to what is done, not to what is looked at. */
function isThen(field: TemplateField): boolean {
  return field.type === "level" || THEN.includes(field.name);
}

/** The questions of one part: those of the template in its own words, or those the rule itself brings. */
export function DraftFields({ draft, template, part }: { draft: Draft; template?: Template | undefined; part: "when" | "then" }) {
  const { t } = useTranslation("rules");
  const mine = draft.form.filter((each) => each.part === part);
  const answered = (field: FormField) => template && (part === "when" || /^(detect|stages)/.test(field.path));
  const own = mine.filter((each) => !answered(each) && !each.rare);
  const rare = mine.filter((each) => !answered(each) && each.rare);
  return (
    <>
      {template?.fields.filter((each) => isThen(each) === (part === "then")).map((each) => <TemplateQuestion key={each.name} draft={draft} field={each} />)}
      {own.map((each) => (
        <RuleQuestion key={each.path} draft={draft} field={each} />
      ))}
      {rare.length > 0 ? (
        <details className="rules-more">
          <summary>{t("more.of", { what: listOf(rare.map((each) => say(each.label))) })}</summary>
          <div className="form">
            {rare.map((each) => (
              <RuleQuestion key={each.path} draft={draft} field={each} />
            ))}
          </div>
        </details>
      ) : null}
    </>
  );
}

const NAMED = 3;

/** What is folded away is named, so that whoever looks for the hours of a rule knows where they are. */
function listOf(names: readonly string[]): string {
  const language = currentLanguage();
  return together(names.slice(0, NAMED), language) + (names.length > NAMED ? (language === "zh" ? "等" : " …") : "");
}

/** What a field needs of a form: where its problems are. */
function problemsAsForm(draft: Draft): Form<object> {
  return { problems: draft.problems, alsoAsks: nothing } as unknown as Form<object>;
}
const nothing = () => undefined;

function TemplateQuestion({ draft, field }: { draft: Draft; field: TemplateField }) {
  const found = useQuery({ ...choices, enabled: field.type === "text" });
  const listed = field.type === "text" ? (found.data?.types ?? []) : field.choices;
  const options = listed.map((each) => ({ value: each.value, label: say(each.label) }));
  const ask = {
    type: field.type,
    label: say(field.label),
    value: draft.values[field.name],
    whole: field.whole,
    ...(field.unit ? { unit: say(field.unit) } : {}),
    ...(options.length > 0 ? { options } : {}),
  };
  return (
    <Field form={problemsAsForm(draft)} name={`values.${field.name}`} label={say(field.label)} optional={field.optional} {...(field.help ? { hint: say(field.help) } : {})}>
      {(control) => <Question ask={ask} control={control} onChange={(value) => draft.answer(field.name, value)} />}
    </Field>
  );
}

function RuleQuestion({ draft, field }: { draft: Draft; field: FormField }) {
  const { t } = useTranslation("rules");
  const value = field.path in draft.changes ? draft.changes[field.path] : field.value;
  const stages = (["warning", "alarm"] as const).map((each) => ({ value: each, label: t(`stage.${each}`) }));
  const ask = {
    type: field.type,
    label: say(field.label),
    value,
    whole: field.whole,
    long: field.path === "note",
    ...(field.unit ? { unit: say(field.unit) } : {}),
    ...(field.type === "stage" ? { options: stages } : {}),
  };
  const hint = field.type === "plan" ? t("plan.hint") : field.type === "place" ? t("place.hint") : field.path === "active" ? t("active.hint") : undefined;
  return (
    <Field form={problemsAsForm(draft)} name={field.path} label={say(field.label)} optional={field.optional} {...(hint ? { hint } : {})}>
      {(control) => <Question ask={ask} control={control} onChange={(next) => draft.change(field.path, next)} />}
    </Field>
  );
}
