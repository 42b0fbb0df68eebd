import { type ReactNode, useEffect, useId } from "react";
import { useTranslation } from "react-i18next";

import { say } from "../../text/start";
import type { Form } from "./useForm";

/** What a control takes over from its field: `<input {...control} />`. */
export interface Control {
  id: string;
  "aria-invalid": boolean;
  "aria-describedby": string | undefined;
}

interface Given<Body extends object> {
  form: Form<Body>;
  /** The place in the body, as the gateway names it: `name`, `contacts.sms`. */
  name: string;
  label: string;
  hint?: string;
  optional?: boolean;
  /** The control stands before its words: a tick. */
  beside?: boolean;
  children: (control: Control) => ReactNode;
}

/** A label, a control, a hint, and what the gateway said is wrong with it. */
export function Field<Body extends object>({ form, name, label, hint, optional, beside, children }: Given<Body>) {
  const { t } = useTranslation("console");
  const id = useId();
  const { alsoAsks } = form;
  useEffect(() => alsoAsks(name), [alsoAsks, name]);
  const problems = form.problems.fields[name] ?? [];
  const described = [hint ? `${id}-hint` : "", problems.length > 0 ? `${id}-wrong` : ""].filter(Boolean).join(" ");
  const control = children({ id, "aria-invalid": problems.length > 0, "aria-describedby": described || undefined });
  return (
    <div className={problems.length > 0 ? "field wrong" : "field"}>
      {beside ? (
        <label className="tick" htmlFor={id}>
          {control}
          {label}
        </label>
      ) : (
        <>
          <label htmlFor={id}>
            {label}
            {optional ? <span className="second optional"> · {t("form.optional")}</span> : null}
          </label>
          {control}
        </>
      )}
      {hint ? (
        <p className="second hint" id={`${id}-hint`}>
          {hint}
        </p>
      ) : null}
      {problems.length > 0 ? (
        <ul className="field-wrong" id={`${id}-wrong`}>
          {problems.map((each) => (
            <li key={each.en}>{say(each)}</li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
