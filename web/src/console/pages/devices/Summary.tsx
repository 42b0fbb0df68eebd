import { useTranslation } from "react-i18next";

import { useUrl } from "../../parts";
import type { Device } from "./asking";
import { counted, STATES } from "./standing";

/** How many are there, gone, unstable, never heard, low: each number narrows the list at one press. */
export function Summary({ devices }: { devices: readonly Device[] }) {
  const { t } = useTranslation("devices");
  const [state, setState] = useUrl("state");
  const counts = counted(devices);
  const shown = ([...STATES, "low"] as const).filter((each) => counts[each] > 0 || each === "online" || each === "offline");
  if (devices.length === 0) return null;
  return (
    <div className="devices-summary no-print" role="group" aria-label={t("summary")}>
      {shown.map((each) => (
        <button key={each} type="button" className="card devices-count" aria-pressed={state === each} onClick={() => setState(state === each ? "" : each)}>
          <b className="numbers">{counts[each]}</b>
          <span>{t(`state.${each}`)}</span>
        </button>
      ))}
    </div>
  );
}
