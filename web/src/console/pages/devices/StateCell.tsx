import { useTranslation } from "react-i18next";

import { StateTag, When } from "../../parts";
import type { Device } from "./asking";
import { LIFE_TONES, TONES } from "./standing";

/** How a device is and since when; one that is not in service says that instead. Gone ones are hatched, not hidden. */
export function StateCell({ device }: { device: Device }) {
  const { t } = useTranslation("devices");
  const { state, since } = device.availability;
  if (device.state !== "active") {
    const life = device.state as keyof typeof LIFE_TONES;
    return <StateTag tone={LIFE_TONES[life] ?? "off"}>{t(`life.${life}`)}</StateTag>;
  }
  return (
    <span className={state === "offline" ? "row-of devices-gone" : "row-of"}>
      <StateTag tone={TONES[state]}>{t(`state.${state}`)}</StateTag>
      {since ? (
        <span className="second">
          {t("since")} <When at={since} />
        </span>
      ) : null}
    </span>
  );
}
