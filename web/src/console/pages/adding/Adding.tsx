import "./adding.css";

import { useTranslation } from "react-i18next";

import { say } from "../../../text/start";
import { Page, useUrl } from "../../parts";
import { Arrive } from "./Arrive";
import { ClaimOne } from "./ClaimOne";
import { NameIt } from "./NameIt";
import { page } from "./page";
import { STEPS, stepOf } from "./steps";
import { TryIt } from "./TryIt";

/** Adding a device in four steps; the address keeps the place, so that a reload or another person goes on from there. */
export default function Adding() {
  const { t } = useTranslation("adding");
  const address = { step: useUrl("step")[0], device: useUrl("device")[0], group: useUrl("group")[0] };
  const step = stepOf(address);
  const at = STEPS.indexOf(step);
  return (
    <Page title={say(page.title)} help={{ for: t("help.for"), do: t("help.do") }} lead={t("lead")}>
      <ol className="adding-steps" aria-label={t("steps")}>
        {STEPS.map((each, place) => (
          <li key={each} className={place === at ? "adding-now" : place < at ? "adding-done" : undefined} {...(place === at ? { "aria-current": "step" as const } : {})}>
            <span className="numbers" aria-hidden="true">
              {place < at ? "✓" : place + 1}
            </span>
            {t(`step.${each}`)}
          </li>
        ))}
      </ol>
      {step === "arrive" ? <Arrive /> : null}
      {step === "claim" ? <ClaimOne group={address.group} /> : null}
      {step === "name" ? <NameIt id={address.device} group={address.group} /> : null}
      {step === "try" ? <TryIt id={address.device} group={address.group} /> : null}
    </Page>
  );
}
