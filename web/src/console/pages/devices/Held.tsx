import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { say } from "../../../text/start";
import { StateTag, When } from "../../parts";
import { type DeviceDetail, kinds } from "./asking";
import { valueShown } from "./shown";
import { valueWords } from "./words";

type Given = Pick<DeviceDetail, "held" | "desired">;

/** What the device last said of itself, each value with its time; beside it what was asked of it and whether it came about. */
export function Held({ held, desired }: Given) {
  const { t } = useTranslation("devices");
  const tree = useQuery(kinds);
  const units = new Map((tree.data?.states ?? []).map((each) => [each.name, each.unit]));
  const words = (name: string, value: unknown) => valueShown(value, units.get(name.replace(/_\d+$/, "")) ?? "", (yes) => t(yes ? "yes" : "no"));
  return (
    <section>
      <h2>{t("held")}</h2>
      {held.length === 0 ? (
        <p className="second">{t("held.none")}</p>
      ) : (
        <dl className="card facts">
          {held.map((each) => (
            <div key={each.name}>
              <dt>{say(valueWords(each.name))}</dt>
              <dd>
                <b className="numbers">{words(each.name, each.value)}</b>{" "}
                <span className="second">
                  <When at={each.at} />
                </span>
              </dd>
            </div>
          ))}
        </dl>
      )}
      {(desired ?? []).map((each) => (
        <p key={each.name} className="devices-asked">
          <span className="second">{t("held.wanted")}</span>{" "}
          <b>
            {say(valueWords(each.name))} {words(each.name, each.value)}
          </b>{" "}
          <StateTag tone={each.reached ? "good" : "wait"}>{t(each.reached ? "held.reached" : each.reached === null ? "held.unknown" : "held.differs")}</StateTag>{" "}
          <span className="second">
            <When at={each.at} />
          </span>
        </p>
      ))}
    </section>
  );
}
