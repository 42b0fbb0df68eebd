import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { together } from "../../look/format";
import { currentLanguage, say } from "../../text/start";
import type { ConsolePage } from "../page";

/** A deep link to what this person may not see: what it is, whose it is, whom to ask. */
export function NotAllowed({ page }: { page: ConsolePage }) {
  const { t } = useTranslation("console");
  const roles = page.roles.map((role) => t(`role.${role}`));
  return (
    <main className="page">
      <h1>{say(page.title)}</h1>
      <div className="told">
        <strong>{t("denied.title")}</strong>
        <p>{t("denied.whose", { roles: together(roles, currentLanguage()) })}</p>
        <p>{t("denied.ask")}</p>
        <Link className="button" to="/">
          {t("to_start")}
        </Link>
      </div>
    </main>
  );
}
