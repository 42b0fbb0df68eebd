import { useTranslation } from "react-i18next";

import type { Control } from "./Field";
import { SPAN_UNITS, spanOf, type SpanUnit, wordOf } from "./span";

interface Given {
  control: Control;
  value: string;
  onChange: (text: string) => void;
  /** Where it may be said that there is no limit at all (`none`): the words for it. */
  none?: string;
}

/** A length of time as a number and a unit (`3m`, `4hW` in working time); nothing when the number is empty. */
export function SpanInput({ control, value, onChange, none }: Given) {
  const { t } = useTranslation("console");
  const read = spanOf(value);
  const unlimited = none !== undefined && value === "none";
  if (value && !read && !unlimited) return <input {...control} className="input short" value={value} onChange={(event) => onChange(event.target.value)} />; // as somebody wrote it
  const count = read?.count ?? "";
  const unit = read?.unit ?? "m";
  const put = (number: string, of: SpanUnit) => onChange(number === "" ? "" : `${number}${of}`);
  return (
    <div className="span-input">
      <input {...control} className="input numbers short" type="number" inputMode="decimal" min={0} step="any" disabled={unlimited} value={count} onChange={(event) => put(event.target.value, unit)} />
      <select className="input" aria-label={t("span.unit")} value={unlimited ? "none" : unit} onChange={(event) => (event.target.value === "none" ? onChange("none") : put(count || "1", event.target.value as SpanUnit))}>
        {SPAN_UNITS.filter((each) => each === unit || each !== "mW").map((each) => (
          <option key={each} value={each}>
            {t(`span.${each}`)}
          </option>
        ))}
        {none ? <option value="none">{none}</option> : null}
      </select>
    </div>
  );
}

/** Returns how a length of time is read aloud: `3m` as “3 分钟”, `2dW` as “2 个工作日”; what is none stays as it is. */
export function useSpanWords(): (text: string) => string {
  const { t } = useTranslation("console");
  return (text) => wordOf(text, (unit, n) => t(`span.of.${unit}`, { n }));
}
