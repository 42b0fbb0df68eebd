import { useTranslation } from "react-i18next";

import { logout } from "../api/gateway";
import { Icon } from "../parts/Icon";
import { toLogin, useMe } from "../parts/session";
import { say } from "../text/start";
import { Frame } from "./Frame";
import { besideFor, pagesFor } from "./pages";

/** The doors this person may open, nothing more. */
export function HomePage() {
  const { t } = useTranslation(["home", "common"]);
  const me = useMe();
  return (
    <Frame title={t("home.hello", { name: me.name })}>
      <p className="second">
        {say(me.site.name)}
        {me.site.demo ? ` · ${t("common:demo.text")}` : ""}
      </p>
      {me.banner ? <p className="told">{say(me.banner)}</p> : null}
      <nav aria-label={t("home.pages")}>
        <ul className="doors">
          {[...pagesFor(me.roles), ...besideFor(me.roles)].map((page) => (
            <li key={page}>
              <a className="card door" href={`/${page}`}>
                <b>{t(`home.${page}`)}</b>
                <span className="second">{t(`home.${page}.text`)}</span>
                <Icon name="link" />
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <button type="button" className="button" onClick={() => void logout().finally(toLogin)}>
        {t("common:logout")}
      </button>
    </Frame>
  );
}
