import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";

import { useUrl } from "./useUrl";

/** The line above rows: a search and a few choices, all of them kept in the address. */
export function Filters({ children }: { children: ReactNode }) {
  return (
    <div className="filters no-print" role="search">
      {children}
    </div>
  );
}

/** Searches in what is shown; `name` other than `q` is for pages that let the gateway search. */
export function Search({ name = "q", label }: { name?: string; label?: string }) {
  const { t } = useTranslation("console");
  const [value, set] = useUrl(name);
  const id = useId();
  return (
    <div className="field filter">
      <label htmlFor={id}>{label ?? t("rows.search")}</label>
      <input id={id} className="input" type="search" value={value} onChange={(event) => set(event.target.value)} />
    </div>
  );
}

/** One choice out of a few; nothing chosen means all, or what `none` says. */
export function Choice({ name, label, options, none }: { name: string; label: string; options: readonly { value: string; label: string }[]; none?: string }) {
  const { t } = useTranslation("console");
  const [value, set] = useUrl(name);
  const id = useId();
  return (
    <div className="field filter">
      <label htmlFor={id}>{label}</label>
      <select id={id} className="input" value={value} onChange={(event) => set(event.target.value)}>
        <option value="">{none ?? t("rows.all")}</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}
