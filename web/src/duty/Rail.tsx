import { useTranslation } from "react-i18next";

import { Icon } from "../parts/Icon";
import { useMe } from "../parts/session";
import { Go } from "./Go";
import { PAGES, pageAt } from "./pages";
import { useWhere } from "./where";

/** The pages of this seat, always in the same place; what this person may not see is not there. */
export function Rail() {
  const { t } = useTranslation("duty");
  const me = useMe();
  const path = useWhere((where) => where.path);
  const open = pageAt(path);
  return (
    <nav className="rail" aria-label={t("rail")}>
      <Go to="/duty" className="rail-item" current={open === null}>
        <Icon name="bell" />
        {t("page.desk")}
      </Go>
      {PAGES.filter((page) => page.inMenu && me.permissions.includes(page.permission)).map((page) => (
        <Go key={page.word} to={`/duty/${page.word}`} className="rail-item" current={open === page}>
          <Icon name={page.icon} />
          {t(page.title)}
        </Go>
      ))}
    </nav>
  );
}
