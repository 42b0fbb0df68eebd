import { useTranslation } from "react-i18next";

import { together } from "../../../look/format";
import { useMe } from "../../../parts/session";
import { currentLanguage, say } from "../../../text/start";
import { Page } from "../../parts";
import { Factor } from "./Factor";
import { Password } from "./Password";
import { page } from "./page";

/** The own account: who I am, password, second step at login. */
export default function OwnAccount() {
  const { t } = useTranslation(["account", "console"]);
  const me = useMe();
  return (
    <Page title={say(page.title)} help={{ for: t("help.for"), do: t("help.do") }}>
      <section>
        <h2>{t("who")}</h2>
        <dl className="card facts">
          <div>
            <dt>{t("name")}</dt>
            <dd>{me.name}</dd>
          </div>
          <div>
            <dt>{t("login")}</dt>
            <dd>{me.id}</dd>
          </div>
          <div>
            <dt>{t("roles")}</dt>
            <dd>
              {together(
                me.roles.map((role) => t(`console:role.${role}`)),
                currentLanguage(),
              )}
            </dd>
          </div>
        </dl>
      </section>
      <section>
        <h2>{t("password")}</h2>
        <Password />
      </section>
      <section>
        <h2>{t("factor")}</h2>
        <p className="page-lead second">{t("factor.why")}</p>
        <Factor />
      </section>
    </Page>
  );
}
