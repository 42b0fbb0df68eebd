import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";

import type { Incident, Plan as PlanView } from "../api/views";
import { clock } from "../look/format";
import { Icon } from "../parts/Icon";
import { useStream } from "../stream/store";
import { say } from "../text/start";
import { useActing } from "./acting";

const ROLES = ["guard", "worker", "leader", "maintenance", "manager", "checker"] as const;

/** Who is to sign a step, when the plan names a role. */
function signer(role: string | null | undefined, t: TFunction<"duty">): string {
  const known = ROLES.find((each) => each === role);
  return known ? ` ${t("step.sign", { role: t(`role.${known}`) })}` : "";
}

/** The response plan as a checklist: ticking a step writes it into the case with its time. */
export function Plan({ plan, incident, zone, may }: { plan: PlanView; incident: Incident; zone: string; may: boolean }) {
  const { t } = useTranslation("duty");
  const acting = useActing();
  const cut = useStream((stream) => stream.link === "cut");
  return (
    <section className="case-part">
      <h3>{t("case.plan")}</h3>
      <ol className="steps">
        {plan.steps.map((step) => (
          <li key={step.index}>
            <label>
              <input
                type="checkbox"
                checked={step.done_at !== null}
                disabled={!may || cut || step.done_at !== null}
                aria-label={t("case.plan.tick", { step: say(step.text) })}
                onChange={() => void acting.note(incident, say(step.text), step.index)}
              />
              <span>
                {step.kind ? <b>{t(`step.${step.kind}`)} · </b> : null}
                {say(step.text)}
                {signer(step.sign, t)}
              </span>
            </label>
            {step.done_at ? (
              <span className="second numbers">{t("case.plan.done", { at: clock(step.done_at, zone, true), who: step.done_by ?? "" })}</span>
            ) : null}
          </li>
        ))}
      </ol>
      {plan.prompt ? (
        <p className="prompt">
          <Icon name="phone" />
          {say(plan.prompt)}
        </p>
      ) : null}
    </section>
  );
}
