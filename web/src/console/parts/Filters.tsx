import type { ReactNode } from "react";
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
  return (
    <label className="field filter">
      <span>{label ?? t("rows.search")}</span>
      <input className="input" type="search" value={value} onChange={(event) => set(event.target.value)} />
    </label>
  );
}

/** One choice out of a few; nothing chosen means all. */
export function Choice({ name, label, options }: { name: string; label: string; options: readonly { value: string; label: string }[] }) {
  const { t } = useTranslation("console");
  const [value, set] = useUrl(name);
  return (
    <label className="field filter">
      <span>{label}</span>
      <select className="input" value={value} onChange={(event) => set(event.target.value)}>
        <option value="">{t("rows.all")}</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}
