import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { say } from "../../../text/start";
import { When } from "../../parts";
import { type Heard, kinds } from "./asking";
import { valueShown } from "./shown";
import { valueWords } from "./words";

/** What the device said lately, newest first. */
export function HeardLately({ heard }: { heard: readonly Heard[] }) {
  const { t } = useTranslation("devices");
  return (
    <section>
      <h2>{t("lately")}</h2>
      {heard.length === 0 ? (
        <p className="second">{t("lately.none")}</p>
      ) : (
        <ol className="card devices-lines">
          {heard.slice(0, 10).map((each) => (
            <li key={each.id}>
              <When at={each.at} age />
              <b>{say(each.kind_name)}</b>
              <Facts of={{ ...each.data, ...each.state }} />
              {each.mode === "live" ? null : <span className="second">{t(`mode.${each.mode}`)}</span>}
              {each.flags.includes("replayed") ? <span className="second">{t("replayed")}</span> : null}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

/** The facts of an event in words. */
export function Facts({ of }: { of: Readonly<Record<string, unknown>> }) {
  const { t } = useTranslation("devices");
  const tree = useQuery(kinds);
  const units = new Map((tree.data?.states ?? []).map((each) => [each.name, each.unit]));
  const said = Object.entries(of).filter(([name]) => name !== "boot");
  if (said.length === 0) return null;
  return <span className="numbers">{said.map(([name, value]) => `${say(valueWords(name))} ${valueShown(value, units.get(name) ?? "", (yes) => t(yes ? "yes" : "no"))}`).join(" · ")}</span>;
}
