import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { pagesFor } from "../../home/pages";
import { Icon } from "../../parts/Icon";
import { useMe } from "../../parts/session";
import { say } from "../../text/start";
import { menuOf } from "../gather";
import { pages } from "../pages";

/** What is shown at `/` while no page has that address: everything this person works with, as a list. */
export function Start() {
  const { t } = useTranslation(["console", "home"]);
  const me = useMe();
  return (
    <main className="page">
      <h1>{t("home:home.hello", { name: me.name })}</h1>
      <ul className="start-list">
        {menuOf(pages, me.roles, me.permissions).flatMap((item) =>
          item.pages.map((page) => (
            <li key={page.noun}>
              <Link className="card start-card" to={page.paths[0]}>
                <Icon name={page.icon} />
                {say(page.title)}
              </Link>
            </li>
          )),
        )}
        {pagesFor(me.roles).map((door) => (
          <li key={door}>
            <a className="card start-card" href={`/${door}`}>
              <Icon name="link" />
              {t(`home:home.${door}`)}
            </a>
          </li>
        ))}
      </ul>
    </main>
  );
}
