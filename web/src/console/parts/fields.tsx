/** The plain kinds of fields; anything else is a {@link Field} around a control of one's own. */
import { WhenInput } from "../../parts/WhenInput";
import { Field } from "./Field";
import type { Form } from "./useForm";

type NamesOf<Body, Type> = { [Name in keyof Body]: Body[Name] extends Type ? Name : never }[keyof Body] & string;

interface Given<Body extends object, Type> {
  form: Form<Body>;
  name: NamesOf<Body, Type>;
  label: string;
  hint?: string;
  optional?: boolean;
}

export interface Option {
  value: string;
  label: string;
}

/** One line of text; `kind` as the browser knows it (text, password, email, tel, number-like codes with `inputMode`). */
export function TextField<Body extends object>({ kind = "text", complete = "off", ...given }: Given<Body, string> & { kind?: string; complete?: string }) {
  return (
    <Field {...given}>
      {(control) => (
        <input
          {...control}
          className="input"
          type={kind}
          autoComplete={complete}
          value={String(given.form.body[given.name])}
          onChange={(event) => given.form.set(given.name, event.target.value as Body[typeof given.name])}
        />
      )}
    </Field>
  );
}

/** A day. */
export function DateField<Body extends object>(given: Given<Body, string>) {
  return (
    <Field {...given}>
      {(control) => <WhenInput {...control} kind="date" value={String(given.form.body[given.name])} onChange={(day) => given.form.set(given.name, day as Body[typeof given.name])} />}
    </Field>
  );
}

/** Several lines of text. */
export function AreaField<Body extends object>(given: Given<Body, string>) {
  return (
    <Field {...given}>
      {(control) => (
        <textarea
          {...control}
          className="input"
          rows={3}
          value={String(given.form.body[given.name])}
          onChange={(event) => given.form.set(given.name, event.target.value as Body[typeof given.name])}
        />
      )}
    </Field>
  );
}

/** A number, or nothing. */
export function NumberField<Body extends object>({ unit, ...given }: Given<Body, number | null> & { unit?: string }) {
  const value = given.form.body[given.name] as number | null;
  return (
    <Field {...given} label={unit ? `${given.label} (${unit})` : given.label}>
      {(control) => (
        <input
          {...control}
          className="input numbers short"
          type="number"
          step="any"
          value={value ?? ""}
          onChange={(event) => given.form.set(given.name, (event.target.value === "" ? null : Number(event.target.value)) as Body[typeof given.name])}
        />
      )}
    </Field>
  );
}

/** One of a few. */
export function SelectField<Body extends object>({ options, ...given }: Given<Body, string> & { options: readonly Option[] }) {
  return (
    <Field {...given}>
      {(control) => (
        <select
          {...control}
          className="input"
          value={String(given.form.body[given.name])}
          onChange={(event) => given.form.set(given.name, event.target.value as Body[typeof given.name])}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** Any of a few, all of them in view. */
export function ManyField<Body extends object>({ options, ...given }: Given<Body, readonly string[]> & { options: readonly Option[] }) {
  const chosen = given.form.body[given.name] as readonly string[];
  const turn = (value: string) => (chosen.includes(value) ? chosen.filter((each) => each !== value) : [...chosen, value]);
  return (
    <Field {...given}>
      {({ id, ...control }) => (
        <div {...control} id={id} role="group" aria-label={given.label} tabIndex={-1} className="many">
          {options.map((option) => (
            <label key={option.value} className="tick">
              <input type="checkbox" checked={chosen.includes(option.value)} onChange={() => given.form.set(given.name, turn(option.value) as unknown as Body[typeof given.name])} />
              {option.label}
            </label>
          ))}
        </div>
      )}
    </Field>
  );
}

/** Yes or no. */
export function TickField<Body extends object>(given: Given<Body, boolean>) {
  return (
    <Field {...given} beside>
      {(control) => (
        <input {...control} type="checkbox" checked={Boolean(given.form.body[given.name])} onChange={(event) => given.form.set(given.name, event.target.checked as Body[typeof given.name])} />
      )}
    </Field>
  );
}
