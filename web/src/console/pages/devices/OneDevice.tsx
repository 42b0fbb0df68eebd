import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { useMe } from "../../../parts/session";
import { say } from "../../../text/start";
import { Asked } from "../../parts";
import { Alerts } from "./Alerts";
import { Commands } from "./Commands";
import { device as askDevice, registration } from "./asking";
import { Credential } from "./Credential";
import { Drill } from "./Drill";
import { Frame } from "./Frame";
import { HeardLately } from "./HeardLately";
import { Held } from "./Held";
import { HowItIs } from "./HowItIs";
import { LifeSteps } from "./LifeSteps";
import { RegisteredAs } from "./RegisteredAs";
import { Telemetry } from "./Telemetry";
import { TrialBox } from "./TrialBox";
import { WhyNot } from "./WhyNot";

/** One device: how it is, what it says of itself, what it measured, what it said lately, why rules did or did not speak. */
export function OneDevice({ id }: { id: string }) {
  const { t } = useTranslation("devices");
  const me = useMe();
  const queries = useQueryClient();
  const found = useQuery(askDevice(id));
  const mayInstall = me.permissions.includes("devices.claim");
  const registered = useQuery({ ...registration(id), enabled: mayInstall });
  const again = () => void queries.invalidateQueries({ queryKey: ["devices"] });
  return (
    <Frame title={found.data ? say(found.data.device.name) : id} actions={registered.data ? <LifeSteps registered={registered.data} again={again} /> : null}>
      <Asked query={found} lines={8}>
        {(answer) => (
          <>
            <section aria-label={t("how")}>
              <HowItIs detail={answer} {...(registered.data ? { registered: registered.data } : {})} />
            </section>
            {answer.alerts.length > 0 ? <Alerts alerts={answer.alerts} /> : null}
            <Held held={answer.held} desired={answer.desired} />
            <Telemetry id={id} />
            <HeardLately heard={answer.events} />
            {mayInstall && answer.device.state !== "retired" ? <TrialBox id={id} /> : null}
            {answer.device.state === "active" ? <Drill id={id} name={say(answer.device.name)} /> : null}
            {me.permissions.includes("rules.read") ? <WhyNot id={id} /> : null}
            {me.permissions.includes("commands.read") ? <Commands id={id} name={say(answer.device.name)} /> : null}
            {registered.data ? <Credential registered={registered.data} name={say(answer.device.name)} /> : null}
            {registered.data ? <RegisteredAs registered={registered.data} again={again} /> : null}
          </>
        )}
      </Asked>
    </Frame>
  );
}
