import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { say } from "../../../text/start";
import { Asked, FormFrame, TextField, useForm, useSetUrl, When } from "../../parts";
import { type Arrival, arrivals, claimArrival } from "./asking";

/** Step 2: which model reads it, what it said, and that it is ours. */
export function ClaimOne({ group }: { group: string }) {
  const { t } = useTranslation("adding");
  const found = useQuery(arrivals);
  const set = useSetUrl();
  return (
    <Asked query={found} lines={4}>
      {({ items }) => {
        const arrival = items.find((each) => each.group === group);
        if (arrival) return <Claim key={arrival.group} arrival={arrival} />;
        return (
          <div className="told">
            <p>{t("claim.gone")}</p>
            <button type="button" className="button" onClick={() => set({ step: "", group: "" })}>
              {t("back")}
            </button>
          </div>
        );
      }}
    </Asked>
  );
}

function Claim({ arrival }: { arrival: Arrival }) {
  const { t } = useTranslation("adding");
  const set = useSetUrl();
  const queries = useQueryClient();
  const form = useForm(
    { id: arrival.proposed },
    (body) => claimArrival(arrival, body.id.trim()),
    ({ device }) => {
      void queries.invalidateQueries({ queryKey: ["arrivals"] });
      void queries.invalidateQueries({ queryKey: ["devices"] });
      set({ step: "name", device, group: arrival.group });
    },
  );
  return (
    <section>
      <h2>{say(arrival.sentence)}</h2>
      <dl className="card facts">
        <div>
          <dt>{t("profile")}</dt>
          <dd>
            <Link className="row-link" to={`/profiles/${encodeURIComponent(arrival.profile.split("@")[0] ?? "")}`}>{arrival.profile}</Link>
          </dd>
        </div>
        <div>
          <dt>{t("ident")}</dt>
          <dd className="code">{arrival.ident}</dd>
        </div>
        <div>
          <dt>{t("last")}</dt>
          <dd>
            <When at={arrival.last_at} age />
          </dd>
        </div>
      </dl>
      <h3 className="adding-sub">{t("sample")}</h3>
      <pre className="adding-sample" role="group" lang="en" tabIndex={0} aria-label={t("sample")}>
        {arrival.sample}
      </pre>
      <FormFrame form={{ ...form, changed: false }} submit={t("claim.go")} cancel={() => set({ step: "", group: "" })}>
        <TextField form={form} name="id" label={t("id")} hint={t("id.hint")} />
      </FormFrame>
    </section>
  );
}
