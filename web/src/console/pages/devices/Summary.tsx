import { useTranslation } from "react-i18next";

import { useUrl } from "../../parts";
import type { Table } from "./asking";
import { STATES } from "./standing";

/** How many are there, gone, unstable, never heard, low: each number narrows the list at one press. */
export function Summary({ table }: { table: Table }) {
  const { t } = useTranslation("devices");
  const [state, setState] = useUrl("state");
  const of = (word: string) => table.states[word] ?? 0;
  const shown = ([...STATES, "low"] as const).filter((each) => of(each) > 0 || each === "online" || each === "offline");
  if (table.total === 0) return null;
  return (
    <div className="devices-summary no-print" role="group" aria-label={t("summary")}>
      {shown.map((each) => (
        <button key={each} type="button" className="card devices-count" aria-pressed={state === each} onClick={() => setState(state === each ? "" : each)}>
          <b className="numbers">{of(each)}</b>
          <span>{t(`state.${each}`)}</span>
        </button>
      ))}
    </div>
  );
}
