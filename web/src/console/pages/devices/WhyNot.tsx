import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useMe } from "../../../parts/session";
import { say } from "../../../text/start";
import { Asked, PickOne, useUrl, WhenInput } from "../../parts";
import { instantOf } from "../../parts/zone";
import { explain, rules } from "./asking";

/** “Why did it (not) fire?” of one rule for this device, now or at a moment of the past. */
export function WhyNot({ id }: { id: string }) {
  const { t } = useTranslation("devices");
  const me = useMe();
  const listed = useQuery(rules);
  const [rule, setRule] = useUrl("rule");
  const [wall, setWall] = useState("");
  const at = wall ? instantOf(wall, me.site.timezone) : null;
  return (
    <section>
      <h2>{t("why")}</h2>
      <div className="filters no-print">
        <div className="field filter devices-wide">
          <span className="devices-label">{t("why.rule")}</span>
          <PickOne label={t("why.rule")} value={rule || null} onChange={(value) => setRule(value ?? "")} loading={listed.isPending} choices={(listed.data?.items ?? []).map((each) => ({ value: each.id, label: say(each.name) }))} />
        </div>
        <label className="field filter">
          <span>{t("why.at")}</span>
          <WhenInput kind="moment" value={wall} onChange={setWall} />
        </label>
      </div>
      {rule ? <Answer rule={rule} id={id} at={at} /> : <p className="second">{t("why.choose")}</p>}
    </section>
  );
}

function Answer({ rule, id, at }: { rule: string; id: string; at: string | null }) {
  const { t } = useTranslation("devices");
  const found = useQuery(explain(rule, id, at));
  return (
    <Asked query={found} lines={3}>
      {({ lines, past }) => (
        <div className="told">
          <ul className="devices-rules">
            {lines.map((line) => (
              <li key={line.text.en}>
                <span aria-hidden="true">{line.ok === null ? "?" : line.ok ? "✓" : "✗"}</span> <span className="only-heard">{t(line.ok ? "yes" : "no")}</span>
                {say(line.text)}
              </li>
            ))}
            {past?.near ? <li className="second">{say(past.near.text)}</li> : null}
            {past?.said.map((each) => (
              <li key={each.code} className="second">
                {say(each.text)}
              </li>
            ))}
          </ul>
        </div>
      )}
    </Asked>
  );
}
