import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { useMe } from "../../../parts/session";
import { say } from "../../../text/start";
import { When, Wrong } from "../../parts";
import { type Group, type Replayed, replay } from "./asking";
import { mendOf, outcomes, wayTo } from "./mend";

/** One group: what waits since when, its newest message, where it is mended, and reading it anew at one press. */
export function OneGroup({ group }: { group: Group }) {
  const { t } = useTranslation("quarantine");
  const me = useMe();
  const queries = useQueryClient();
  const again = useMutation({ mutationFn: () => replay(group.id), onSuccess: () => void queries.invalidateQueries({ queryKey: ["quarantine"] }) });
  const mend = mendOf(group);
  const way = wayTo(group);
  const mayMend = mend === "register" ? me.permissions.includes("devices.claim") : me.permissions.includes("profiles.read");
  return (
    <li className="card quarantine-group">
      <h2>{say(group.sentence)}</h2>
      <p>{t(`mend.${mend}`)}</p>
      <dl className="quarantine-facts">
        <div>
          <dt>{t("topic")}</dt>
          <dd className="code">{group.topic}</dd>
        </div>
        <div>
          <dt>{t("last")}</dt>
          <dd>
            <When at={group.last_at} age />
          </dd>
        </div>
        <div>
          <dt>{t("kept")}</dt>
          <dd className="numbers">{t("kept.of", { n: group.kept, all: group.count })}</dd>
        </div>
        <div>
          <dt>{t("code")}</dt>
          <dd className="code">{group.code}</dd>
        </div>
      </dl>
      <details>
        <summary className="quarantine-more">{t("sample")}</summary>
        <pre className="quarantine-sample" role="group" lang="en" tabIndex={0} aria-label={t("sample")}>
          {group.sample}
        </pre>
        <p className="second" lang="en">
          {group.reason}
        </p>
      </details>
      <div className="form-foot">
        {way && mayMend ? (
          <Link className="button main" to={way}>
            {t(`go.${mend}`)}
          </Link>
        ) : null}
        {me.permissions.includes("quarantine.replay") ? (
          <button type="button" className="button" disabled={again.isPending || group.kept === 0} onClick={() => again.mutate()}>
            {t("replay", { n: group.kept })}
          </button>
        ) : null}
      </div>
      {again.error ? <Wrong error={again.error} /> : null}
      {again.data ? <Outcome found={again.data} /> : null}
    </li>
  );
}

function Outcome({ found }: { found: Replayed }) {
  const { t } = useTranslation("quarantine");
  const said = outcomes(found);
  return (
    <div className="told" role="status">
      {said.length === 0 ? <p>{t("outcome.nothing")}</p> : <ul>{said.map(([what, n]) => <li key={what}>{t(`outcome.${what}`, { n })}</li>)}</ul>}
      {found.unread > 0 && found.reason ? (
        <p className="second" lang="en">
          {found.reason}
        </p>
      ) : null}
    </div>
  );
}
