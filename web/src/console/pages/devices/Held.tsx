import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { useMe } from "../../../parts/session";
import { say } from "../../../text/start";
import { StateTag, When } from "../../parts";
import { commands, type DeviceDetail, kinds } from "./asking";
import { valueShown } from "./shown";
import { valueWords } from "./words";

/** What the device last said of itself, each value with its time; beside it what was asked of it and has not come about. */
export function Held({ id, held }: { id: string; held: DeviceDetail["held"] }) {
  const { t } = useTranslation(["devices", "console"]);
  const me = useMe();
  const tree = useQuery(kinds);
  const asked = useQuery({ ...commands(id), enabled: me.permissions.includes("commands.read") });
  const newest = asked.data?.items[0];
  const units = new Map((tree.data?.states ?? []).map((each) => [each.name, each.unit]));
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
                <b className="numbers">{valueShown(each.value, units.get(each.name.replace(/_\d+$/, "")) ?? "", (yes) => t(yes ? "yes" : "no"))}</b>{" "}
                <span className="second">
                  <When at={each.at} />
                </span>
              </dd>
            </div>
          ))}
        </dl>
      )}
      {newest ? (
        <p className="devices-asked">
          <span className="second">{t("held.asked")}</span> <b>{say(newest.label)}</b>{" "}
          <StateTag tone={newest.state === "done" ? "good" : newest.over ? "bad" : "wait"}>{say(newest.said)}</StateTag>{" "}
          <span className="second">
            {newest.by.name} · <When at={newest.at} />
          </span>
        </p>
      ) : null}
    </section>
  );
}
