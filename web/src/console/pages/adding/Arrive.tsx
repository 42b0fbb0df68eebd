import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { useMe } from "../../../parts/session";
import { say } from "../../../text/start";
import { Asked, FormFrame, TextField, useForm, useSetUrl, useUrl, When } from "../../parts";
import { arrivals, claimCode } from "./asking";
import { codeIn } from "./steps";

/** Step 1: the device is seen to arrive, or is claimed by the code on it. */
export function Arrive() {
  const { t } = useTranslation("adding");
  const me = useMe();
  const found = useQuery(arrivals);
  const set = useSetUrl();
  const [wanted] = useUrl("group");
  return (
    <div className="adding-two">
      <section>
        <h2>{t("arrive")}</h2>
        <p className="second">{t("arrive.text")}</p>
        <Asked query={found} lines={3}>
          {({ items }) =>
            items.length === 0 ? (
              <div className="told adding-waiting" role="status">
                <p>
                  <b>{t("arrive.none")}</b>
                </p>
                <ul className="adding-hints">
                  <li>{t("arrive.hint.network")}</li>
                  <li>{t("arrive.hint.press")}</li>
                  {me.permissions.includes("profiles.read") ? (
                    <li>
                      <p>
                        {t("arrive.hint.unknown")} <Link to="/profiles/new">{t("arrive.hint.describe")}</Link>
                      </p>
                    </li>
                  ) : null}
                </ul>
              </div>
            ) : (
              <ul className="adding-arrivals">
                {items.map((each) => (
                  <li key={each.group} className={each.group === wanted ? "card adding-arrival adding-wanted" : "card adding-arrival"}>
                    <p>
                      <b>{say(each.sentence)}</b>
                    </p>
                    <p className="second">
                      {t("profile")} {each.profile} · {t("last")} <When at={each.last_at} age />
                    </p>
                    <button type="button" className="button main" onClick={() => set({ step: "claim", group: each.group })}>
                      {t("this", { name: each.ident })}
                    </button>
                  </li>
                ))}
              </ul>
            )
          }
        </Asked>
      </section>
      <ByCode />
    </div>
  );
}

function ByCode() {
  const { t } = useTranslation("adding");
  const set = useSetUrl();
  const [code] = useUrl("c");
  const queries = useQueryClient();
  const form = useForm(
    { code },
    (body) => claimCode(codeIn(body.code)),
    ({ device }) => {
      void queries.invalidateQueries({ queryKey: ["arrivals"] });
      void queries.invalidateQueries({ queryKey: ["devices"] });
      set({ step: "name", device, c: "" });
    },
  );
  return (
    <section>
      <h2>{t("code")}</h2>
      <p className="second">{t("code.text")}</p>
      <FormFrame form={{ ...form, changed: false }} submit={t("code.go")}>
        <TextField form={form} name="code" label={t("code.label")} hint={t("code.hint")} />
      </FormFrame>
    </section>
  );
}
